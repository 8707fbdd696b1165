//! Records, events, alerts, queue: SQLite and PostgreSQL.
//!
//! One schema and one list of statements for both engines. Every call takes the
//! [`Tenant`] whose rows it may touch; those that do not are for machines and say so.
//! Time is an argument. Whatever belongs together is written in one transaction:
//! [`Store::ingest`] (records, their jobs, the source's place), [`Store::finish`] (a
//! job's outcome and its end), [`Store::commit`] (a partition's offset, states,
//! alerts, deliveries). What `kill -9` or a power cut may cost: nothing that was answered.
//!
//! Not here: what records, events and alerts mean.

mod accounts;
mod alerts;
mod answered;
mod arrivals;
mod audit;
mod bulk;
mod chain;
mod commit;
mod counts;
mod engine;
mod error;
mod event_log;
mod events;
mod evidence;
mod finish;
mod incidents;
mod ingest;
mod keys;
mod leases;
mod migrate;
mod outbox;
mod page;
mod partition;
mod people;
mod people_words;
mod preparation;
mod queue;
mod records;
mod secrets;
mod sessions;
mod settle;
mod snapshots;
mod sources;
mod statement;
mod states;
mod store;
mod tenant;

pub use alerts::{AlertFilter, Deed, alert_place, pending, state_word};
pub use answered::Answered;
pub use arrivals::{Arrival, Refused};
pub use audit::{AuditCheck, AuditDeed, AuditEntry, AuditHead};
pub use commit::Changes;
pub use counts::{EVENTS, RECORDS};
pub use error::{Error, Result};
pub use event_log::{Entry, EventLog, Offset};
pub use events::{EventFilter, event_place};
pub use evidence::Evidence;
pub use finish::Outcome;
pub use incidents::KeptIncident;
pub use ingest::{Advance, Intake, READ, Taken};
pub use keys::{KeyError, KeySource};
pub use leases::Lease;
pub use outbox::{DELIVERY, Receipt, delivered, delivery};
pub use page::{PAGE_ROWS_MAX, Place, Versioned};
pub use partition::Partition;
pub use people::{Person, Role};
pub use people_words::{Word, WordFilter, WordKind};
pub use preparation::{
    Attested, DayScore, Excepted, OwnDomain, PREPARE, ReadFact, ReadFacts, Said, SaidOfAccount,
    prepare,
};
pub use queue::{ATTEMPTS_MAX, Job, NewJob, PoisonedJob};
pub use records::{NewRecord, RECORD_BYTES_MAX, RecordEntry};
pub use secrets::Secret;
pub use sessions::{Invitation, Session};
pub use sources::Source;
pub use states::{AccountKey, AccountState, StateChange};
pub use store::{Engine, Store};
pub use tenant::Tenant;

#[cfg(test)]
mod tests;
