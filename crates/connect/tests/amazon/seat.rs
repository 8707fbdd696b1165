//! One account of the fake marketplace, read through days of its clock.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::amazon::live::{Access, Amazon, Clock, Gate, Grant, Region, Settings};
use sellkeep_connect::connector::{Batch, Trouble};
use sellkeep_fake_marketplace::{HandClock, Market, Models, Seller};
use sellkeep_model::Record;

pub const STORE: &str = "A1PA6795UKMFR9";
/// Long enough for a server on this machine, short enough for one that never answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// The hand clock as the client sees it.
#[derive(Debug)]
pub struct Hands(pub HandClock);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

pub fn begin() -> Timestamp {
    "2026-11-02T08:00:00Z".parse().expect("a time")
}

pub fn models() -> Option<Models> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sp-api/models");
    Models::load(&folder)
}

pub async fn market() -> Market {
    Market::start(HandClock::at(begin()), models()).await
}

pub fn gate(market: &Market) -> Arc<Gate> {
    patient_gate(market, ANSWER_WITHIN)
}

pub fn patient_gate(market: &Market, answer_within: Duration) -> Arc<Gate> {
    let clock = Arc::new(Hands(market.clock().clone()));
    Arc::new(Gate::with(clock, Some(answer_within)).expect("a gate"))
}

pub fn access(market: &Market, seller: &str) -> Access {
    Access {
        settings: Settings {
            region: Region::Eu,
            seller: seller.to_owned(),
            stores: vec![STORE.to_owned()],
            client_id: "amzn1.application-oa2-client.fake".to_owned(),
            address: Some(market.address().to_owned()),
        },
        grant: Grant {
            refresh: format!("Atzr|{seller}"),
            client_secret: market.client_secret().to_owned(),
        },
    }
}

/// An account that is read.
pub struct Seat {
    pub amazon: Amazon,
    pub cursor: String,
    pub records: Vec<Record>,
    pub problems: Vec<String>,
}

impl Seat {
    /// A new seller of the marketplace, of whom nothing was read yet.
    pub fn new(market: &Market, gate: &Arc<Gate>, id: &str) -> Seat {
        market.add(Seller::new(id, STORE, "EUR", "677", market.now()));
        let access = access(market, id);
        Seat {
            amazon: Amazon::new(access.settings, access.grant, Arc::clone(gate)).expect("usable"),
            cursor: String::new(),
            records: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// One step, as the runner would take it.
    pub async fn step(&mut self) -> Result<(), Trouble> {
        let Batch {
            records,
            next_cursor,
            problems,
            ..
        } = self.amazon.step(&self.cursor).await?;
        self.records.extend(records);
        self.cursor = next_cursor;
        self.problems = problems;
        Ok(())
    }

    /// Lives on until a time; trouble waits a little, as the runner would.
    pub async fn live(&mut self, market: &Market, until: Timestamp) {
        loop {
            let due = self.amazon.due(&self.cursor).expect("a place of ours");
            if due > until {
                return market.clock().set(until);
            }
            market.clock().set(due);
            if self.step().await.is_err() {
                market.clock().pass(SignedDuration::from_secs(20));
            }
        }
    }

    pub fn of(&self, operation: &str) -> Vec<&Record> {
        let is = |record: &&Record| record.operation.as_deref() == Some(operation);
        self.records.iter().filter(is).collect()
    }
}
