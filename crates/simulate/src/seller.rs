//! One simulated seller: how large, which season, which habits.

use jiff::SignedDuration;
use sellkeep_model::{Account, ExpectedSource, Length, TENANT_DEFAULT};

use crate::dice::Dice;

/// How much a seller sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// An order now and then.
    Tiny,
    /// Some orders a day.
    Small,
    /// Dozens a day.
    Medium,
    /// Hundreds a day.
    Large,
}

impl Size {
    /// Orders on an average day.
    pub fn orders_a_day(self) -> f64 {
        match self {
            Size::Tiny => 0.25,
            Size::Small => 3.0,
            Size::Medium => 20.0,
            Size::Large => 120.0,
        }
    }

    /// Listings in the catalogue.
    pub fn listings(self) -> u32 {
        match self {
            Size::Tiny => 8,
            Size::Small => 40,
            Size::Medium => 200,
            Size::Large => 900,
        }
    }
}

/// One simulated seller.
#[derive(Debug, Clone)]
pub struct Seller {
    /// The account's id.
    pub id: String,
    /// How large.
    pub size: Size,
    /// Ending of the deposit account.
    pub tail: String,
    /// Two-letter country.
    pub country: &'static str,
    /// Amazon's id of the store.
    pub store: &'static str,
    /// Currency.
    pub currency: &'static str,
    /// Lists a batch of goods so often a year.
    pub batches_a_year: f64,
    /// Handling time in days; some make to order.
    pub handling_days: u32,
    /// Times a year that a person changes something about access.
    pub changes_a_year: f64,
    /// The dice for its days.
    pub(crate) dice: Dice,
}

impl Seller {
    /// The seller of that number.
    pub fn new(seed: u64, number: u32) -> Seller {
        let mut dice = Dice::new(seed, u64::from(number) + 1);
        let size = match dice.below(100) {
            0..40 => Size::Tiny,
            40..75 => Size::Small,
            75..95 => Size::Medium,
            _ => Size::Large,
        };
        let (country, store, currency) = match dice.below(4) {
            0 => ("US", "ATVPDKIKX0DER", "USD"),
            1 => ("DE", "A1PA6795UKMFR9", "EUR"),
            2 => ("GB", "A1F83G8C2ARO7P", "GBP"),
            _ => ("FR", "A13V1IB3VIYZZH", "EUR"),
        };
        Seller {
            id: format!("seller-{number:05}"),
            size,
            tail: format!("{:03}", dice.below(1000)),
            country,
            store,
            currency,
            batches_a_year: [0.5, 2.0, 6.0, 20.0][size as usize],
            handling_days: if dice.chance(0.07) { 21 } else { 2 },
            changes_a_year: 0.6,
            dice,
        }
    }

    /// The account as its owner would write it down.
    pub fn account(&self) -> Account {
        Account {
            id: self.id.clone(),
            tenant: TENANT_DEFAULT.to_owned(),
            marketplace: "amazon".to_owned(),
            name: None,
            stores: vec![self.store.to_owned()],
            time_zone: None,
            addresses: vec![self.address()],
            languages: Vec::new(),
            country: Some(self.country.to_owned()),
            trusted_authserv_ids: Vec::new(),
            deposit_tails: vec![self.tail.clone()],
            baseline_confirmed: true,
            holds: std::collections::BTreeMap::new(),
            planned_changes: Vec::new(),
            sources: vec![
                expected("amazon.api", 24, 12),
                expected("mailbox", 7 * 24, 48),
            ],
        }
    }

    /// The owner's mail address; example.net belongs to nobody (RFC 2606).
    pub fn address(&self) -> String {
        format!("{}@example.net", self.id)
    }

    pub(crate) fn sku(number: u32) -> String {
        format!("SKU-{number:05}")
    }
}

fn expected(source: &str, hours: i64, grace_hours: i64) -> ExpectedSource {
    ExpectedSource {
        source: source.to_owned(),
        expected_every: Some(Length(SignedDuration::from_hours(hours))),
        grace: Some(Length(SignedDuration::from_hours(grace_hours))),
    }
}
