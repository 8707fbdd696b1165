//! Detection's side: leases, commits, states, alerts, deliveries, snapshots, evidence.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sellkeep_model::{AlertLevel, AlertState, ProofLevel, State, StateGroup, sha256};

use super::samples::{alert, at, event, record, tenant};
use crate::page::Versioned;
use crate::{
    AccountState, AlertFilter, Changes, DELIVERY, Deed, EVENTS, Error, EventLog, Evidence, Job,
    Lease, NewJob, Outcome, Partition, Receipt, Store, Tenant, alert_place, delivered, delivery,
    pending,
};

const HOLD: SignedDuration = SignedDuration::from_mins(5);

async fn take(store: &Store, owner: &str, minutes: i64) -> BTreeMap<Partition, Lease> {
    let taken = store.take_leases(owner, 256, at(minutes), HOLD).await;
    let taken = taken.expect("partitions are taken").into_iter();
    taken.map(|lease| (lease.partition, lease)).collect()
}

fn of_a() -> Partition {
    Partition::of(&tenant(), "amazon", "a")
}

fn state(hot: &str, cold: Option<&str>, version: u64) -> Versioned<AccountState> {
    let value = AccountState {
        hot: hot.as_bytes().to_vec(),
        cold: cold.map(|cold| cold.as_bytes().to_vec()),
    };
    Versioned { value, version }
}

fn changed(state: Versioned<AccountState>) -> Changes {
    Changes {
        states: vec![((tenant(), "a".to_owned()), state)],
        ..Changes::default()
    }
}

pub(super) async fn a_partition_has_one_node(store: Store) {
    let some = store.take_leases("n", 100, at(0), HOLD).await.unwrap();
    assert_eq!(some.len(), 100);
    let rest = take(&store, "m", 1).await;
    assert_eq!(rest.len(), 156);
    assert!(
        some.iter()
            .all(|lease| !rest.contains_key(&lease.partition))
    );
    store.renew_lease(&some[0], at(4), HOLD).await.unwrap();
    store.give_lease(some[1].clone()).await.unwrap();
    // The others of the first node ran out; the one it held longer did not.
    let now = take(&store, "m", 7).await;
    assert_eq!(now.len(), 255);
    assert!(!now.contains_key(&some[0].partition));
    let gone = store.renew_lease(&some[2], at(8), HOLD).await;
    assert!(matches!(gone, Err(Error::LeaseLost { .. })));
}

pub(super) async fn a_commit_is_whole_or_nothing(store: Store) {
    store
        .append(&tenant(), &[event("1", "a", 1)])
        .await
        .unwrap();
    assert_eq!(store.backlog().await.unwrap(), [(of_a(), 1)]);
    let mut lease = take(&store, "n", 0).await.remove(&of_a()).unwrap();
    let mut changes = changed(state("h1", Some("c1"), 0));
    let raised = Versioned::new(alert("x", AlertLevel::ActNow, 1));
    changes.alerts = vec![(tenant(), raised.clone())];
    changes.jobs = vec![(tenant(), delivery(&raised.value, at(1)))];
    store.commit(&mut lease, 1, &changes).await.unwrap();
    assert_eq!(lease.offset, 1);
    assert!(store.backlog().await.unwrap().is_empty());
    // The same again: the offset has moved, so nothing is written twice.
    let mut old = lease.clone();
    old.offset = 0;
    assert!(store.commit(&mut old, 1, &changes).await.is_err());
    // A state read too early: the offset does not move either.
    let stale = changed(state("h2", None, 0));
    let error = store.commit(&mut lease, 2, &stale).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }) && error.is_passing());
    assert_eq!(lease.offset, 1);
    let next = changed(state("h2", None, 1));
    store.commit(&mut lease, 2, &next).await.unwrap();
    let found = store.state(&tenant(), "a").await.unwrap();
    assert_eq!(found, state("h2", Some("c1"), 2));
    assert_eq!(store.waiting().await.unwrap(), 1);
}

pub(super) async fn a_node_that_lost_its_lease_writes_nothing(store: Store) {
    let mut slow = take(&store, "n", 0).await.remove(&of_a()).unwrap();
    let mut quick = take(&store, "m", 10).await.remove(&of_a()).unwrap();
    let change = changed(state("slow", None, 0));
    let error = store.commit(&mut slow, 1, &change).await.unwrap_err();
    assert!(matches!(error, Error::LeaseLost { .. }));
    let none = store.state(&tenant(), "a").await.unwrap();
    assert_eq!(none.version, 0);
    let change = changed(state("quick", None, 0));
    store.commit(&mut quick, 1, &change).await.unwrap();
    store.rewind(&mut quick).await.unwrap();
    assert_eq!(quick.offset, 0);
    store.forget_state(&tenant(), "a").await.unwrap();
    assert_eq!(store.state(&tenant(), "a").await.unwrap().version, 0);
    assert!(store.rewind(&mut slow).await.is_err());
}

pub(super) async fn hot_states_come_together(store: Store) {
    let mut lease = take(&store, "n", 0).await.remove(&of_a()).unwrap();
    let key = |number: usize| (Tenant::new(format!("t{}", number % 3)), number.to_string());
    let changes = Changes {
        states: (0..600)
            .map(|n| (key(n), state(&format!("hot {n}"), None, 0)))
            .collect(),
        ..Changes::default()
    };
    store.commit(&mut lease, 1, &changes).await.unwrap();
    let wanted: Vec<_> = (500..700).map(key).collect();
    let found = store.hot_states(&wanted).await.unwrap();
    assert_eq!(found.len(), 100);
    assert_eq!(found[&key(599)].value, b"hot 599");
}

async fn commit_alert(store: &Store, lease: &mut Lease, alert: Versioned<sellkeep_model::Alert>) {
    let changes = Changes {
        alerts: vec![(tenant(), alert)],
        ..Changes::default()
    };
    let to = lease.offset + 1;
    store
        .commit(lease, to, &changes)
        .await
        .expect("the alert is kept");
}

pub(super) async fn alerts_are_listed_and_counted(store: Store) {
    let mut lease = take(&store, "n", 0).await.remove(&of_a()).unwrap();
    let levels = [
        AlertLevel::ActNow,
        AlertLevel::CheckToday,
        AlertLevel::ActNow,
    ];
    for (number, level) in (1..).zip(levels) {
        let new = Versioned::new(alert(&number.to_string(), level, number));
        commit_alert(&store, &mut lease, new).await;
    }
    let count = |level| store.count_of(&super::samples::TENANT, pending(level), "a");
    assert_eq!(count(AlertLevel::ActNow).await.unwrap(), 2);
    assert_eq!(count(AlertLevel::CheckToday).await.unwrap(), 1);
    let mut first = store.alert(&tenant(), "1").await.unwrap().unwrap();
    assert_eq!(first.version, 1);
    first.value.state = AlertState::ItWasMe {
        by: "kai".to_owned(),
        at: at(9),
    };
    first.value.changed = at(9);
    let deed = Deed {
        at: at(9),
        who: "kai".to_owned(),
        deed: "it-was-me".to_owned(),
        says: "new bank".to_owned(),
    };
    let follow = NewJob::new("learn", "1", at(9));
    let jobs = [follow];
    store
        .answer_alert(&tenant(), &first, &deed, &jobs)
        .await
        .unwrap();
    // Detection had read it before: it must read it again.
    let slower = store.answer_alert(&tenant(), &first, &deed, &[]).await;
    assert!(matches!(slower, Err(Error::Conflict { .. })));
    assert_eq!(store.deeds(&tenant(), "1").await.unwrap(), [deed]);
    assert_eq!(count(AlertLevel::ActNow).await.unwrap(), 1);
    assert_eq!(listed(&store, AlertFilter::All).await, ["1", "3", "2"]);
    assert_eq!(
        listed(&store, AlertFilter::Need(AlertLevel::ActNow)).await,
        ["3"]
    );
    assert_eq!(
        listed(&store, AlertFilter::State("it-was-me".to_owned())).await,
        ["1"]
    );
    assert_eq!(
        listed(&store, AlertFilter::Account("a".to_owned())).await,
        ["1", "3", "2"]
    );
    assert_eq!(store.pending_alerts(&tenant(), "a").await.unwrap().len(), 2);
    let after = alert_place(&first.value);
    let rest = store
        .alerts(&tenant(), &AlertFilter::All, Some(&after), 1)
        .await;
    assert_eq!(rest.unwrap()[0].value.id, "3");
    let each = store.counts(&tenant(), pending(AlertLevel::ActNow)).await;
    assert_eq!(each.unwrap(), [("a".to_owned(), 1)]);
}

async fn listed(store: &Store, filter: AlertFilter) -> Vec<String> {
    let found = store.alerts(&tenant(), &filter, None, 10).await;
    let found = found.expect("alerts are listed").into_iter();
    found.map(|alert| alert.value.id).collect()
}

pub(super) async fn a_receipt_is_noted_once(store: Store) {
    let told = alert("x", AlertLevel::ActNow, 1);
    let jobs = [delivery(&told, at(1)), delivery(&told, at(2))];
    assert_eq!(store.enqueue(&tenant(), &jobs).await.unwrap(), 1);
    let job = store
        .claim("n", DELIVERY, 9, at(3), HOLD)
        .await
        .unwrap()
        .remove(0);
    let (alert, revision) = delivered(&job.input).unwrap();
    assert_eq!((alert, revision), ("x", 1));
    let receipt = Receipt {
        revision,
        channel: "ntfy".to_owned(),
        at: at(3),
        says: "200".to_owned(),
    };
    assert!(store.add_receipt(&tenant(), alert, &receipt).await.unwrap());
    assert!(!store.add_receipt(&tenant(), alert, &receipt).await.unwrap());
    assert_eq!(store.receipts(&tenant(), "x").await.unwrap(), [receipt]);
    assert_eq!(delivered("no revision"), None);
}

fn stores(version: u64, minutes: i64) -> Versioned<State> {
    let value = State {
        group: StateGroup::Stores,
        store: None,
        complete: true,
        proof: ProofLevel::Proven,
        as_of: at(minutes),
        items: Vec::new(),
    };
    Versioned { value, version }
}

pub(super) async fn a_job_ends_with_its_outcome(store: Store) {
    let digest = store.put_record(&tenant(), record("{}", 0)).await.unwrap();
    let new = [
        NewJob::new("examine", &digest, at(0)),
        NewJob::new("examine", "2", at(0)),
    ];
    store.enqueue(&tenant(), &new).await.unwrap();
    let jobs = store.claim("n", "examine", 9, at(1), HOLD).await.unwrap();
    let outcome = Outcome {
        events: vec![event("1", "a", 1)],
        snapshots: vec![("a".to_owned(), stores(0, 1))],
        evidence: Some(evidence(&digest, "genuine", 1)),
        jobs: vec![NewJob::new("check", "a", at(1))],
    };
    store.finish(&jobs[0], &outcome, at(1)).await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), 2);
    // The other job compared with the snapshot before: nothing of it is written.
    let mut late = outcome.clone();
    late.events = vec![event("2", "a", 2)];
    let error = store.finish(&jobs[1], &late, at(2)).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }));
    assert_eq!(store.event(&tenant(), "a", "2").await.unwrap(), None);
    late.snapshots = vec![("a".to_owned(), stores(1, 2))];
    store.finish(&jobs[1], &late, at(2)).await.unwrap();
    assert!(store.finish(&jobs[1], &late, at(2)).await.is_err());
    let known = store
        .snapshot(&tenant(), "a", StateGroup::Stores, None)
        .await;
    assert_eq!(known.unwrap(), Some(stores(2, 2)));
    assert_eq!(
        store.snapshots(&tenant(), "a").await.unwrap(),
        [stores(2, 2)]
    );
    assert_eq!(store.waiting().await.unwrap(), 1);
}

fn evidence(record: &str, verdict: &str, minutes: i64) -> Evidence {
    Evidence {
        record: record.to_owned(),
        account: "a".to_owned(),
        at: at(minutes),
        verdict: verdict.to_owned(),
        knowledge: "k".to_owned(),
        body: "{}".to_owned(),
    }
}

pub(super) async fn verdicts_are_listed(store: Store) {
    let digests: Vec<String> = (0..4_u8).map(|number| sha256(&[number])).collect();
    let words = ["genuine", "fake", "fake", ""];
    let jobs: Vec<NewJob> = digests
        .iter()
        .map(|digest| NewJob::new("e", digest, at(0)))
        .collect();
    store.enqueue(&tenant(), &jobs).await.unwrap();
    for job in store.claim("n", "e", 9, at(1), HOLD).await.unwrap() {
        let number = digests
            .iter()
            .position(|digest| *digest == job.input)
            .unwrap();
        let minutes = i64::try_from(number).unwrap();
        let outcome = Outcome {
            evidence: Some(evidence(&job.input, words[number], minutes)),
            ..Outcome::default()
        };
        store.finish(&job, &outcome, at(1)).await.unwrap();
    }
    let all = store.verdicts(&tenant(), None, None, 9).await.unwrap();
    let seen: Vec<&str> = all.iter().map(|one| one.verdict.as_str()).collect();
    assert_eq!(seen, ["fake", "fake", "genuine"]);
    let place = all[0].place();
    let fakes = store
        .verdicts(&tenant(), Some("fake"), Some(&place), 9)
        .await;
    assert_eq!(fakes.unwrap(), all[1..2]);
    let one = store.evidence(&tenant(), &digests[3]).await.unwrap();
    assert_eq!(one, Some(evidence(&digests[3], "", 3)));
}

pub(super) async fn a_job_settles_with_states_and_alerts(store: Store) {
    store
        .enqueue(&tenant(), &[NewJob::new("e", "1", at(0))])
        .await
        .unwrap();
    let job = store
        .claim("n", "e", 9, at(1), HOLD)
        .await
        .unwrap()
        .remove(0);
    let outcome = Outcome {
        events: vec![event("1", "a", 1)],
        ..Outcome::default()
    };
    let stale = changed(state("h", None, 3));
    let mut changes = changed(state("h", None, 0));
    let raised = alert("x", AlertLevel::ActNow, 1);
    changes.alerts = vec![(tenant(), Versioned::new(raised))];
    store.settle(&job, &outcome, &changes, at(1)).await.unwrap();
    // A second time the job is no longer held: nothing is written.
    assert!(store.settle(&job, &outcome, &changes, at(1)).await.is_err());
    assert_eq!(store.state(&tenant(), "a").await.unwrap().version, 1);
    assert!(matches!(
        store.replace(&stale).await,
        Err(Error::Conflict { .. })
    ));
    store
        .replace(&changed(state("new", None, 1)))
        .await
        .unwrap();
    assert_eq!(store.state(&tenant(), "a").await.unwrap().value.hot, b"new");
    assert_eq!(store.waiting().await.unwrap(), 0);
}

pub(super) async fn jobs_settle_together_or_not_at_all(store: Store) {
    let other = Tenant::new("other");
    store
        .enqueue(
            &tenant(),
            &[1, 2].map(|n| NewJob::new("e", n.to_string(), at(0))),
        )
        .await
        .unwrap();
    store
        .enqueue(&other, &[NewJob::new("e", "1", at(0))])
        .await
        .unwrap();
    let mut jobs = store.claim("n", "e", 9, at(1), HOLD).await.unwrap();
    jobs.sort_by(|one, two| (&one.tenant, &one.input).cmp(&(&two.tenant, &two.input)));
    let outcomes: Vec<Outcome> = jobs.iter().map(read_of).collect();
    let settled: Vec<_> = jobs.iter().zip(&outcomes).collect();
    let changes = changed(state("h", None, 0));
    store.complete(&jobs[1], at(1)).await.unwrap();
    let refused = store.settle_all(&settled, &changes, at(1)).await;
    assert!(
        matches!(refused, Err(Error::ClaimLost { .. })),
        "{refused:?}"
    );
    assert_eq!(store.state(&tenant(), "a").await.unwrap().version, 0);
    assert_eq!(store.waiting().await.unwrap(), 2);
    let held = [settled[0], settled[2]];
    store.settle_all(&held, &changes, at(1)).await.unwrap();
    assert_eq!(store.waiting().await.unwrap(), 0);
    assert_eq!(store.count(&other, EVENTS).await.unwrap(), 1);
    for job in [&jobs[0], &jobs[2]] {
        let record = sha256(job.input.as_bytes());
        let kept = store.evidence(&job.tenant, &record).await.unwrap().unwrap();
        assert_eq!(
            (kept.verdict.as_str(), kept.body.as_str()),
            ("fake", "{\"ä\":1}")
        );
    }
}

/// What reading the record of a job may give.
fn read_of(job: &Job) -> Outcome {
    let evidence = Evidence {
        record: sha256(job.input.as_bytes()),
        account: "a".to_owned(),
        at: at(1),
        verdict: "fake".to_owned(),
        knowledge: "k".to_owned(),
        body: "{\"ä\":1}".to_owned(),
    };
    Outcome {
        events: vec![event(&job.input, "a", 1)],
        evidence: Some(evidence),
        ..Outcome::default()
    }
}

pub(super) async fn whole_states_come_together(store: Store) {
    let mut changes = changed(state("hot", Some("cold"), 0));
    let other = (Tenant::new("other"), "a".to_owned());
    changes.states.push((other.clone(), state("else", None, 0)));
    store.replace(&changes).await.unwrap();
    let absent = (tenant(), "none".to_owned());
    let own = (tenant(), "a".to_owned());
    let wanted = [own.clone(), other.clone(), absent];
    let found = store.states(&wanted).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[&own].value.cold.as_deref(), Some(b"cold".as_slice()));
    assert_eq!(
        (found[&other].value.cold.as_ref(), found[&other].version),
        (None, 1)
    );
}
