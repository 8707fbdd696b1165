//! Killed at any moment, nothing is lost and nothing is done twice.
//!
//! A child reads a source, examines records, detects and delivers; its parent kills it
//! again and again. What it does is not the same when done twice: it counts. At the end
//! everything must be as in a run that nobody disturbed.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::SignedDuration;
use sellkeep_model::{Alert, AlertLevel, Fields, Item, ProofLevel, State, StateGroup, sha256};

use super::places::Place;
use super::samples::{alert, at, event, record, tenant};
use crate::page::Versioned;
use crate::{
    AccountKey, AccountState, Advance, Changes, DELIVERY, EVENTS, Entry, Error, EventFilter,
    EventLog, Intake, Job, KeySource, Lease, Outcome, RECORDS, Receipt, Result, Source, Store,
    delivered, delivery,
};

const BATCHES: usize = 120;
const BATCH: usize = 5;
const ACCOUNTS: usize = 7;
const HOLD: SignedDuration = SignedDuration::from_hours(1);
const NODE: &str = "node";
const ADDRESS: &str = "SELLKEEP_TEST_ADDRESS";
const KEY: &str = "SELLKEEP_TEST_KEY";

/// The child: does what is left to do, and ends.
#[test]
#[ignore = "started by the tests below"]
fn child() {
    let (Ok(address), Ok(key)) = (std::env::var(ADDRESS), std::env::var(KEY)) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&address, &KeySource::File(key.into())).await;
        work(&store.expect("the store opens")).await;
    });
}

async fn work(store: &Store) {
    store.release(NODE).await.expect("jobs are given back");
    let leases = store.take_leases(NODE, 256, at(1), HOLD).await;
    let leases = leases.expect("partitions are taken").into_iter();
    let mut leases: HashMap<_, _> = leases.map(|lease| (lease.partition, lease)).collect();
    loop {
        let rounds = [
            forgiven(fetch(store).await),
            forgiven(examine(store).await),
            forgiven(detect(store, &mut leases).await),
            forgiven(deliver(store).await),
        ];
        if rounds == [false; 4] && store.waiting().await.expect("a number") == 0 {
            return;
        }
    }
}

/// The server may still be ending what the killed child began: then it is tried again.
fn forgiven(round: Result<bool>) -> bool {
    match round {
        Ok(busy) => busy,
        Err(error) if error.is_passing() => true,
        Err(error) => panic!("{error:?}"),
    }
}

async fn fetch(store: &Store) -> Result<bool> {
    let source = store.source(&tenant(), "s").await?;
    let Some(source) = source else {
        store
            .put_source(&tenant(), &Versioned::new(source_new()))
            .await?;
        return Ok(true);
    };
    let from = source.value.cursor;
    let number: usize = from.parse().unwrap_or(0);
    if number == BATCHES {
        return Ok(false);
    }
    let records = (number * BATCH..(number + 1) * BATCH).map(|one| {
        let mut record = record(&format!("{{\"number\":{one}}}"), 0);
        record.account = (one % ACCOUNTS).to_string();
        record
    });
    let intake = Intake {
        records: records.collect(),
        job: Some("examine".to_owned()),
        advance: Some(Advance {
            source: "s".to_owned(),
            from,
            to: (number + 1).to_string(),
        }),
    };
    store.ingest(&tenant(), intake, at(1)).await?;
    Ok(true)
}

fn source_new() -> Source {
    Source {
        id: "s".to_owned(),
        account: String::new(),
        kind: "mailbox".to_owned(),
        settings: "{}".to_owned(),
        cursor: String::new(),
        seen: None,
        paused: false,
        trouble: String::new(),
        next_try: None,
    }
}

async fn examine(store: &Store) -> Result<bool> {
    let jobs = store.claim(NODE, "examine", 4, at(1), HOLD).await?;
    for job in &jobs {
        let outcome = examined(store, job).await?;
        store.finish(job, &outcome, at(1)).await?;
    }
    Ok(!jobs.is_empty())
}

async fn examined(store: &Store, job: &Job) -> Result<Outcome> {
    let bytes = store
        .record(&job.tenant, job.record())
        .await?
        .expect("the record");
    let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let number = json["number"].as_u64().expect("a number");
    let account = (number % ACCOUNTS as u64).to_string();
    let known = store
        .snapshot(&job.tenant, &account, StateGroup::Stores, None)
        .await?;
    let mut known = known.unwrap_or_else(|| Versioned::new(state_new()));
    // Added without looking: a second time would show.
    known.value.items.push(Item {
        id: job.record().to_owned(),
        fields: Fields::default(),
    });
    let mut events = vec![event(&format!("{number}/1"), &account, 1)];
    events.push(event(&format!("{number}/2"), &account, 2));
    events[0].record = Some(job.record().to_owned());
    Ok(Outcome {
        events,
        snapshots: vec![(account, known)],
        ..Outcome::default()
    })
}

fn state_new() -> State {
    State {
        group: StateGroup::Stores,
        store: None,
        complete: true,
        proof: ProofLevel::Proven,
        as_of: at(1),
        items: Vec::new(),
    }
}

type Leases = HashMap<crate::Partition, Lease>;

async fn detect(store: &Store, leases: &mut Leases) -> Result<bool> {
    let backlog = store.backlog().await?;
    let mut busy = false;
    for (partition, _) in backlog {
        let lease = leases.get_mut(&partition).expect("every partition is ours");
        let entries = store.read(partition, lease.offset, 50).await?;
        let Some(last) = entries.last() else { continue };
        let changes = detected(store, &entries).await?;
        store.commit(lease, last.offset, &changes).await?;
        busy = true;
    }
    Ok(busy)
}

/// Counts events in the state; every third one raises the account's alert by one.
async fn detected(store: &Store, entries: &[Entry]) -> Result<Changes> {
    let mut states: BTreeMap<String, Versioned<AccountState>> = BTreeMap::new();
    let mut raised: BTreeMap<String, u64> = BTreeMap::new();
    for entry in entries {
        let account = entry.event.account.clone();
        if !states.contains_key(&account) {
            let state = store.state(&entry.tenant, &account).await?;
            states.insert(account.clone(), state);
        }
        let state = states.get_mut(&account).expect("just added");
        state.value.hot = counted(&state.value.hot, &entry.event.id);
        let digest = sha256(entry.event.id.as_bytes());
        *raised.entry(account).or_default() += u64::from(digest.as_bytes()[0] < b'5');
    }
    let mut changes = Changes::default();
    let key = |account: String| -> AccountKey { (tenant(), account) };
    changes.states = states
        .into_iter()
        .map(|(account, state)| (key(account), state))
        .collect();
    for (account, more) in raised.into_iter().filter(|(_, more)| *more > 0) {
        let alert = grown(store, &account, more).await?;
        changes.jobs.push((tenant(), delivery(&alert.value, at(1))));
        changes.alerts.push((tenant(), alert));
    }
    Ok(changes)
}

async fn grown(store: &Store, account: &str, more: u64) -> Result<Versioned<Alert>> {
    let known = store.alert(&tenant(), account).await?;
    let mut known = known.unwrap_or_else(|| {
        let mut new = alert(account, AlertLevel::ActNow, 1);
        new.detection.account = account.to_owned();
        (new.count, new.revision) = (0, 0);
        Versioned::new(new)
    });
    known.value.count += more;
    known.value.revision += 1;
    Ok(known)
}

/// A number of events and the sum of their digests: the order does not matter, the rest does.
fn counted(hot: &[u8], id: &str) -> Vec<u8> {
    let mut sums = [0_u64; 2];
    for (sum, bytes) in sums.iter_mut().zip(hot.chunks_exact(8)) {
        *sum = u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    }
    let digest = u64::from_str_radix(&sha256(id.as_bytes())[..16], 16).expect("digits");
    sums = [sums[0] + 1, sums[1].wrapping_add(digest)];
    sums.iter().flat_map(|sum| sum.to_le_bytes()).collect()
}

async fn deliver(store: &Store) -> Result<bool> {
    let jobs = store.claim(NODE, DELIVERY, 4, at(1), HOLD).await?;
    for job in &jobs {
        let (alert, revision) = delivered(&job.input).expect("an alert and a revision");
        let receipt = Receipt {
            revision,
            channel: "test".to_owned(),
            at: at(1),
            says: String::new(),
        };
        store.add_receipt(&job.tenant, alert, &receipt).await?;
        store.complete(job, at(1)).await?;
    }
    Ok(!jobs.is_empty())
}

/// Everything there is, in one text.
async fn dump(store: &Store) -> String {
    let mut text = String::new();
    let records = store.count(&tenant(), RECORDS).await.expect("a number");
    let events = store.count(&tenant(), EVENTS).await.expect("a number");
    writeln!(text, "{records} records, {events} events").expect("text");
    for account in (0..ACCOUNTS).map(|number| number.to_string()) {
        dump_account(store, &account, &mut text)
            .await
            .expect("the account");
    }
    text
}

async fn dump_account(store: &Store, account: &str, text: &mut String) -> Result<()> {
    let tenant = tenant();
    let records = store.records_of(&tenant, account, None, 1000).await?;
    let filter = EventFilter::Account(account.to_owned());
    let events = store.events(&tenant, &filter, None, 1000).await?;
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    let known = store
        .snapshot(&tenant, account, StateGroup::Stores, None)
        .await?;
    let items = known.expect("a snapshot").value.items;
    let mut items: Vec<String> = items.into_iter().map(|item| item.id).collect();
    items.sort();
    let hot = store.state(&tenant, account).await?.value.hot;
    let alert = store
        .alert(&tenant, account)
        .await?
        .expect("an alert")
        .value;
    let receipts = store.receipts(&tenant, account).await?;
    let told: Vec<u32> = receipts.iter().map(|receipt| receipt.revision).collect();
    let all: Vec<u32> = (1..=alert.revision).collect();
    assert_eq!(told, all, "every revision of the alert was told once");
    let numbers = (records.len(), alert.count);
    writeln!(text, "{account}: {numbers:?} {hot:?}\n{ids:?}\n{items:?}").expect("text");
    Ok(())
}

async fn undisturbed() -> String {
    let place = Place::memory();
    let store = place.open().await;
    work(&store).await;
    dump(&store).await
}

fn start(place: &Place) -> std::process::Child {
    let KeySource::File(key) = place.key() else {
        panic!("the key is a file");
    };
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "tests::killed::child", "--ignored"]);
    command.env(ADDRESS, &place.address).env(KEY, key);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the child starts")
}

/// Kills children on this place until it is done. Returns how many were killed.
fn disturb(place: &Place, dice: &mut u64, longest: u64) -> usize {
    let mut killed = 0;
    loop {
        let mut child = start(place);
        std::thread::sleep(Duration::from_millis(roll(dice) % longest));
        if let Some(end) = child.try_wait().expect("the child's end") {
            assert!(end.success(), "a child that was not killed failed");
            return killed;
        }
        child.kill().expect("the child is killed");
        child.wait().expect("the child's end");
        killed += 1;
    }
}

/// Numbers that look random (xorshift), the same in every run.
fn roll(dice: &mut u64) -> u64 {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    *dice >> 11
}

async fn check(places: impl AsyncFn() -> Option<Place>, kills: usize, longest: u64) {
    let (mut killed, mut dice) = (0, 0x9e37_79b9_7f4a_7c15);
    let expected = undisturbed().await;
    assert!(expected.contains(&format!("{} records", BATCHES * BATCH)));
    while killed < kills {
        let Some(place) = places().await else { return };
        place.open().await.close().await;
        killed += disturb(&place, &mut dice, longest);
        let store = place.open().await;
        let aside = store.poisoned(&tenant(), None, 9).await.expect("a list");
        assert_eq!(aside, [], "no job was killed often enough to be set aside");
        assert_eq!(dump(&store).await, expected);
        store.close().await;
    }
    eprintln!("killed {killed} times");
}

#[tokio::test]
async fn on_a_file() {
    check(async || Some(Place::file()), 200, 300).await;
}

#[tokio::test]
async fn on_postgres() {
    check(Place::postgres, 20, 600).await;
}

#[test]
fn what_was_done_twice_would_show() {
    let once = counted(&[], "a");
    assert_ne!(once, counted(&once, "a"));
    assert_eq!(counted(&once, "b"), counted(&counted(&[], "b"), "a"));
    assert!(matches!(
        Error::Conflict { what: "x" },
        error if error.is_passing()
    ));
}
