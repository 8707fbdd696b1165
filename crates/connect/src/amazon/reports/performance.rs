//! `GET_V2_SELLER_PERFORMANCE_REPORT`: the account's status in each store.
//!
//! Amazon's schema and its own example name some things differently; both are known.

use std::collections::BTreeMap;

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::{Frame, Items};
use crate::amazon::node::Node;

/// Both names of the list of warnings.
const WARNINGS: &[&str] = &["warningStates", "warningState"];

/// Status of a warning that is not one.
const GOOD: &[&str] = &["GOOD", "NONE"];

/// One state; a report is asked for some stores, so it is never the whole.
pub(super) fn read(frame: &Frame<'_>, reading: &mut Reading) {
    let Some(body) = crate::amazon::json(frame.record, frame.problems) else {
        return;
    };
    let report = Node::root(frame, &body);
    let mut stores: BTreeMap<String, Fields> = BTreeMap::new();
    for status in &report.main_list("accountStatuses").nodes {
        let Some(store) = status.text("marketplaceId") else {
            status.problem("names no store; left out");
            continue;
        };
        status.put(stores.entry(store).or_default(), Field::Status, "status");
    }
    for metrics in &report.list("performanceMetrics").nodes {
        if let Some(store) = metrics.text("marketplaceId") {
            put_metrics(metrics, stores.entry(store).or_default());
        }
    }
    let mut items = Items::new(false);
    for (store, fields) in stores {
        items.push(store, fields);
    }
    if !items.says_nothing() {
        reading
            .states
            .push(frame.state(StateGroup::AccountStatus, None, items));
    }
}

/// The rating and the warnings.
fn put_metrics(metrics: &Node<'_>, fields: &mut Fields) {
    if let Some(rating) = metrics.object("accountHealthRating") {
        rating.put(fields, Field::Severity, "ahrStatus");
    }
    let lists = WARNINGS.iter().filter(|name| metrics.has(name));
    let warnings = lists.flat_map(|name| metrics.list(name).nodes);
    let mut bad: Vec<String> = warnings
        .filter(|warning| {
            !warning
                .text("status")
                .is_some_and(|word| GOOD.contains(&word.as_str()))
        })
        .filter_map(|warning| warning.text("warningType"))
        .collect();
    bad.sort();
    if !bad.is_empty() {
        fields.set(Field::Reason, bad.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, StateGroup};

    use crate::amazon::sample::{answer, report};

    #[test]
    fn a_status_in_each_store_under_either_name() {
        for name in ["warningState", "warningStates"] {
            let text = format!(
                r#"{{"accountStatuses":[{{"marketplaceId":"A1","status":"AT_RISK"}},{{"marketplaceId":"A2","status":"SUSPENDED"}}],
                "performanceMetrics":[{{"marketplaceId":"A1","accountHealthRating":{{"ahrStatus":"WARNED"}},"{name}":[{{"warningType":"spam","status":"BAD"}}]}}]}}"#
            );
            for reading in [
                report("GET_V2_SELLER_PERFORMANCE_REPORT", &text),
                answer("", &text),
            ] {
                assert!(reading.problems.is_empty(), "{:?}", reading.problems);
                let state = &reading.states[0];
                assert_eq!(state.group, StateGroup::AccountStatus);
                assert_eq!(state.items[0].fields.text(Field::Status), Some("AT_RISK"));
                assert_eq!(state.items[0].fields.text(Field::Severity), Some("WARNED"));
                assert_eq!(state.items[0].fields.text(Field::Reason), Some("spam"));
                assert_eq!(state.items[1].fields.text(Field::Status), Some("SUSPENDED"));
            }
        }
    }
}
