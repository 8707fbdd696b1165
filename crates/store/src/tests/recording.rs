//! Records and events.

use sellkeep_model::{EventKind, sha256};

use super::samples::{at, event, record, tenant};
use crate::page::Versioned;
use crate::{
    Advance, Arrival, EVENTS, Error, EventFilter, EventLog, Intake, Job, Partition, RECORDS,
    Refused, Source, Store, event_place,
};

pub(super) async fn a_record_is_filed_once(store: Store) {
    let digest = store.put_record(&tenant(), record("{}", 0)).await.unwrap();
    assert_eq!(digest, sha256(b"{}"));
    store.put_record(&tenant(), record("{}", 5)).await.unwrap();
    let found = store.records_of(&tenant(), "a", None, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].at, found[0].size), (at(0), 2));
    assert_eq!(store.count(&tenant(), RECORDS).await.unwrap(), 1);
}

pub(super) async fn a_record_survives_whatever_its_bytes(store: Store) {
    let long = vec![b'x'; 3 << 20];
    let odd: Vec<u8> = (0..=255).collect();
    for bytes in [Vec::new(), vec![0], odd, long] {
        let mut one = record("", 0);
        one.bytes.clone_from(&bytes);
        let digest = store.put_record(&tenant(), one).await.unwrap();
        let found = store.record(&tenant(), &digest).await.unwrap();
        assert_eq!(found, Some(bytes));
    }
    let missing = store.record(&tenant(), &sha256(b"other")).await.unwrap();
    assert_eq!(missing, None);
    let wrong = store.record(&tenant(), "no digest").await;
    assert!(matches!(wrong, Err(Error::Digest)));
}

pub(super) async fn records_are_read_on_from_a_place(store: Store) {
    for number in 0..7 {
        let one = record(&number.to_string(), number / 2);
        store.put_record(&tenant(), one).await.unwrap();
    }
    let (mut place, mut seen) = (None, Vec::new());
    loop {
        let page = store.records_of(&tenant(), "a", place.as_ref(), 3).await;
        let page = page.unwrap();
        let Some(last) = page.last() else { break };
        place = Some(last.place().to_string().parse().unwrap());
        seen.extend(page.into_iter().map(|entry| (entry.at, entry.digest)));
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted());
}

pub(super) async fn an_altered_record_is_noticed(store: Store) {
    let digest = store.put_record(&tenant(), record("{}", 0)).await.unwrap();
    store.put_record(&tenant(), record("[]", 0)).await.unwrap();
    // Whoever can write to the database puts one record's bytes in another's place.
    let swap = "UPDATE records SET body = (SELECT b.body FROM records AS b \
                WHERE b.digest <> records.digest)";
    sqlx::query(swap).execute(&store.pools.write).await.unwrap();
    let error = store.record(&tenant(), &digest).await.unwrap_err();
    assert!(matches!(error, Error::Sealed { .. }), "{error}");
}

pub(super) async fn events_keep_their_order_and_come_once(store: Store) {
    let events: Vec<_> = (0..1200)
        .map(|number| event(&number.to_string(), "a", 2000 - number))
        .collect();
    assert_eq!(store.append(&tenant(), &events[..700]).await.unwrap(), 700);
    assert_eq!(store.append(&tenant(), &events[600..]).await.unwrap(), 500);
    let partition = Partition::of(&tenant(), "amazon", "a");
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let entries = store.read(partition, after, 500).await.unwrap();
        let Some(last) = entries.last() else { break };
        after = last.offset;
        seen.extend(entries.into_iter().map(|entry| entry.event));
    }
    assert_eq!(seen, events);
    let heads = store.heads().await.unwrap();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].0 == partition && heads[0].1 >= after);
    let counted = store.count_of(&tenant(), EVENTS, "a").await.unwrap();
    assert_eq!(counted, 1200);
}

pub(super) async fn events_are_found_by_account_kind_and_record(store: Store) {
    let digest = store.put_record(&tenant(), record("{}", 0)).await.unwrap();
    let mut events = vec![event("1", "a", 1), event("2", "b", 2), event("3", "a", 3)];
    events[1].kind = EventKind::PayoutCreated;
    events[2].record = Some(digest.clone());
    store.append(&tenant(), &events).await.unwrap();
    let cases = [
        (EventFilter::All, vec!["3", "2", "1"]),
        (EventFilter::Account("a".to_owned()), vec!["3", "1"]),
        (EventFilter::Kind(EventKind::PayoutCreated), vec!["2"]),
        (EventFilter::Record(digest), vec!["3"]),
    ];
    for (filter, expected) in cases {
        let found = store.events(&tenant(), &filter, None, 10).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|event| event.id.as_str()).collect();
        assert_eq!(ids, expected, "{filter:?}");
    }
    let before = Some(event_place(&events[1]));
    let rest = store
        .events(&tenant(), &EventFilter::All, before.as_ref(), 10)
        .await;
    assert_eq!(rest.unwrap(), events[..1]);
    let one = store.event(&tenant(), "b", "2").await.unwrap();
    assert_eq!(one.as_ref(), Some(&events[1]));
    assert_eq!(store.event(&tenant(), "a", "2").await.unwrap(), None);
}

pub(super) async fn an_intake_moves_its_source_once(store: Store) {
    let source = Source {
        id: "s".to_owned(),
        account: "a".to_owned(),
        kind: "amazon.api".to_owned(),
        settings: "{}".to_owned(),
        cursor: String::new(),
        seen: None,
        paused: false,
        trouble: String::new(),
        next_try: None,
    };
    let new = Versioned::new(source);
    store.put_source(&tenant(), &new).await.unwrap();
    let intake = |from: &str, to: &str| Intake {
        records: vec![record("1", 0), record("2", 0)],
        job: Some("examine".to_owned()),
        advance: Some(Advance {
            source: "s".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        }),
    };
    let taken = store
        .ingest(&tenant(), intake("", "x"), at(1))
        .await
        .unwrap();
    assert_eq!((taken.new, taken.digests.len()), (2, 2));
    let again = store.ingest(&tenant(), intake("", "y"), at(2)).await;
    assert!(matches!(again, Err(Error::Conflict { .. })));
    let taken = store
        .ingest(&tenant(), intake("x", "y"), at(2))
        .await
        .unwrap();
    assert_eq!((taken.new, store.waiting().await.unwrap()), (0, 2));
    let hold = jiff::SignedDuration::from_mins(5);
    let jobs = store.claim("n", "examine", 9, at(3), hold).await.unwrap();
    let mut jobs: Vec<&str> = jobs.iter().map(Job::record).collect();
    let mut digests: Vec<&str> = taken.digests.iter().map(String::as_str).collect();
    jobs.sort_unstable();
    digests.sort_unstable();
    assert_eq!(jobs, digests);
    let found = store.source(&tenant(), "s").await.unwrap().unwrap();
    assert_eq!(found.value.cursor, "y");
    assert_eq!(found.value.seen, Some(at(2)));
}

pub(super) async fn what_is_brought_twice_is_filed_once(store: Store) {
    let source = Versioned::new(Source::new("s", "a", "shopify.webhook", "{}"));
    store.put_source(&tenant(), &source).await.unwrap();
    let bring = async |id: &str, body: &str, second: i64| {
        let arrival = Arrival {
            source: "s".to_owned(),
            id: id.to_owned(),
        };
        let intake = Intake {
            records: vec![record(body, second)],
            job: Some("read".to_owned()),
            advance: Some(Advance {
                source: "s".to_owned(),
                from: String::new(),
                to: String::new(),
            }),
        };
        store
            .arrive(&tenant(), &arrival, intake, at(second))
            .await
            .unwrap()
    };
    assert!(bring("1", "one", 1).await);
    assert!(!bring("1", "one again", 2).await);
    assert!(bring("2", "two", 3).await);
    assert_eq!(store.count(&tenant(), RECORDS).await.unwrap(), 2);
    assert_eq!(store.waiting().await.unwrap(), 2);
    let found = store.source(&tenant(), "s").await.unwrap().unwrap();
    assert_eq!(found.value.seen, Some(at(3)));
    // Forgotten by age, it would count as new.
    assert_eq!(store.forget_arrivals(at(2)).await.unwrap(), 1);
    assert!(bring("1", "one once more", 4).await);
}

pub(super) async fn what_is_not_believed_is_counted(store: Store) {
    let refused = |count, second, says: &str| Refused {
        source: "s".to_owned(),
        count,
        at: at(second),
        says: says.to_owned(),
    };
    store
        .refuse(&tenant(), &refused(2, 1, "no signature"))
        .await
        .unwrap();
    store
        .refuse(&tenant(), &refused(3, 5, "too old"))
        .await
        .unwrap();
    assert_eq!(
        store.refused(&tenant()).await.unwrap(),
        [refused(5, 5, "too old")]
    );
    store.remove_source(&tenant(), "s").await.unwrap();
    assert_eq!(store.refused(&tenant()).await.unwrap(), []);
}

pub(super) async fn records_come_together_with_their_marks(store: Store) {
    let mut digests = Vec::new();
    for number in 0..3 {
        let one = record(&"x".repeat(number + 1), i64::try_from(number).unwrap());
        digests.push(store.put_record(&tenant(), one).await.unwrap());
    }
    let absent = sha256(b"absent");
    let wanted = [digests[0].as_str(), digests[2].as_str(), absent.as_str()];
    let found = store.records(&tenant(), &wanted).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[&digests[2]], b"xxx");
    let marks = store.record_marks(&tenant(), &wanted).await.unwrap();
    assert_eq!(marks[&digests[2]], (at(2), 3));
    assert!(matches!(
        store.records(&tenant(), &["'"]).await,
        Err(Error::Digest)
    ));
    let elsewhere = crate::Tenant::new("other");
    assert!(store.records(&elsewhere, &wanted).await.unwrap().is_empty());
}
