//! The keeper over a store in memory: groups, the weekly word, what people say.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::channels::{Patience, parse};
use sellkeep_model::{Account, AlertLevel, DigestKey, Record, TENANT_DEFAULT};
use sellkeep_simulate::demo_zone;
use sellkeep_store::{AlertFilter, Intake, KeySource, NewRecord, READ, Store, Tenant, Versioned};
use serde_json::json;
use tokio::sync::mpsc;

use super::{Keeper, Teller};
use crate::answers::Answers;
use crate::sources::tests::webhook;
use crate::watch::Flow;
use crate::watch::deliver::Outbox;

const SHOP: &str = "shop";

struct Place {
    store: Store,
    keeper: Keeper,
    tenant: Tenant,
    told: mpsc::UnboundedReceiver<String>,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let key = KeySource::File(folder.path().join("key"));
        let store = Store::open(":memory:", &key).await.expect("a store");
        let (port, told) = webhook().await;
        let channels = parse(&format!(
            "[[channel]]\nkind = 'webhook'\nname = 'matters'\nurl = 'http://127.0.0.1:{port}/'\n\
             secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'\nallow_private = true\n\
             [[channel]]\nkind = 'ntfy'\nname = 'phone'\nserver = 'http://127.0.0.1:{port}/'\n\
             topic = 'keep'\ndetail = 'full'\nallow_private = true\n"
        ));
        let outbox = Outbox::new(channels.expect("channels"), Patience::default());
        let teller = Teller::new(Some(Arc::new(outbox.expect("connections"))));
        let flow = Flow::new(
            crate::knowledge::load(None).expect("knowledge"),
            Answers::recorded(demo_zone().0),
            DigestKey::new([7; 32]),
        );
        let flow = Arc::new(flow.expect("a flow"));
        let keeper = Keeper::new(Arc::new(store.clone()), flow, Arc::new(teller), "test");
        let place = Place {
            store,
            keeper,
            tenant: Tenant::new(TENANT_DEFAULT),
            told,
            _folder: folder,
        };
        place.watch().await;
        place
    }

    async fn watch(&self) {
        let account = json!({"id": SHOP, "marketplace": "amazon", "name": "Lamps",
            "time_zone": "Europe/Berlin", "baseline_confirmed": true});
        let account: Account = serde_json::from_value(account).expect("an account");
        let new = Versioned::new(account);
        self.store.put_account(&new).await.expect("kept");
    }

    async fn ingest(&self, records: &[Record], now: Timestamp) {
        let taken = self.keeper.ingest(&self.tenant, records, now).await;
        assert_eq!(taken.expect("filed"), records.len() as u64);
        while self.keeper.read_round(now).await.expect("a round") > 0 {}
    }

    async fn alerts(&self) -> Vec<(String, AlertLevel)> {
        let all = AlertFilter::All;
        let alerts = self.store.alerts(&self.tenant, &all, None, 99).await;
        let alerts = alerts.expect("alerts").into_iter();
        alerts
            .map(|alert| {
                (
                    alert.value.detection.rule.clone(),
                    alert.value.detection.level,
                )
            })
            .collect()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn quiet(now: Timestamp, number: i64) -> Record {
    let line = json!({"at": now, "account": SHOP, "source": "amazon.api",
        "operation": "getAccount", "status": 200, "body": {"number": number}});
    serde_json::from_value(line).expect("a record")
}

fn said(kind: &str, now: Timestamp) -> Record {
    let line = json!({"at": now, "account": SHOP, "source": "person.console",
        "body": {"kind": kind, "happened": now, "object": {"type": "alert", "id": "x"}}});
    serde_json::from_value(line).expect("a record")
}

#[tokio::test]
async fn the_week_is_told_once_and_is_not_quiet_where_nothing_was_read() {
    let mut place = Place::new().await;
    // A Sunday; the next Monday at eight in Berlin is seven in UTC.
    let sunday = at("2026-11-22T12:00:00Z");
    place.keeper.plan_weeks(sunday).await.expect("planned");
    place
        .keeper
        .plan_weeks(sunday)
        .await
        .expect("planned again");
    let early = place.keeper.tell_round(at("2026-11-23T06:59:00Z")).await;
    assert_eq!(early.expect("a round"), 0);
    let monday = at("2026-11-23T07:00:00Z");
    assert_eq!(place.keeper.tell_round(monday).await.expect("a round"), 1);
    let message = place.told.recv().await.expect("a message");
    assert!(message.contains("this week is not all quiet"), "{message}");
    assert_eq!(place.keeper.tell_round(monday).await.expect("a round"), 0);
    place
        .ingest(&[quiet(monday, 1), quiet(monday, 2)], monday)
        .await;
    let next = monday + SignedDuration::from_hours(7 * 24);
    assert_eq!(place.keeper.tell_round(next).await.expect("a round"), 1);
    let message = place.told.recv().await.expect("a message");
    assert!(message.contains("all quiet this week"), "{message}");
    assert!(message.contains("2 records read"), "{message}");
    assert!(message.contains("Lamps"), "{message}");
}

#[tokio::test]
async fn not_me_raises_the_alarm_and_it_was_me_does_not() {
    let place = Place::new().await;
    let now = at("2026-11-23T07:00:00Z");
    place.ingest(&[said("owner.confirmed", now)], now).await;
    assert_eq!(place.alerts().await, []);
    place.ingest(&[said("owner.denied", now)], now).await;
    let alerts = place.alerts().await;
    let denied = ("owner-denied".to_owned(), AlertLevel::ActNow);
    assert!(alerts.contains(&denied), "{alerts:?}");
}

#[tokio::test]
async fn one_bad_record_holds_back_only_itself() {
    let place = Place::new().await;
    let now = at("2026-11-23T07:00:00Z");
    let mut records: Vec<NewRecord> = [1, 2, 3]
        .map(|number| NewRecord::of(&quiet(now, number)).expect("a record"))
        .into();
    records.push(NewRecord {
        bytes: b"no record".to_vec(),
        ..records[0].clone()
    });
    let intake = Intake {
        records,
        job: Some(READ.to_owned()),
        advance: None,
    };
    place
        .store
        .ingest(&place.tenant, intake, now)
        .await
        .expect("filed");
    place.keeper.read_round(now).await.expect("a round");
    let entries = place.store.records_of(&place.tenant, SHOP, None, 9).await;
    let mut read = 0;
    for entry in entries.expect("a list") {
        let evidence = place.store.evidence(&place.tenant, &entry.digest).await;
        read += usize::from(evidence.expect("read").is_some());
    }
    assert_eq!(read, 3, "the good ones are read at once");
    for minutes in 1..300 {
        let later = now + SignedDuration::from_mins(minutes * 10);
        place.keeper.read_round(later).await.expect("a round");
    }
    let aside = place
        .store
        .poisoned(&place.tenant, None, 9)
        .await
        .expect("a list");
    assert_eq!(aside.len(), 1);
    assert!(
        aside[0].trouble.contains("no record in our form"),
        "{:?}",
        aside[0]
    );
}

#[tokio::test]
async fn a_history_is_read_in_the_order_it_was_learned() {
    let begin = at("2026-11-01T00:00:00Z");
    let mut lines: Vec<Record> = (0..300)
        .map(|hour| quiet(begin + SignedDuration::from_hours(hour), hour))
        .collect();
    let now = at("2026-11-23T07:00:00Z");
    let forward = Place::new().await;
    forward.ingest(&lines, now).await;
    lines.reverse();
    let backward = Place::new().await;
    backward.ingest(&lines, now).await;
    let state = async |place: &Place| {
        let state = place.store.state(&place.tenant, SHOP).await;
        state.expect("a state").value
    };
    assert_eq!(state(&forward).await, state(&backward).await);
}
