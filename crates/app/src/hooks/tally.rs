//! Counts what was not believed, and writes it down once a second at most.
//!
//! Whoever sends nonsense must not make us write with every piece of it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use sellkeep_connect::hook::Refusal;
use sellkeep_store::{Refused, Store, Tenant};
use tokio::sync::watch;

/// How often it is written down.
const WRITE_EVERY: Duration = Duration::from_secs(1);

/// What was not believed and is not written down yet, by source.
#[derive(Default)]
pub struct Tally(Mutex<HashMap<Place, Count>>);

/// A source of a tenant.
type Place = (Tenant, String);
/// How often, when last, and why.
type Count = (u64, Timestamp, String);

impl Tally {
    /// Counts one.
    pub fn refuse(&self, tenant: &Tenant, source: &str, why: &Refusal, now: Timestamp) {
        if let Ok(mut counts) = self.0.lock() {
            let key = (tenant.clone(), source.to_owned());
            let count = counts.entry(key).or_insert((0, now, String::new()));
            *count = (count.0 + 1, now, why.to_string());
        }
    }

    /// Writes down until the shutdown, and what is left then.
    pub async fn write(&self, store: &Store, mut stopped: watch::Receiver<bool>) {
        loop {
            let ends = tokio::select! {
                () = tokio::time::sleep(WRITE_EVERY) => false,
                _ = stopped.wait_for(|stopped| *stopped) => true,
            };
            self.flush(store).await;
            if ends {
                return;
            }
        }
    }

    async fn flush(&self, store: &Store) {
        let counts = self.0.lock().map(|mut counts| std::mem::take(&mut *counts));
        for ((tenant, source), (count, at, says)) in counts.unwrap_or_default() {
            let refused = Refused {
                source,
                count,
                at,
                says,
            };
            if let Err(error) = note(store, &tenant, &refused).await {
                eprintln!("sellkeep: noting refused hooks: {error}");
            }
        }
    }
}

async fn note(store: &Store, tenant: &Tenant, refused: &Refused) -> sellkeep_store::Result<()> {
    store.refuse(tenant, refused).await?;
    let says = format!("the last hook was refused: {}", refused.says);
    store
        .note_trouble(tenant, &refused.source, &says, None)
        .await
}
