//! Reports of Amazon: tables in text, and one in JSON.
//!
//! A report is known by its type, or by the columns of its first line.

mod listings;
mod performance;
mod settlement;
mod table;

use sellkeep_model::Reading;
use serde_json::Value as Json;

use super::frame::Frame;
use super::node::member;

/// A report that is read.
pub(super) struct Report {
    /// What its type begins with: Amazon adds versions at the end.
    kind: &'static str,
    pub read: fn(&Frame<'_>, &mut Reading),
}

/// Every report that is read.
const REPORTS: &[Report] = &[
    Report {
        kind: "GET_MERCHANT_LISTINGS",
        read: listings::read,
    },
    Report {
        kind: "GET_V2_SELLER_PERFORMANCE_REPORT",
        read: performance::read,
    },
    Report {
        kind: "GET_V2_SETTLEMENT_REPORT_DATA",
        read: settlement::read,
    },
];

/// The report that a record holds.
pub(super) fn known(frame: &Frame<'_>) -> Option<&'static Report> {
    let kind = frame.operation.trim().to_ascii_uppercase();
    let named = REPORTS.iter().find(|report| kind.starts_with(report.kind));
    named.or_else(|| {
        REPORTS
            .iter()
            .find(|report| report.kind == by_shape(&frame.record.body))
    })
}

/// Whether we ask for reports of a type ourselves, or Amazon makes them unasked.
pub(super) fn is_ours(kind: &str) -> bool {
    REPORTS.iter().any(|report| kind.starts_with(report.kind))
}

/// The type of a report by its look; empty where it looks like none.
fn by_shape(body: &Json) -> &'static str {
    let Some(text) = body.as_str() else {
        let performance = member(body, "accountStatuses").is_some();
        return if performance {
            "GET_V2_SELLER_PERFORMANCE_REPORT"
        } else {
            ""
        };
    };
    let columns = table::columns(text);
    if listings::has_columns(&columns) {
        return "GET_MERCHANT_LISTINGS";
    }
    if settlement::has_columns(&columns) {
        return "GET_V2_SETTLEMENT_REPORT_DATA";
    }
    ""
}
