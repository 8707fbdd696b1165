//! One seller: what his shop is now, what it was, what will happen to it.
//!
//! A shop is a value; every change makes a new one with its time. So an old view is simply
//! an older value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

/// A deposit method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Amazon's id.
    pub id: String,
    /// Last digits.
    pub tail: String,
    /// Where the account is.
    pub country: String,
    /// Whose it is.
    pub holder: String,
    /// Whether payouts go there.
    pub default: bool,
}

/// A payout that was started.
#[derive(Debug, Clone, PartialEq)]
pub struct Payout {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// `SCHEDULED` or `ON_DEMAND`.
    pub kind: &'static str,
    /// How much.
    pub amount: f64,
    /// Where to.
    pub tail: String,
}

/// A listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Its price.
    pub price: f64,
    /// Pieces.
    pub quantity: u32,
    /// Days until dispatch.
    pub promise_days: u32,
}

/// An order; its buyer is a name that no test may find anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its number.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub sku: String,
    /// Days until dispatch.
    pub promise_days: u32,
}

/// A loan that was paid out.
#[derive(Debug, Clone, PartialEq)]
pub struct Loan {
    /// When.
    pub at: Timestamp,
    /// How much.
    pub amount: f64,
}

/// A shop at one moment.
#[derive(Debug, Clone, Default)]
pub struct Shop {
    /// Deposit methods.
    pub methods: Vec<Method>,
    /// When the next payout is due.
    pub payout_due: Option<Timestamp>,
    /// Where it goes.
    pub payout_tail: String,
    /// How much.
    pub payout_amount: f64,
    /// Payouts that were started.
    pub payouts: Vec<Payout>,
    /// Listings by SKU.
    pub listings: BTreeMap<String, Listing>,
    /// Orders.
    pub orders: Vec<Order>,
    /// Loans.
    pub loans: Vec<Loan>,
    /// The business's name.
    pub business: String,
    /// Whether listings are switched off.
    pub suspended: bool,
    /// The status in the account-health report.
    pub status: &'static str,
}

/// A change that will happen.
type Change = Box<dyn Fn(&mut Shop) + Send>;

/// One seller.
pub struct Seller {
    /// Merchant token.
    pub id: String,
    /// The stores he sells in.
    pub stores: Vec<String>,
    /// Currency.
    pub currency: String,
    /// Operations that the application may not call.
    pub refused: BTreeSet<String>,
    /// Operations that are not offered here.
    pub not_there: BTreeSet<String>,
    /// The grant was taken back.
    pub revoked: bool,
    /// The refresh token that is good for him.
    pub refresh: String,
    /// How much later than the truth views of the money are.
    pub lag: SignedDuration,
    past: Vec<(Timestamp, Arc<Shop>)>,
    coming: Vec<(Timestamp, Change)>,
}

impl fmt::Debug for Seller {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Seller({})", self.id)
    }
}

/// Days back from which a new seller's shop is.
const OLD: SignedDuration = SignedDuration::from_hours(24 * 400);

impl Seller {
    /// A seller with an ordinary shop.
    pub fn new(id: &str, store: &str, currency: &str, tail: &str, now: Timestamp) -> Seller {
        let own = Method {
            id: format!("pm-{id}"),
            tail: tail.to_owned(),
            country: "DE".to_owned(),
            holder: "Own Shop GmbH".to_owned(),
            default: true,
        };
        let made = now - OLD;
        let listing = |number: u32| {
            let listing = Listing {
                created: made,
                updated: made,
                price: 10.0 + f64::from(number),
                quantity: 20,
                promise_days: 2,
            };
            (format!("SKU-{number:03}"), listing)
        };
        let shop = Shop {
            methods: vec![own],
            payout_due: Some(now + SignedDuration::from_hours(24 * 6)),
            payout_tail: tail.to_owned(),
            payout_amount: 2_500.0,
            listings: (0..8).map(listing).collect(),
            business: "Own Shop GmbH".to_owned(),
            status: "NORMAL",
            ..Shop::default()
        };
        Seller {
            id: id.to_owned(),
            stores: vec![store.to_owned()],
            currency: currency.to_owned(),
            refused: BTreeSet::new(),
            not_there: BTreeSet::new(),
            revoked: false,
            refresh: format!("Atzr|{id}"),
            lag: SignedDuration::ZERO,
            past: vec![(Timestamp::MIN, Arc::new(shop))],
            coming: Vec::new(),
        }
    }

    /// Something will happen at a time.
    pub fn at(&mut self, at: Timestamp, change: impl Fn(&mut Shop) + Send + 'static) {
        self.coming.push((at, Box::new(change)));
        self.coming.sort_by_key(|(at, _)| *at);
    }

    /// The shop as it was at a time, once everything until now has happened.
    pub fn shop(&mut self, at: Timestamp, now: Timestamp) -> Arc<Shop> {
        while self.coming.first().is_some_and(|(due, _)| *due <= now) {
            let (due, change) = self.coming.remove(0);
            let (_, newest) = self.past.last().expect("a shop has a first value");
            let mut next = Shop::clone(newest);
            change(&mut next);
            self.past.push((due, Arc::new(next)));
        }
        let then = self.past.iter().rev().find(|(since, _)| *since <= at);
        let (_, shop) = then.unwrap_or(&self.past[0]);
        Arc::clone(shop)
    }
}
