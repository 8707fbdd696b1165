//! The published takeovers that a seller's interface can show, as changes of a shop.
//!
//! What only mails tell (an application that was authorised, a password that was changed)
//! is not here, because no interface of Amazon's tells it.

use jiff::{SignedDuration, Timestamp};

use crate::seller::{Listing, Loan, Method, Order, Payout, Seller, Shop};

/// A takeover.
pub struct Scenario {
    /// Its name, the same as in the simulated ones where there is one.
    pub name: &'static str,
    /// Where the case was published.
    pub source: &'static str,
    /// The rule that must raise an alert.
    pub rule: &'static str,
    /// The watch's longest interval that may pass before we can know.
    pub within: SignedDuration,
    /// Whether the shop sleeps before.
    pub dormant: bool,
    play: fn(&mut Seller, Timestamp),
}

impl Scenario {
    /// Lets it happen from a time on.
    pub fn begin(&self, seller: &mut Seller, at: Timestamp) {
        (self.play)(seller, at);
    }
}

const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

const fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

const THIEF: &str = "991";

/// Every scenario.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "payout-switch",
        source: "https://www.digitalcommerce360.com/2017/04/10/seller-accounts-compromised-amazon/",
        rule: "payout-method-added",
        within: minutes(5),
        dormant: false,
        play: payout_switch,
    },
    Scenario {
        name: "aged-second-method",
        source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=W2QZPWB284AMMSM&language=en_US",
        rule: "payout-default-changed",
        within: minutes(5),
        dormant: false,
        play: aged_second_method,
    },
    Scenario {
        name: "dormant-revival",
        source: "https://retaildive.com/news/report-amazon-marketplace-sellers-hacked-robbed-of-thousands-in-sales/440154",
        rule: "dormant-revival",
        within: minutes(15),
        dormant: true,
        play: dormant_revival,
    },
    Scenario {
        name: "listings-flood",
        source: "https://retaildive.com/news/report-amazon-marketplace-sellers-hacked-robbed-of-thousands-in-sales/440154",
        rule: "mass-listing",
        within: minutes(60),
        dormant: false,
        play: listings_flood,
    },
    Scenario {
        name: "loan",
        source: "https://channelx.world/2019/05/amazon-merchants-faced-fraud/",
        rule: "new-loan",
        within: hours(1),
        dormant: false,
        play: loan,
    },
    Scenario {
        name: "cash-out",
        source: "https://developer-docs.amazon.com/sp-api/docs/retrieve-payment-details-initiate-payout",
        rule: "cash-out",
        within: minutes(15),
        dormant: false,
        play: cash_out,
    },
    Scenario {
        name: "watcher-blinded",
        source: "https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials",
        rule: "watcher-blinded",
        within: hours(1),
        dormant: false,
        play: |_, _| {},
    },
];

fn thief() -> Method {
    Method {
        id: "pm-thief".to_owned(),
        tail: THIEF.to_owned(),
        country: "HR".to_owned(),
        holder: "Somebody Else".to_owned(),
        default: false,
    }
}

fn make_default(shop: &mut Shop, id: &str) {
    for method in &mut shop.methods {
        method.default = method.id == id;
    }
}

/// The account is added, becomes the one in use, and when the hold is over on day three the
/// next payout goes there.
fn payout_switch(seller: &mut Seller, at: Timestamp) {
    seller.at(at, |shop| shop.methods.push(thief()));
    seller.at(at + hours(2), |shop| make_default(shop, "pm-thief"));
    seller.at(at + hours(72), |shop| {
        THIEF.clone_into(&mut shop.payout_tail);
    });
    seller.at(at + hours(74), move |shop| {
        shop.payout_due = None;
        shop.payouts
            .push(payout("po-thief", at + hours(74), "SCHEDULED", 33_000.0));
    });
}

fn aged_second_method(seller: &mut Seller, at: Timestamp) {
    seller.at(at, |shop| make_default(shop, "pm-second"));
    seller.at(at + hours(5), move |shop| {
        shop.payouts
            .push(payout("po-second", at + hours(5), "ON_DEMAND", 9_000.0));
    });
}

fn payout(id: &str, at: Timestamp, kind: &'static str, amount: f64) -> Payout {
    Payout {
        id: id.to_owned(),
        at,
        kind,
        amount,
        tail: THIEF.to_owned(),
    }
}

fn new_listing(seller: &mut Seller, at: Timestamp, sku: String, price: f64) {
    seller.at(at, move |shop| {
        let listing = Listing {
            created: at,
            updated: at,
            price,
            quantity: 999,
            promise_days: 28,
        };
        shop.listings.insert(sku.clone(), listing);
    });
}

fn dormant_revival(seller: &mut Seller, at: Timestamp) {
    for number in 0..12 {
        let when = at + minutes(number);
        new_listing(seller, when, format!("NEW-{number:03}"), 199.0);
    }
    for number in 0..20 {
        let when = at + hours(6) + minutes(number);
        seller.at(when, move |shop| {
            shop.orders.push(Order {
                id: format!("302-0000{number:03}-0000001"),
                at: when,
                sku: format!("NEW-{:03}", number % 12),
                promise_days: 28,
            });
        });
    }
}

fn listings_flood(seller: &mut Seller, at: Timestamp) {
    for number in 0..90 {
        let when = at + SignedDuration::from_secs(10 * number);
        new_listing(seller, when, format!("FLOOD-{number:03}"), 99.0);
    }
}

fn loan(seller: &mut Seller, at: Timestamp) {
    seller.at(at, move |shop| {
        shop.loans.push(Loan {
            at,
            amount: 48_000.0,
        });
    });
}

fn cash_out(seller: &mut Seller, at: Timestamp) {
    seller.at(at, move |shop| {
        shop.payouts
            .push(payout("po-now", at, "ON_DEMAND", 21_000.0));
    });
}
