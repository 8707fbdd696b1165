//! An account through hours and days: what is asked, what is kept, what is told.

use jiff::SignedDuration;
use sellkeep_connect::connector::Trouble;
use sellkeep_fake_marketplace::{Loan, Method, Payout};
use sellkeep_model::{DigestKey, EventKind, Reading, Record, StateGroup};

use crate::seat::{STORE, Seat, begin, gate, market};

fn read(record: &Record) -> Reading {
    sellkeep_connect::read(record, &DigestKey::new([7; 32]))
}

#[tokio::test]
async fn a_first_hour_tells_everything_that_is_watched() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    market.with("S1", |seller| {
        seller.at(begin(), |shop| {
            shop.loans.push(Loan {
                at: begin() - SignedDuration::from_hours(1),
                amount: 9.0,
            });
        });
    });
    seat.live(&market, begin() + SignedDuration::from_hours(1))
        .await;
    let mut groups: Vec<StateGroup> = Vec::new();
    for record in &seat.records {
        let reading = read(record);
        let problems: Vec<_> = reading
            .problems
            .iter()
            .filter(|problem| !problem.harmless)
            .collect();
        assert!(problems.is_empty(), "{:?} {problems:?}", record.operation);
        groups.extend(reading.states.iter().map(|state| state.group));
    }
    for group in [
        StateGroup::DepositMethods,
        StateGroup::ExpectedPayouts,
        StateGroup::Listings,
        StateGroup::Balances,
    ] {
        assert!(groups.contains(&group), "{group:?}");
    }
    let counts = market.counts();
    assert_eq!(
        counts.complaints,
        Vec::<String>::new(),
        "the fake is as the models say"
    );
    assert_eq!(
        (counts.too_often, counts.forbidden, counts.bad),
        (0, vec![], vec![])
    );
    assert!(seat.problems.is_empty(), "{:?}", seat.problems);
    for (operation, least) in [
        ("getPaymentMethods", 12),
        ("listExpectedPayouts", 6),
        ("listPayouts", 8),
        ("searchListingsItems", 12),
        ("createReport", 2),
        ("getReportDocument", 2),
    ] {
        assert!(
            counts.calls[operation] >= least,
            "{operation}: {}",
            counts.calls[operation]
        );
    }
}

#[tokio::test]
async fn the_report_is_the_whole_catalogue() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    seat.live(&market, begin() + SignedDuration::from_mins(10))
        .await;
    let report = seat.of("GET_MERCHANT_LISTINGS_ALL_DATA");
    let reading = read(report[0]);
    assert!(reading.states[0].complete && reading.states[0].items.len() == 8);
    assert_eq!(reading.states[0].store.as_deref(), Some(STORE));
    let health = read(seat.of("GET_V2_SELLER_PERFORMANCE_REPORT")[0]);
    assert!(!health.states.is_empty() || !health.events.is_empty());
    // A second day asks again, once.
    seat.live(
        &market,
        begin() + SignedDuration::from_hours(24) + SignedDuration::from_mins(20),
    )
    .await;
    assert_eq!(seat.of("GET_MERCHANT_LISTINGS_ALL_DATA").len(), 2);
}

#[tokio::test]
async fn nothing_of_a_buyer_is_kept() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    market.with("S1", |seller| {
        seller.at(begin(), |shop| {
            shop.orders.push(sellkeep_fake_marketplace::Order {
                id: "302-1".to_owned(),
                at: begin(),
                sku: "SKU-001".to_owned(),
                promise_days: 2,
            });
        });
    });
    seat.live(&market, begin() + SignedDuration::from_mins(20))
        .await;
    let orders = seat.of("searchOrders");
    let told: Vec<_> = orders
        .iter()
        .flat_map(|record| read(record).events)
        .collect();
    assert!(
        told.iter()
            .any(|event| event.kind == EventKind::OrderReceived),
        "{told:?}"
    );
    let all = serde_json::to_string(&seat.records).expect("json");
    assert!(
        !all.contains("Jane") || !all.contains("Buyer"),
        "a buyer was kept"
    );
    assert!(!all.contains("giftMessage") && !all.contains("customiz"));
}

#[tokio::test]
async fn a_day_keeps_little_and_asks_in_time() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    seat.live(&market, begin() + SignedDuration::from_hours(24))
        .await;
    let calls: u64 = market.counts().calls.values().sum();
    println!("a quiet day: {calls} calls, {} records", seat.records.len());
    assert!((1000..2600).contains(&calls), "{calls}");
    assert!(
        (200..900).contains(&seat.records.len()),
        "{}",
        seat.records.len()
    );
    let methods = seat.of("getPaymentMethods");
    assert!(
        (23..=27).contains(&methods.len()),
        "once an hour: {}",
        methods.len()
    );
}

#[tokio::test]
async fn pages_are_read_to_the_end_even_if_the_first_is_empty() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    market.with("S1", |seller| {
        seller.at(begin(), |shop| {
            for number in 0..23 {
                shop.payouts.push(Payout {
                    id: format!("po-{number}"),
                    at: begin() - SignedDuration::from_hours(number),
                    kind: "SCHEDULED",
                    amount: 1.0,
                    tail: "677".to_owned(),
                });
            }
        });
    });
    seat.live(&market, begin() + SignedDuration::from_mins(1))
        .await;
    let payouts = seat.of("listPayouts");
    let told: usize = payouts
        .iter()
        .map(|record| record.body["payouts"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(told, 23);
}

#[tokio::test]
async fn a_changed_price_is_asked_for_from_where_we_stood() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    let changed = begin() + SignedDuration::from_hours(3);
    market.with("S1", |seller| {
        seller.at(changed, move |shop| {
            let one = shop.listings.get_mut("SKU-001").expect("there");
            (one.price, one.updated) = (1.0, changed);
        });
    });
    seat.live(&market, changed + SignedDuration::from_mins(6))
        .await;
    let is_it = |record: &&Record| record.body["items"][0]["sku"] == "SKU-001";
    let last = seat.records.iter().rfind(is_it).expect("told");
    assert!(
        last.at.duration_since(changed) <= SignedDuration::from_mins(5),
        "{}",
        last.at
    );
    assert_eq!(last.body["numberOfResults"], 1, "only what changed");
}

#[tokio::test]
async fn after_a_change_it_is_looked_at_every_minute() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    let changed = begin() + SignedDuration::from_hours(1);
    market.with("S1", |seller| {
        seller.at(changed, |shop| {
            shop.methods.push(Method {
                id: "pm-2".to_owned(),
                default: false,
                ..shop.methods[0].clone()
            });
        });
    });
    let calls =
        |market: &sellkeep_fake_marketplace::Market| market.counts().calls["getPaymentMethods"];
    seat.live(&market, changed).await;
    let before = calls(&market);
    assert!((11..=14).contains(&before), "{before}");
    seat.live(&market, changed + SignedDuration::from_hours(1))
        .await;
    let hot = calls(&market) - before;
    assert!((54..=61).contains(&hot), "{hot} in the hour after");
    seat.live(&market, changed + SignedDuration::from_hours(74))
        .await;
    let before = calls(&market);
    seat.live(&market, changed + SignedDuration::from_hours(75))
        .await;
    let after = calls(&market) - before;
    assert!((11..=13).contains(&after), "{after} when the hold is over");
    assert_eq!(market.counts().too_often, 0);
}

#[tokio::test]
async fn an_old_view_after_a_new_one_tells_of_nothing() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    let changed = begin() + SignedDuration::from_hours(1);
    market.with("S1", |seller| {
        seller.at(changed, |shop| {
            shop.methods.push(Method {
                id: "pm-2".to_owned(),
                default: false,
                ..shop.methods[0].clone()
            });
        });
    });
    seat.live(&market, changed + SignedDuration::from_mins(6))
        .await;
    // A server that lags behind answers once.
    market.with("S1", |seller| seller.lag = SignedDuration::from_mins(10));
    let due = seat.amazon.due(&seat.cursor).expect("a place");
    seat.live(&market, due + SignedDuration::from_secs(61))
        .await;
    market.with("S1", |seller| seller.lag = SignedDuration::ZERO);
    seat.live(&market, changed + SignedDuration::from_mins(30))
        .await;
    let counts: Vec<usize> = seat
        .of("getPaymentMethods")
        .iter()
        .map(|record| record.body["paymentMethods"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(
        counts.iter().filter(|count| **count == 2).count(),
        counts.len() - counts.iter().position(|count| *count == 2).expect("told"),
        "{counts:?}"
    );
}

#[tokio::test]
async fn a_grant_that_is_gone_is_news_once_and_trouble_after_that() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    seat.live(&market, begin() + SignedDuration::from_mins(30))
        .await;
    market.with("S1", |seller| seller.revoked = true);
    market.clock().pass(SignedDuration::from_hours(1));
    let before = seat.records.len();
    seat.step().await.expect("a record that says so");
    let [lost] = &seat.records[before..] else {
        panic!("one record: {:?}", &seat.records[before..]);
    };
    assert_eq!(
        (lost.status, lost.body["error"].as_str()),
        (Some(400), Some("invalid_grant"))
    );
    assert_eq!(read(lost).events[0].kind, EventKind::SourcePermissionLost);
    assert_eq!(seat.step().await, Err(Trouble::Token));
    // Granted again, it goes on where it stood.
    market.with("S1", |seller| seller.revoked = false);
    market.clock().pass(SignedDuration::from_mins(5));
    seat.step().await.expect("it reads again");
    assert!(seat.problems.is_empty(), "{:?}", seat.problems);
}

#[tokio::test]
async fn what_may_not_be_read_is_told_with_its_role_and_delays_nothing() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    seat.live(&market, begin() + SignedDuration::from_hours(1))
        .await;
    market.with("S1", |seller| {
        seller.refused.insert("getPaymentMethods".to_owned())
    });
    seat.live(&market, begin() + SignedDuration::from_hours(3))
        .await;
    let lost: Vec<&Record> = seat
        .of("getPaymentMethods")
        .into_iter()
        .filter(|record| record.status == Some(403))
        .collect();
    assert_eq!(lost.len(), 1, "kept when it begins");
    assert_eq!(
        seat.problems,
        ["getPaymentMethods may not be read (it needs the role Finance and Accounting)"]
    );
    let expected = market.counts().calls["listExpectedPayouts"];
    assert!(expected >= 17, "{expected}");
    market.with("S1", |seller| seller.refused.clear());
    seat.live(&market, begin() + SignedDuration::from_hours(8))
        .await;
    assert!(seat.problems.is_empty(), "{:?}", seat.problems);
}
