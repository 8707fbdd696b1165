//! Ten thousand accounts: no budget exceeded, nobody forgotten, little memory.
//!
//! Ignored by default, because it takes minutes:
//! `cargo test --release -p sellkeep-connect --test amazon -- --ignored --nocapture`

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::amazon::live::plan::State;
use sellkeep_fake_marketplace::{HandClock, Market};

use crate::seat::{STORE, Seat, begin, patient_gate};

/// A machine with other work may be slow.
const PATIENCE: Duration = Duration::from_secs(20);
/// Accounts that are due in the same second are asked together.
const TOGETHER: usize = 64;

fn number(name: &str, default: u32) -> u32 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// Kilobytes of this process in memory, now and at most.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
            .unwrap_or(0)
    };
    (field("VmRSS:"), field("VmHWM:"))
}

#[tokio::test]
#[ignore = "takes minutes; prints figures"]
async fn ten_thousand_accounts() {
    let accounts = number("ACCOUNTS", 10_000);
    let minutes = i64::from(number("MINUTES", 30));
    let market = Market::start(HandClock::at(begin()), None).await;
    let gate = patient_gate(&market, PATIENCE);
    let mut seats: Vec<Seat> = (0..accounts)
        .map(|one| Seat::new(&market, &gate, &format!("S{one:05}")))
        .collect();
    let clock = Instant::now();
    let mut due: BinaryHeap<Reverse<(Timestamp, usize)>> =
        (0..seats.len()).map(|at| Reverse((begin(), at))).collect();
    let until = begin() + SignedDuration::from_mins(minutes);
    let mut oldest = SignedDuration::ZERO;
    while due.peek().is_some_and(|Reverse((at, _))| *at <= until) {
        let Reverse((at, _)) = *due.peek().expect("some");
        market.clock().set(at);
        let mut turn = Vec::new();
        while turn.len() < TOGETHER
            && due
                .peek()
                .is_some_and(|Reverse((next, _))| *next <= market.now())
        {
            let Some(Reverse((_, seat))) = due.pop() else {
                break;
            };
            turn.push(seat);
        }
        turn.sort_unstable();
        let mut chosen: Vec<(usize, &mut Seat)> = seats
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| turn.binary_search(at).is_ok())
            .collect();
        for (_, seat) in &chosen {
            oldest = oldest.max(age(seat, market.now()));
        }
        join_all(chosen.iter_mut().map(|(_, seat)| async {
            seat.step().await.expect("no trouble");
            seat.records.clear();
        }))
        .await;
        for (at, seat) in &chosen {
            due.push(Reverse((
                seat.amazon.due(&seat.cursor).expect("a place"),
                *at,
            )));
        }
    }
    for seat in &seats {
        oldest = oldest.max(age(seat, market.now()));
    }
    let counts = market.counts();
    let calls: u64 = counts.calls.values().sum();
    let (rss, peak) = memory();
    println!(
        "{accounts} accounts, {minutes} minutes of their time in {:.0} s: {calls} calls ({:.0}/s), {} beyond a budget, \
         deposit methods never older than {oldest:?}, memory {} MiB at most ({} MiB at the end), both sides in one process",
        clock.elapsed().as_secs_f64(),
        f64::from(u32::try_from(calls).unwrap_or(u32::MAX)) / clock.elapsed().as_secs_f64(),
        counts.too_often,
        peak / 1024,
        rss / 1024,
    );
    assert_eq!(
        (counts.too_often, counts.forbidden, counts.bad),
        (0, vec![], vec![])
    );
    assert!(
        oldest <= SignedDuration::from_mins(10),
        "twice the interval: {oldest:?}"
    );
    assert!(peak <= 1024 * 1024, "{peak} kB");
}

/// How long ago the deposit methods were heard.
fn age(seat: &Seat, now: Timestamp) -> SignedDuration {
    let state = State::parse(&seat.cursor).expect("a place");
    let heard = state.rhythm(&format!("payment-methods/{STORE}")).heard;
    now.duration_since(heard.unwrap_or_else(begin))
}

#[tokio::test]
async fn a_hundred_accounts_of_one_application_exceed_nothing() {
    let market = Market::start(HandClock::at(begin()), None).await;
    let gate = patient_gate(&market, PATIENCE);
    let mut seats: Vec<Seat> = (0..100)
        .map(|one| Seat::new(&market, &gate, &format!("S{one:05}")))
        .collect();
    let until = begin() + SignedDuration::from_mins(15);
    for minute in 0..15 {
        market
            .clock()
            .set(begin() + SignedDuration::from_mins(minute));
        join_all(
            seats
                .iter_mut()
                .map(|seat| async { seat.step().await.expect("no trouble") }),
        )
        .await;
    }
    market.clock().set(until);
    assert!(
        seats
            .iter()
            .all(|seat| age(seat, until) <= SignedDuration::from_mins(10))
    );
    assert_eq!(market.counts().too_often, 0);
    assert!(Arc::strong_count(&gate) > 100, "one gate for all");
}
