//! What happened on an account, as pictures: only what is kept is drawn.
//!
//! Drawn from the newest events (a thousand at most). Risk is not kept over time, so that
//! there is no picture of it; alerts a day stand nearest to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sellkeep_model::{Alert, Event, EventKind, Field};

use crate::pictures::{Picture, bars, line, per_day};

/// Days that bars are drawn for: a month and a little.
const DAYS: u16 = 35;

/// All pictures that there is anything to draw for.
pub fn pictures(events: &[Event], alerts: &[Alert], now: Timestamp) -> Vec<Picture> {
    let all = [
        happened(events, now),
        orders(events, now),
        prices(events),
        balance(events),
        alerted(alerts, now),
    ];
    all.into_iter().flatten().collect()
}

fn happened(events: &[Event], now: Timestamp) -> Option<Picture> {
    let each = events.iter().map(|event| (event.happened, 1.0));
    bars(
        "events",
        "What happened, a day",
        "events",
        &per_day(each, now, DAYS),
    )
}

/// Orders as they came in, or as the marketplace counted them.
fn orders(events: &[Event], now: Timestamp) -> Option<Picture> {
    let counted = events
        .iter()
        .filter(|event| event.kind == EventKind::OrderMetrics);
    let counted: Vec<_> = counted
        .filter_map(|event| Some((event.happened, event.after.number(Field::Count)?)))
        .collect();
    let single = events
        .iter()
        .filter(|event| event.kind == EventKind::OrderReceived);
    let single = single.map(|event| (event.happened, 1.0));
    // The marketplace's own count is complete; where there is one, single orders would
    // count twice.
    let each: Vec<_> = if counted.is_empty() {
        single.collect()
    } else {
        counted
    };
    bars(
        "orders",
        "Orders, a day",
        "orders",
        &per_day(each, now, DAYS),
    )
}

/// The price of the listing whose price moved most often.
fn prices(events: &[Event]) -> Option<Picture> {
    let mut listings: BTreeMap<&str, Vec<(Timestamp, f64)>> = BTreeMap::new();
    for event in events {
        if event.kind != EventKind::ListingPriceChanged {
            continue;
        }
        let name = event
            .object
            .as_ref()
            .map(|object| object.id.as_str())
            .or_else(|| event.after.text(Field::Sku));
        let (Some(name), Some(price)) = (name, event.after.number(Field::Price)) else {
            continue;
        };
        let points = listings.entry(name).or_default();
        if let Some(before) = event.before.number(Field::Price) {
            points.push((event.happened, before));
        }
        points.push((event.happened, price));
    }
    let most = listings.into_values().max_by_key(Vec::len)?;
    line(
        "prices",
        "Price of the listing that moved most often",
        "in its currency",
        &most,
    )
}

fn balance(events: &[Event]) -> Option<Picture> {
    let seen = events
        .iter()
        .filter(|event| event.kind == EventKind::BalanceSeen);
    let points: Vec<_> = seen
        .filter_map(|event| Some((event.happened, event.after.number(Field::Amount)?)))
        .collect();
    line("balance", "Balance", "in its currency", &points)
}

fn alerted(alerts: &[Alert], now: Timestamp) -> Option<Picture> {
    let each = alerts.iter().map(|alert| (alert.raised, 1.0));
    bars(
        "alerts",
        "Alerts, a day",
        "alerts",
        &per_day(each, now, DAYS),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_model::Fields;

    fn event(kind: EventKind, day: u32, after: Fields) -> Event {
        let at = format!("2026-11-{day:02}T10:00:00Z");
        let text = serde_json::json!({"id": at, "kind": kind, "account": "a", "happened": at,
            "learned": at, "source": "s", "proof": "proven"});
        let mut event: Event = serde_json::from_value(text).unwrap();
        event.after = after;
        event
    }

    fn drawn(events: &[Event]) -> Vec<&'static str> {
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        let pictures = pictures(events, &[], now);
        pictures.iter().map(|picture| picture.id).collect()
    }

    #[test]
    fn only_what_is_there_is_drawn() {
        assert!(drawn(&[]).is_empty());
        let order = event(EventKind::OrderReceived, 20, Fields::new());
        assert_eq!(drawn(&[order]), ["events", "orders"]);
    }

    #[test]
    fn balances_and_prices_are_lines_over_time() {
        let balance = |day, amount: f64| {
            let fields = Fields::new().with(Field::Amount, amount);
            event(EventKind::BalanceSeen, day, fields)
        };
        let price = |day, price: f64| {
            let fields = Fields::new()
                .with(Field::Sku, "K1")
                .with(Field::Price, price);
            event(EventKind::ListingPriceChanged, day, fields)
        };
        let events = [
            balance(1, 10.0),
            balance(2, 20.0),
            price(3, 5.0),
            price(4, 4.0),
        ];
        assert_eq!(drawn(&events), ["events", "prices", "balance"]);
    }

    #[test]
    fn a_marketplaces_count_stands_for_single_orders() {
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        let counted = Fields::new().with(Field::Count, 7.0);
        let events = [
            event(EventKind::OrderReceived, 20, Fields::new()),
            event(EventKind::OrderMetrics, 20, counted),
        ];
        let picture = orders(&events, now).unwrap();
        let day = picture.rows.iter().find(|(day, _)| day == "20 Nov");
        assert_eq!(day.unwrap().1, "7");
    }
}
