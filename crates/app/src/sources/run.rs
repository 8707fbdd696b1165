//! Starts a task for every source that is to be read, and stops those that are not any more.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use anyhow::Result;
use sellkeep_store::{Store, Tenant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::kinds::KINDS;
use super::reader::Reader;
use crate::keep::Keeper;

/// How soon a source that was added, changed, paused or removed is noticed.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// A source in one form of its settings: a changed one is another.
type Key = (Tenant, String, u64);

/// Reads every source until `shutdown` turns true (or its sender is gone). Whatever is under
/// way then is dropped: it was not kept yet, and is read again at the next start.
pub async fn run(store: Store, keeper: Keeper, mut shutdown: watch::Receiver<bool>) -> Result<()> {
    let mut tasks: HashMap<Key, Task> = HashMap::new();
    while !*shutdown.borrow_and_update() {
        match wanted(&store).await {
            Ok(wanted) => settle(&store, &keeper, &mut tasks, wanted),
            Err(error) => eprintln!("sellkeep: the list of sources cannot be read: {error:#}"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            changed = shutdown.changed() => if changed.is_err() { break },
        }
    }
    Ok(())
}

/// A running task; dropped, it stops.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn wanted(store: &Store) -> Result<HashSet<Key>> {
    let mut wanted = HashSet::new();
    for tenant in store.tenants_with_sources().await? {
        let sources = store.sources(&tenant).await?.into_iter();
        let read = sources.filter(|source| {
            let kind = &source.value.kind;
            !source.value.paused && KINDS.iter().any(|known| known.name == kind)
        });
        wanted.extend(read.map(|source| (tenant.clone(), source.value.id, source.version)));
    }
    Ok(wanted)
}

/// Stops what is not wanted; starts what is missing, also what ended by itself.
fn settle(store: &Store, keeper: &Keeper, tasks: &mut HashMap<Key, Task>, wanted: HashSet<Key>) {
    tasks.retain(|key, task| wanted.contains(key) && !task.0.is_finished());
    for key in wanted {
        tasks.entry(key).or_insert_with_key(|(tenant, id, _)| {
            let reader = Reader::new(store.clone(), keeper.clone(), tenant.clone(), id.clone());
            Task(tokio::spawn(reader.read()))
        });
    }
}
