//! The console with everything it needs; shared by all requests.

use std::sync::Arc;

use jiff::Timestamp;
use sellkeep_knowledge::Knowledge;
use sellkeep_store::Store;
use tokio::sync::{Semaphore, watch};

use crate::desk::Desk;

/// Passwords that are checked at the same time. Each takes 19 MiB of memory, and a flood
/// of sign-ins must not take all there is.
const PASSWORDS_AT_ONCE: usize = 2;
/// Mails that are judged at the same time: each may fill a core and wait for the DNS.
const CHECKS_AT_ONCE: usize = 4;
/// Pages that listen for changes at the same time: each looks once a second.
const LISTENERS: usize = 64;

/// How the console is reached.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The address that people type, where it is not the loopback one: `https://keep.example`.
    /// With `https`, cookies are bound to TLS and browsers are told to stay there.
    pub address: Option<String>,
}

impl Settings {
    /// Whether people reach it by TLS.
    pub fn has_tls(&self) -> bool {
        self.address
            .as_ref()
            .is_some_and(|address| address.starts_with("https://"))
    }

    /// The host of the public address, with its port.
    pub fn host(&self) -> Option<&str> {
        let (_, host) = self.address.as_ref()?.split_once("://")?;
        Some(host.trim_end_matches('/'))
    }
}

/// The console.
#[derive(Clone)]
pub struct Console {
    /// Everything that is kept.
    pub(crate) store: Store,
    /// What the host does.
    pub(crate) desk: Arc<dyn Desk>,
    /// How it is reached.
    pub(crate) settings: Arc<Settings>,
    pub(crate) passwords: Arc<Semaphore>,
    pub(crate) checks: Arc<Semaphore>,
    pub(crate) listeners: Arc<Semaphore>,
    stopped: Option<watch::Receiver<bool>>,
    clock: fn() -> Timestamp,
}

impl Console {
    /// A console over a store.
    pub fn new(store: Store, desk: Arc<dyn Desk>, settings: Settings) -> Console {
        Console {
            store,
            desk,
            settings: Arc::new(settings),
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            checks: Arc::new(Semaphore::new(CHECKS_AT_ONCE)),
            listeners: Arc::new(Semaphore::new(LISTENERS)),
            stopped: None,
            clock: Timestamp::now,
        }
    }

    /// Ends what would never end by itself when `stopped` turns true.
    #[must_use]
    pub fn until(mut self, stopped: watch::Receiver<bool>) -> Console {
        self.stopped = Some(stopped);
        self
    }

    /// Ends when the console does.
    pub(crate) async fn ended(&self) {
        match self.stopped.clone() {
            // A sender that is gone says so too.
            Some(mut stopped) => drop(stopped.wait_for(|stopped| *stopped).await),
            None => std::future::pending().await,
        }
    }

    /// Facts: playbooks, contacts, brands.
    pub(crate) fn knowledge(&self) -> &Knowledge {
        self.desk.knowledge()
    }

    /// The present. The one place where this crate reads a clock.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
