//! `getOrderMetrics`: orders, pieces and sales of a span, without any order.
//!
//! A span that is over is one event whenever it is read. One that still runs is told with
//! its numbers so far; whoever adds up takes the newest of a span (same `since`).

use sellkeep_model::{EventKind, Field, Reading};

use crate::amazon::node::Node;
use crate::amazon::stamp::stamp;

/// Parameters that say what the numbers are about.
const ABOUT: &[&str] = &[
    "granularity",
    "asin",
    "sku",
    "buyerType",
    "fulfillmentNetwork",
    "amazonProgram",
];

/// One event a span.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let stores = frame.asked_stores();
    let about: Vec<String> = ABOUT
        .iter()
        .map(|name| frame.asked(name).join(","))
        .collect();
    for metric in &answer.payload().things().nodes {
        let interval = metric.text("interval").unwrap_or_default();
        let Some((since, until)) = interval.split_once("--") else {
            metric.problem("names no span; left out");
            continue;
        };
        let (since, until) = (stamp(since), stamp(until));
        let over = until.filter(|until| *until <= frame.record.at);
        let so_far = match over {
            Some(_) => String::new(),
            None => ["unitCount", "orderCount"]
                .map(|name| metric.text(name).unwrap_or_default())
                .join("/"),
        };
        let stores_asked = stores.join(",");
        let mut identity = vec![stores_asked.as_str(), &interval, &so_far];
        identity.extend(about.iter().map(String::as_str));
        let mut event = frame.event(EventKind::OrderMetrics, &identity, over);
        event.store = frame.asked_store();
        let fields = &mut event.after;
        fields.set_if(Field::Since, since);
        fields.set_if(Field::Until, until);
        fields.set_if(Field::Units, metric.number("unitCount"));
        fields.set_if(Field::Count, metric.number("orderCount"));
        fields.set_if(Field::Asin, frame.asked("asin").pop());
        fields.set_if(Field::Sku, frame.asked("sku").pop());
        fields.set_if(
            Field::Price,
            metric.money("averageUnitPrice").map(|money| money.amount),
        );
        metric.put_money(fields, "totalSales");
        reading.events.push(event);
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, TimeQuality};

    use crate::amazon::sample::{answer, asked};

    fn body(units: u32, until: &str) -> String {
        format!(
            r#"{{"payload":[{{"interval":"2026-11-01T09:00Z--{until}","unitCount":{units},"orderItemCount":2,"orderCount":2,
            "averageUnitPrice":{{"amount":"12.5","currencyCode":"USD"}},"totalSales":{{"amount":"25","currencyCode":"USD"}}}}]}}"#
        )
    }

    #[test]
    fn a_span_that_is_over_is_one_event_and_a_running_one_is_told_anew() {
        let request = r#"{"marketplaceIds":"A1","granularity":"Hour"}"#;
        let id = |units, until| {
            asked("getOrderMetrics", request, &body(units, until)).events[0]
                .id
                .clone()
        };
        assert_eq!(id(2, "2026-11-01T10:00Z"), id(3, "2026-11-01T10:00Z"));
        assert_ne!(id(2, "2026-11-01T12:00Z"), id(3, "2026-11-01T12:00Z"));
    }

    #[test]
    fn the_numbers_of_a_span_are_kept() {
        let reading = answer("", &body(2, "2026-11-01T10:00Z"));
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let event = &reading.events[0];
        assert_eq!(event.after.number(Field::Units), Some(2.0));
        assert_eq!(event.after.number(Field::Amount), Some(25.0));
        assert_eq!(event.after.number(Field::Price), Some(12.5));
        assert_eq!(event.happened.to_string(), "2026-11-01T10:00:00Z");
        assert_eq!(event.time_quality, TimeQuality::Source);
    }
}
