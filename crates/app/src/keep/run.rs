//! A worker on a thread of its own: the pages and sources never wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::work::Keeper;

/// How long a worker sleeps when nothing is due: far below what a person notices.
const IDLE: Duration = Duration::from_millis(20);
/// After trouble with the store, which is told, it tries again.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// A running worker; stops when it is dropped, after the job at hand.
pub struct Worker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts working.
    pub fn start(keeper: Keeper) -> Result<Worker> {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("starting the worker")?;
        let thread = std::thread::Builder::new()
            .name("keeper".to_owned())
            .spawn(move || runtime.block_on(work(&keeper, &seen)))
            .context("starting the worker")?;
        Ok(Worker {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has told so; nothing of it is lost.
            let _ = thread.join();
        }
    }
}

async fn work(keeper: &Keeper, stop: &AtomicBool) {
    let read = rounds(stop, || keeper.read_round(Timestamp::now()));
    let tell = rounds(stop, || keeper.tell_round(Timestamp::now()));
    tokio::join!(read, tell);
}

/// One round after another, with a rest where there was nothing to do.
async fn rounds(stop: &AtomicBool, round: impl AsyncFn() -> Result<usize>) {
    while !stop.load(Ordering::Relaxed) {
        match round().await {
            Ok(0) => tokio::time::sleep(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                eprintln!("sellkeep: the worker waits, because of this: {error:#}");
                tokio::time::sleep(AFTER_TROUBLE).await;
            }
        }
    }
}
