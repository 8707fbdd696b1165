//! One question to Amazon. There is no way to make one that is not in this file.
//!
//! Invariants: no buyer's data is asked for (orders with their promised dates and totals,
//! without buyer and recipient; no restricted token at all); the only body is that
//! of a report on one's own listings or account health.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::{Map, Value as Json, json};

use super::operation::{Operation, Verb};

/// What is asked of a listing: what a buyer sees, and what Amazon holds against it.
const LISTING_PARTS: &str = "summaries,attributes,issues,offers,fulfillmentAvailability";
/// What is asked of an order: until when it is promised, and how much it is.
const ORDER_PARTS: &str = "FULFILLMENT,PROCEEDS";
/// The most that Amazon puts on a page of listings.
const LISTINGS_A_PAGE: &str = "20";
/// Amazon wants the beginning of a span to be more than two minutes ago.
const SPAN_AGE_MIN: SignedDuration = SignedDuration::from_mins(3);

/// A report that may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Every listing of a store.
    Listings,
    /// Account health, with the account's status in each store.
    Health,
}

impl Report {
    /// Amazon's type of it.
    pub fn kind(self) -> &'static str {
        match self {
            Report::Listings => "GET_MERCHANT_LISTINGS_ALL_DATA",
            Report::Health => "GET_V2_SELLER_PERFORMANCE_REPORT",
        }
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    operation: Operation,
    part: Option<String>,
    query: Vec<(&'static str, String)>,
    report: Option<(Report, String)>,
}

impl Question {
    fn new(operation: Operation, query: Vec<(&'static str, String)>) -> Question {
        Question {
            operation,
            part: None,
            query,
            report: None,
        }
    }

    /// Deposit methods and cards in one store.
    pub fn payment_methods(store: &str) -> Question {
        Question::new(
            Operation::GetPaymentMethods,
            vec![("marketplaceId", store.to_owned())],
        )
    }

    /// Payouts that are due.
    pub fn expected_payouts(stores: &[String]) -> Question {
        Question::new(
            Operation::ListExpectedPayouts,
            vec![("marketplaceIds", stores.join(","))],
        )
    }

    /// Payouts that were started since a time.
    pub fn payouts(stores: &[String], since: Timestamp) -> Question {
        let query = vec![
            ("marketplaceIds", stores.join(",")),
            ("createdAfter", written(since)),
        ];
        Question::new(Operation::ListPayouts, query)
    }

    /// Balances now.
    pub fn balances(stores: &[String]) -> Question {
        Question::new(
            Operation::ListBalances,
            vec![("marketplaceIds", stores.join(","))],
        )
    }

    /// Groups of financial events that began after a time.
    pub fn event_groups(since: Timestamp) -> Question {
        Question::new(
            Operation::ListFinancialEventGroups,
            vec![("FinancialEventGroupStartedAfter", written(since))],
        )
    }

    /// Financial events after a time.
    pub fn events(since: Timestamp, now: Timestamp) -> Question {
        let latest = now.saturating_sub(SPAN_AGE_MIN).unwrap_or(since);
        Question::new(
            Operation::ListFinancialEvents,
            vec![("PostedAfter", written(since.min(latest)))],
        )
    }

    /// Stores that the seller takes part in.
    pub fn participations() -> Question {
        Question::new(Operation::GetMarketplaceParticipations, Vec::new())
    }

    /// The business behind the account.
    pub fn account() -> Question {
        Question::new(Operation::GetAccount, Vec::new())
    }

    /// Listings of a store that were changed since a time, oldest change first.
    pub fn listings(seller: &str, store: &str, since: Timestamp) -> Question {
        let query = vec![
            ("marketplaceIds", store.to_owned()),
            ("includedData", LISTING_PARTS.to_owned()),
            ("lastUpdatedAfter", written(since)),
            ("sortBy", "lastUpdatedDate".to_owned()),
            ("sortOrder", "ASC".to_owned()),
            ("pageSize", LISTINGS_A_PAGE.to_owned()),
        ];
        Question {
            part: Some(seller.to_owned()),
            ..Question::new(Operation::SearchListingsItems, query)
        }
    }

    /// Orders an hour in one store.
    pub fn metrics(store: &str, since: Timestamp, until: Timestamp) -> Question {
        let query = vec![
            ("marketplaceIds", store.to_owned()),
            (
                "interval",
                format!("{}--{}", written(since), written(until)),
            ),
            ("granularity", "Hour".to_owned()),
        ];
        Question::new(Operation::GetOrderMetrics, query)
    }

    /// Orders that were changed since a time, without their buyers.
    pub fn orders(stores: &[String], since: Timestamp) -> Question {
        let query = vec![
            ("marketplaceIds", stores.join(",")),
            ("lastUpdatedAfter", written(since)),
            ("includedData", ORDER_PARTS.to_owned()),
        ];
        Question::new(Operation::SearchOrders, query)
    }

    /// Reports of a store that are there since a time.
    pub fn reports(report: Report, store: &str, since: Timestamp) -> Question {
        let query = vec![
            ("reportTypes", report.kind().to_owned()),
            ("marketplaceIds", store.to_owned()),
            ("createdSince", written(since)),
        ];
        Question::new(Operation::GetReports, query)
    }

    /// A new report of a store.
    pub fn create_report(report: Report, store: &str) -> Question {
        Question {
            report: Some((report, store.to_owned())),
            ..Question::new(Operation::CreateReport, Vec::new())
        }
    }

    /// How far a report is.
    pub fn report(id: &str) -> Question {
        Question {
            part: Some(id.to_owned()),
            ..Question::new(Operation::GetReport, Vec::new())
        }
    }

    /// Where a report's document lies.
    pub fn document(id: &str) -> Question {
        Question {
            part: Some(id.to_owned()),
            ..Question::new(Operation::GetReportDocument, Vec::new())
        }
    }

    /// Our subscriptions of one type.
    pub fn subscriptions(kind: &str) -> Question {
        Question::new(
            Operation::GetSubscriptions,
            vec![("notificationTypes", kind.to_owned())],
        )
    }

    /// The same question for its next page.
    #[must_use]
    pub fn page(mut self, token: Option<&str>) -> Question {
        if let (Some(token), Some((name, _))) = (token, self.operation.facts().paging) {
            self.query.push((name, token.to_owned()));
        }
        self
    }

    /// Which operation it is of.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// How it is asked.
    pub fn verb(&self) -> Verb {
        self.operation.facts().verb
    }

    /// Where it goes.
    pub fn path(&self) -> String {
        let mut parts = Vec::new();
        for part in self.operation.facts().path.split('/') {
            if part.starts_with('{') {
                parts.push(encoded(self.part.as_deref().unwrap_or_default()));
            } else {
                parts.push(part.to_owned());
            }
        }
        parts.join("/")
    }

    /// Its parameters.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }

    /// Its body, which only a wish for a report has.
    pub fn body(&self) -> Option<Json> {
        let (report, store) = self.report.as_ref()?;
        Some(json!({"reportType": report.kind(), "marketplaceIds": [store]}))
    }

    /// The parameters as a record keeps them.
    pub fn recorded(&self) -> Map<String, Json> {
        let pairs = self.query.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect()
    }
}

/// A time as Amazon reads it, to the second.
fn written(at: Timestamp) -> String {
    at.round(Unit::Second).unwrap_or(at).to_string()
}

/// One part of a path: what could lead elsewhere is written as numbers (RFC 3986, 2.1).
fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::operation::allowed;
    use super::*;

    fn at() -> Timestamp {
        "2026-11-25T03:04:05.678Z".parse().expect("a time")
    }

    #[test]
    fn every_question_is_one_that_the_list_allows() {
        let stores = ["A1".to_owned(), "A2".to_owned()];
        let questions = [
            Question::payment_methods("A1"),
            Question::expected_payouts(&stores),
            Question::payouts(&stores, at()),
            Question::balances(&stores),
            Question::event_groups(at()),
            Question::events(at(), at()),
            Question::participations(),
            Question::account(),
            Question::listings("S1", "A1", at()),
            Question::metrics("A1", at(), at()),
            Question::orders(&stores, at()),
            Question::reports(Report::Listings, "A1", at()),
            Question::create_report(Report::Health, "A1"),
            Question::report("R1"),
            Question::document("amzn1.spdoc.1/../x?"),
            Question::subscriptions("ORDER_CHANGE"),
        ];
        for question in questions {
            let found = allowed(question.verb().as_str(), &question.path());
            assert_eq!(found, Some(question.operation()), "{question:?}");
            let has_body = question.body().is_some();
            assert_eq!(has_body, question.operation() == Operation::CreateReport);
        }
    }

    #[test]
    fn a_part_cannot_lead_elsewhere() {
        let path = Question::report("../../finances?x=1#y").path();
        assert_eq!(
            path,
            "/reports/2021-06-30/reports/..%2F..%2Ffinances%3Fx%3D1%23y"
        );
        assert_eq!(allowed("GET", &Question::report("..").path()), None);
    }

    #[test]
    fn no_buyer_is_asked_for() {
        let orders = Question::orders(&["A1".to_owned()], at());
        let parts = orders
            .query()
            .iter()
            .find(|(name, _)| *name == "includedData");
        assert_eq!(parts, Some(&("includedData", ORDER_PARTS.to_owned())));
        // The parts that name a buyer or an address: BUYER, RECIPIENT, PACKAGES.
        for part in ["BUYER", "RECIPIENT", "PACKAGES"] {
            assert!(
                !ORDER_PARTS.contains(part) && !LISTING_PARTS.contains(part),
                "{part}"
            );
        }
    }

    #[test]
    fn a_page_is_the_same_question_with_its_token() {
        let question = Question::events(at(), at()).page(Some("t=="));
        assert_eq!(question.query()[1], ("NextToken", "t==".to_owned()));
        assert_eq!(question.recorded()["PostedAfter"], "2026-11-25T03:01:06Z");
        let unpaged = Question::account().page(Some("t"));
        assert!(unpaged.query().is_empty());
    }

    #[test]
    fn the_only_body_asks_for_a_report_of_one_store() {
        let body = Question::create_report(Report::Listings, "A1").body();
        assert_eq!(
            body,
            Some(json!({"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": ["A1"]}))
        );
    }
}
