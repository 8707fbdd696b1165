//! The marketplace: sellers, clock, faults, counts; started on a free port of loopback.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;

use crate::clock::HandClock;
use crate::fault::Faults;
use crate::limits::Limits;
use crate::models::Models;
use crate::seller::Seller;
use crate::server;
use crate::tables::Reports;
use crate::tokens::{CLIENT_SECRET, Tokens};

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that were answered, by operation.
    pub calls: BTreeMap<String, u64>,
    /// Calls beyond a budget.
    pub too_often: u64,
    /// Calls that this marketplace does not offer: writing ones among them.
    pub forbidden: Vec<String>,
    /// Calls without a usable token, or with a wrong form.
    pub bad: Vec<String>,
    /// Faults that were thrown in.
    pub faults: u64,
    /// Access tokens that were handed out.
    pub tokens: u64,
    /// Answers that Amazon's models do not allow.
    pub complaints: Vec<String>,
}

/// All that changes.
#[derive(Debug)]
pub(crate) struct World {
    pub sellers: HashMap<String, Seller>,
    pub tokens: Tokens,
    pub limits: Limits,
    pub faults: Faults,
    pub reports: Reports,
    pub counts: Counts,
    /// Pages of payouts begin with an empty one that has a token.
    pub empty_pages: bool,
}

/// What the server's tasks have in common.
#[derive(Debug)]
pub(crate) struct Office {
    pub clock: HandClock,
    pub address: String,
    pub models: Option<Models>,
    pub world: Mutex<World>,
}

/// A marketplace that is running; it stops when it is dropped.
#[derive(Debug)]
pub struct Market {
    office: Arc<Office>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Market {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Market {
    /// Starts one whose clock shows this time; answers are held against the models if given.
    pub async fn start(clock: HandClock, models: Option<Models>) -> Market {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let world = World {
            sellers: HashMap::new(),
            tokens: Tokens::default(),
            limits: Limits::default(),
            faults: Faults::none(),
            reports: Reports::default(),
            counts: Counts::default(),
            empty_pages: true,
        };
        let office = Arc::new(Office {
            clock,
            address: format!("http://127.0.0.1:{port}"),
            models,
            world: Mutex::new(world),
        });
        let task = tokio::spawn(server::run(listener, Arc::clone(&office)));
        Market { office, task }
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.office.address
    }

    /// Its clock.
    pub fn clock(&self) -> &HandClock {
        &self.office.clock
    }

    /// What time it is there.
    pub fn now(&self) -> Timestamp {
        self.office.clock.now()
    }

    /// The secret that its sellers' application has.
    pub fn client_secret(&self) -> &'static str {
        CLIENT_SECRET
    }

    /// Another seller.
    pub fn add(&self, seller: Seller) {
        self.world().sellers.insert(seller.id.clone(), seller);
    }

    /// Does something to a seller.
    pub fn with<T>(&self, id: &str, act: impl FnOnce(&mut Seller) -> T) -> T {
        let mut world = self.world();
        act(world.sellers.get_mut(id).expect("a seller of this market"))
    }

    /// What goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.world().faults = faults;
    }

    /// Whether pages of payouts begin with an empty one.
    pub fn set_empty_pages(&self, empty: bool) {
        self.world().empty_pages = empty;
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        let world = self.world();
        Counts {
            tokens: world.tokens.handed_out(),
            ..world.counts.clone()
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.office.world.lock().expect("no panic before")
    }
}
