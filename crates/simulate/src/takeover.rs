//! The published takeovers, replayed on a simulated account.
//!
//! Each follows a published case; what is not published (hours, amounts) is ours.

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Record;

use crate::seller::Seller;
use crate::{amazon, notice};

/// One published kind of takeover.
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What happens, in one sentence.
    pub says: &'static str,
    /// Where the case was published.
    pub source: &'static str,
    /// Whether the account sleeps for months before.
    pub dormant: bool,
    /// Ending of a second deposit account that the owner had added long before.
    pub second_tail: Option<&'static str>,
    /// The rule that must raise "Act now".
    pub rule: &'static str,
    play: fn(&Seller, Timestamp) -> Vec<Record>,
}

impl Scenario {
    /// What the sources give us when it begins at that time, in order.
    pub fn records(&self, seller: &Seller, begin: Timestamp) -> Vec<Record> {
        (self.play)(seller, begin)
    }
}

/// Every scenario.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "payout-switch",
        says: "A thief adds his bank account and makes it the default two days before the payout.",
        source: "https://www.digitalcommerce360.com/2017/04/10/seller-accounts-compromised-amazon/",
        dormant: false,
        second_tail: None,
        rule: "payout-method-added",
        play: payout_switch,
    },
    Scenario {
        name: "aged-second-method",
        says: "A second account that was added weeks ago becomes the default: no hold applies.",
        source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=W2QZPWB284AMMSM&language=en_US",
        dormant: false,
        second_tail: Some("886"),
        rule: "payout-default-changed",
        play: aged_second_method,
    },
    Scenario {
        name: "dormant-revival",
        says: "A shop that slept for months lists goods with delivery weeks away.",
        source: "https://retaildive.com/news/report-amazon-marketplace-sellers-hacked-robbed-of-thousands-in-sales/440154",
        dormant: true,
        second_tail: None,
        rule: "dormant-revival",
        play: dormant_revival,
    },
    Scenario {
        name: "loan",
        says: "Loan money is paid out in the seller's name and sent away.",
        source: "https://channelx.world/2019/05/amazon-merchants-faced-fraud/",
        dormant: false,
        second_tail: None,
        rule: "new-loan",
        play: loan,
    },
    Scenario {
        name: "mail-bomb",
        says: "Hundreds of mails bury the notice that the password was changed.",
        source: "https://attahirlabs.com/blog/shopify-account-takeover-protection",
        dormant: false,
        second_tail: None,
        rule: "notice-in-flood",
        play: mail_bomb,
    },
    Scenario {
        name: "app-authorized",
        says: "An unknown developer application is given access.",
        source: "http://www.amazonsellers.attorney/blog/recovering-from-amazon-account-hacking-how-to-restore-access-and-secure-your-business",
        dormant: false,
        second_tail: None,
        rule: "app-authorized",
        play: app_authorized,
    },
    Scenario {
        name: "watcher-blinded",
        says: "The watcher's own access is taken away before anything else happens.",
        source: "https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials",
        dormant: false,
        second_tail: None,
        rule: "watcher-blinded",
        play: watcher_blinded,
    },
    Scenario {
        name: "address-first",
        says: "The intruder first changes the sign-in address, then the second step.",
        source: "https://revisionlegal.com/internet-law/was-your-amazon-seller-account-hacked-follow-these-steps-to-get-back-on-track/",
        dormant: false,
        second_tail: None,
        rule: "sign-in-address-changed",
        play: address_first,
    },
];

/// The scenario of that name.
pub fn scenario(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

const THIEF_TAIL: &str = "991";

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn thief(default: bool) -> serde_json::Value {
    amazon::method("pm-thief", THIEF_TAIL, "HR", "Somebody Else", default)
}

fn payout_switch(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    let own = |default| amazon::own_method(seller, default);
    let due = begin + hours(74);
    vec![
        amazon::payment_methods(seller, begin, &[own(true), thief(false)]),
        notice::genuine(seller, begin + minutes(2), &notice::BANK),
        amazon::payment_methods(seller, begin + hours(2), &[own(false), thief(true)]),
        amazon::expected_payout(seller, begin + hours(3), due, 33_000.0, THIEF_TAIL),
        amazon::payout(
            seller,
            due,
            "po-thief",
            "SCHEDULED",
            "STARTED",
            33_000.0,
            THIEF_TAIL,
        ),
    ]
}

fn aged_second_method(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    let second = |default| amazon::method("pm-second", "886", seller.country, "Own Shop", default);
    let own = |default| amazon::own_method(seller, default);
    vec![
        amazon::payment_methods(seller, begin, &[own(false), second(true)]),
        amazon::payout(
            seller,
            begin + hours(5),
            "po-second",
            "ON_DEMAND",
            "STARTED",
            9_000.0,
            "886",
        ),
    ]
}

fn dormant_revival(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    let sku = |number: i64| format!("NEW-{number:03}");
    let new = |number: i64| {
        let at = begin + minutes(3 * number);
        amazon::listing_notice(seller, at, &sku(number), at)
    };
    let order = |number: i64| {
        let serial = 900_000 + number.unsigned_abs();
        amazon::order(
            seller,
            begin + hours(6) + minutes(number),
            serial,
            &sku(number % 12),
            28,
        )
    };
    // The marketplace notices too, a day later: often the first thing an owner sees.
    let reaction = amazon::account_status(seller, begin + hours(30), "NORMAL", "DEACTIVATED");
    (0..12)
        .map(new)
        .chain((0..40).map(order))
        .chain([reaction])
        .collect()
}

fn loan(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    vec![
        amazon::loan(seller, begin, 48_000.0),
        amazon::payout(
            seller,
            begin + hours(4),
            "po-loan",
            "ON_DEMAND",
            "STARTED",
            48_000.0,
            THIEF_TAIL,
        ),
    ]
}

fn mail_bomb(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    let noise = |number: i64| {
        let sender = format!("welcome@list-{number}.example.org");
        let at = begin + SignedDuration::from_secs(5 * number);
        notice::ordinary(seller, at, &sender, "Please confirm your subscription")
    };
    let mut records: Vec<Record> = (0..400).map(noise).collect();
    records.push(notice::genuine(
        seller,
        begin + minutes(34),
        &notice::PASSWORD,
    ));
    records
}

fn app_authorized(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    vec![notice::genuine(seller, begin, &notice::APP)]
}

fn watcher_blinded(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    vec![amazon::grant_lost(seller, begin)]
}

fn address_first(seller: &Seller, begin: Timestamp) -> Vec<Record> {
    vec![
        notice::genuine(seller, begin, &notice::EMAIL),
        notice::genuine(seller, begin + minutes(10), &notice::TWO_STEP_OFF),
        notice::genuine(seller, begin + minutes(20), &notice::PHONE),
    ]
}
