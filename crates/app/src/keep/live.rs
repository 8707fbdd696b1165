//! The keeper's work for as long as the program serves: rounds, signs of life, tidying up.
//!
//! Reading and telling go on side by side, so that a slow service delays no reading.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use sellkeep_connect::deadman::Signal;
use sellkeep_store::Store;
use tokio::sync::watch;

use super::pulse::{Beat, Pulse};
use super::work::Keeper;
use crate::watch::deliver::Outbox;

/// How long the keeper rests when nothing is due: a person does not notice, a processor does.
const REST: Duration = Duration::from_millis(200);
/// How long it rests after trouble with the store, so that it does not hammer a sick one.
const REST_AFTER_TROUBLE: Duration = Duration::from_secs(5);
/// How often sessions whose time is over are forgotten.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// Works until told to stop.
pub async fn work(
    keeper: Keeper,
    store: Store,
    outbox: Option<Arc<Outbox>>,
    stopped: watch::Receiver<bool>,
) {
    let pulse = Pulse::new(Timestamp::now());
    if let Err(error) = keeper.plan_weeks(Timestamp::now()).await {
        eprintln!("sellkeep: planning the weekly word: {error:#}");
    }
    let read = rounds(&stopped, (&pulse, Beat::Read), || {
        keeper.read_round(Timestamp::now())
    });
    let tell = rounds(&stopped, (&pulse, Beat::Told), || {
        keeper.tell_round(Timestamp::now())
    });
    let sign = sign(outbox.as_deref(), &pulse, &stopped);
    tokio::join!(read, tell, sign, sweep(&store, &stopped));
}

/// One round after another, with a rest where there was nothing to do.
async fn rounds(
    stopped: &watch::Receiver<bool>,
    (pulse, beat): (&Pulse, Beat),
    round: impl AsyncFn() -> Result<usize>,
) {
    while !*stopped.borrow() {
        let done = round().await;
        if done.is_ok() {
            pulse.beat(beat, Timestamp::now());
        }
        let rest = match done {
            Ok(0) => REST,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                eprintln!("sellkeep: the keeper's work: {error:#}");
                REST_AFTER_TROUBLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = ended(stopped.clone()) => break,
        }
    }
}

/// Tells the watch outside whether the work goes on.
async fn sign(outbox: Option<&Outbox>, pulse: &Pulse, stopped: &watch::Receiver<bool>) {
    let Some(outbox) = outbox else { return };
    let health = || {
        if pulse.is_well(Timestamp::now()) {
            Signal::Success
        } else {
            Signal::Fail
        }
    };
    tokio::select! {
        () = outbox.sign(health) => {}
        () = ended(stopped.clone()) => {}
    }
}

/// Forgets sessions that are over.
async fn sweep(store: &Store, stopped: &watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = store.forget_sessions(Timestamp::now()).await {
            eprintln!("sellkeep: forgetting old sessions: {error}");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP_EVERY) => {}
            () = ended(stopped.clone()) => break,
        }
    }
}

/// Comes back when the program is told to stop.
pub async fn ended(mut stopped: watch::Receiver<bool>) {
    // The sender goes away only when the program ends.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
