//! Amazon's interface as a source: opened from settings and secrets, all accounts through
//! one gate, because Amazon counts the calls of a process, not of a connection.

use std::sync::{Arc, OnceLock};

use sellkeep_connect::amazon::live::{Amazon, Gate, Grant, Settings};
use sellkeep_connect::amazon::queue::{self, Queue};
use sellkeep_connect::connector::Trouble;
use sellkeep_store::{Secret, Source};

/// The kind of source, which is also the name of the records' source.
pub const KIND: &str = "amazon.api";

/// The same for the queue of notifications.
pub const QUEUE: &str = "amazon.notification";

/// A queue that can be read; what comes makes the interface be asked sooner.
pub fn open_queue(source: &Source, secret: Option<&Secret>) -> Result<Queue, Trouble> {
    let settings = queue::Settings::parse(&source.settings)?;
    let secret = secret.and_then(Secret::expose_text);
    Queue::new(settings, secret.ok_or(Trouble::NoSecret)?, Some(gate()?))
}

/// An account that can be read.
pub fn open(
    source: &Source,
    refresh: Option<&Secret>,
    client: Option<&Secret>,
) -> Result<Amazon, Trouble> {
    let settings = Settings::parse(&source.settings)?;
    Amazon::new(settings, grant(refresh, client)?, gate()?)
}

/// The right to read, as it is kept.
pub fn grant(refresh: Option<&Secret>, client: Option<&Secret>) -> Result<Grant, Trouble> {
    let text = |secret: Option<&Secret>| secret?.expose_text().map(str::to_owned);
    Ok(Grant {
        refresh: text(refresh).ok_or(Trouble::NoSecret)?,
        client_secret: text(client).ok_or(Trouble::NoSecret)?,
    })
}

/// The one way to Amazon of this process.
pub fn gate() -> Result<Arc<Gate>, Trouble> {
    static GATE: OnceLock<Result<Arc<Gate>, Trouble>> = OnceLock::new();
    GATE.get_or_init(|| Gate::new().map(Arc::new)).clone()
}
