//! What is watched, how often, in which order of urgency: one list.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::amazon::live::operation::Operation;
use crate::amazon::live::question::Report;

/// A thing that is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each has a row with what it is below")]
pub enum Kind {
    PaymentMethods,
    ExpectedPayouts,
    Payouts,
    Listings,
    Account,
    Participations,
    Events,
    Balances,
    Metrics,
    Orders,
    EventGroups,
    Health,
    AllListings,
}

/// How a thing is watched.
#[derive(Debug)]
pub struct Row {
    /// What.
    pub kind: Kind,
    /// Its name in the state.
    pub name: &'static str,
    /// The operation that tells it.
    pub operation: Operation,
    /// Asked so often.
    pub every: SignedDuration,
    /// Asked so often when money is at risk.
    pub tight: SignedDuration,
    /// Whether it is asked for each store by itself.
    pub by_store: bool,
    /// Whether an answer is a whole picture, which an older one would falsify.
    pub picture: bool,
    /// The report that tells it, where one does.
    pub report: Option<Report>,
}

const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

const fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

const fn row(
    kind: Kind,
    name: &'static str,
    operation: Operation,
    every: SignedDuration,
    tight: SignedDuration,
) -> Row {
    Row {
        kind,
        name,
        operation,
        every,
        tight,
        by_store: false,
        picture: false,
        report: None,
    }
}

impl Row {
    const fn by_store(mut self) -> Row {
        self.by_store = true;
        self
    }

    const fn picture(mut self) -> Row {
        self.picture = true;
        self
    }

    const fn told_by(mut self, report: Report) -> Row {
        self.report = Some(report);
        self
    }
}

/// Everything that is watched, the most urgent first. Even the tight intervals fit what Amazon
/// gives an account with all stores of a region (a test adds it up).
pub const ROWS: &[Row] = &[
    row(
        Kind::PaymentMethods,
        "payment-methods",
        Operation::GetPaymentMethods,
        minutes(5),
        minutes(1),
    )
    .by_store()
    .picture(),
    row(
        Kind::ExpectedPayouts,
        "expected-payouts",
        Operation::ListExpectedPayouts,
        minutes(10),
        minutes(2),
    )
    .picture(),
    row(
        Kind::Payouts,
        "payouts",
        Operation::ListPayouts,
        minutes(15),
        minutes(3),
    ),
    row(
        Kind::Listings,
        "listings",
        Operation::SearchListingsItems,
        minutes(5),
        minutes(2),
    )
    .by_store(),
    row(
        Kind::Account,
        "account",
        Operation::GetAccount,
        hours(1),
        minutes(15),
    )
    .picture(),
    row(
        Kind::Participations,
        "participations",
        Operation::GetMarketplaceParticipations,
        hours(1),
        minutes(15),
    )
    .picture(),
    row(
        Kind::Events,
        "events",
        Operation::ListFinancialEvents,
        hours(1),
        minutes(30),
    ),
    row(
        Kind::Balances,
        "balances",
        Operation::ListBalances,
        minutes(30),
        minutes(10),
    ),
    row(
        Kind::Metrics,
        "metrics",
        Operation::GetOrderMetrics,
        minutes(15),
        minutes(5),
    )
    .by_store(),
    row(
        Kind::Orders,
        "orders",
        Operation::SearchOrders,
        minutes(15),
        minutes(15),
    ),
    row(
        Kind::EventGroups,
        "event-groups",
        Operation::ListFinancialEventGroups,
        hours(1),
        hours(1),
    ),
    row(
        Kind::Health,
        "health",
        Operation::CreateReport,
        hours(24),
        hours(6),
    )
    .by_store()
    .told_by(Report::Health),
    row(
        Kind::AllListings,
        "all-listings",
        Operation::CreateReport,
        hours(24),
        hours(24),
    )
    .by_store()
    .told_by(Report::Listings),
];

/// A thing that is watched, in a store where it is asked by store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// What.
    pub kind: Kind,
    /// In which store.
    pub store: Option<String>,
}

impl Watch {
    /// How it is watched.
    pub fn row(&self) -> &'static Row {
        let row = ROWS.iter().find(|row| row.kind == self.kind);
        // Every kind has a row, which a test holds; the first is the most careful one.
        row.unwrap_or(&ROWS[0])
    }

    /// Its name in the state.
    pub fn key(&self) -> String {
        match &self.store {
            Some(store) => format!("{}/{store}", self.row().name),
            None => self.row().name.to_owned(),
        }
    }
}
