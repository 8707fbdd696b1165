//! The program killed at any moment, again and again: every record is read once, every
//! alert is raised once and told once, as in a run that nobody disturbed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at once, in its helpers too"
)]

mod program;

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use program::Place;
use sellkeep_store::{AlertFilter, EVENTS, KeySource, RECORDS, Store, Tenant};

/// Kills in all; more by hand: `SELLKEEP_TEST_KILLS=200`.
const KILLS: usize = 40;
/// Kills over one folder; then the program is left alone until it ends.
const KILLS_EACH: usize = 40;
const PAGE: usize = 1000;

/// Everything that a run leaves behind, in a form that two runs share.
#[derive(Debug, PartialEq)]
struct Left {
    records: u64,
    events: u64,
    evidence: usize,
    /// Alerts by id: count of causes, revision.
    alerts: BTreeMap<String, (String, u64, u32)>,
    waiting: u64,
}

fn left(place: &Place) -> Left {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let key = KeySource::File(place.path().join("data/master.key"));
        let address = place.path().join("data/sellkeep.db").display().to_string();
        let store = Store::open(&address, &key).await.expect("the store opens");
        let tenant = Tenant::new(sellkeep_model::TENANT_DEFAULT);
        let aside = store.poisoned(&tenant, None, 9).await.expect("a list");
        assert_eq!(aside, [], "nothing was set aside");
        let alerts = store.alerts(&tenant, &AlertFilter::All, None, PAGE).await;
        let mut known = BTreeMap::new();
        for alert in alerts.expect("alerts") {
            let alert = alert.value;
            let revision = alert.revision;
            known.insert(alert.id, (alert.detection.title, alert.count, revision));
        }
        let waiting = store.waiting().await.expect("a number");
        Left {
            records: store.count(&tenant, RECORDS).await.expect("a number"),
            events: store.count(&tenant, EVENTS).await.expect("a number"),
            evidence: store
                .verdicts(&tenant, None, None, PAGE)
                .await
                .expect("a list")
                .len(),
            alerts: known,
            waiting,
        }
    })
}

fn ingest(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sellkeep"));
    command
        .args([
            "ingest",
            "--data",
            "data",
            "--accounts",
            "a.json",
            "--dns",
            "z.json",
        ])
        .arg("r.jsonl")
        .current_dir(place.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn simulated() -> Place {
    let place = Place::new();
    let said = place.run(&[
        "simulate",
        "--accounts",
        "1",
        "--days",
        "20",
        "--seed",
        "7",
        "--attack",
        "payout-switch",
        "--accounts-file",
        "a.json",
        "--zone-file",
        "z.json",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    place.put("r.jsonl", &said.out);
    place
}

/// Numbers that look random (xorshift), the same in every run.
fn roll(dice: &mut u64) -> u64 {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    *dice >> 11
}

/// Starts and kills until one run comes to its end. Returns how many were killed.
fn disturb(place: &Place, dice: &mut u64, longest: u64) -> usize {
    let mut killed = 0;
    loop {
        let mut child = ingest(place).spawn().expect("the program starts");
        if killed == KILLS_EACH {
            // A slow machine might never come to its end in time.
            assert!(child.wait().expect("the program's end").success());
            return killed;
        }
        std::thread::sleep(Duration::from_millis(roll(dice) % longest));
        if let Some(end) = child.try_wait().expect("the program's end") {
            assert!(end.success(), "a run that was not killed failed");
            return killed;
        }
        child.kill().expect("the program is killed");
        child.wait().expect("the program's end");
        killed += 1;
    }
}

#[test]
fn nothing_is_lost_and_nothing_is_done_twice() {
    let wanted = std::env::var("SELLKEEP_TEST_KILLS").ok();
    let wanted = wanted.and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let quiet = simulated();
    let begin = Instant::now();
    assert!(
        ingest(&quiet)
            .status()
            .expect("the program's end")
            .success()
    );
    // Five of six runs are killed on their way, and the sixth comes to its end.
    let longest = u64::try_from(begin.elapsed().as_millis()).expect("a short run") * 6 / 5;
    let expected = left(&quiet);
    assert!(
        !expected.alerts.is_empty() && expected.evidence > 0,
        "{expected:?}"
    );
    let (mut killed, mut dice) = (0, 0x9e37_79b9_7f4a_7c15);
    while killed < wanted {
        let place = simulated();
        let here = disturb(&place, &mut dice, longest);
        // Held jobs are given back after their time; a new run does not wait for that.
        assert_eq!(left(&place), expected, "after {here} kills");
        killed += here;
    }
    eprintln!("killed {killed} times");
}
