//! The end of a job that read a record: its outcome and its end, together or not at all.
//!
//! Only the worker that still holds the job can write. A job that runs again writes the
//! same: events by their ids, evidence in the place of the same evidence.

use jiff::Timestamp;
use sellkeep_model::{Event, State};

use crate::error::Result;
use crate::event_log;
use crate::evidence::{self, Evidence};
use crate::page::Versioned;
use crate::queue::{self, Job, NewJob};
use crate::snapshots;
use crate::store::{Store, Write};

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// Facts.
    pub events: Vec<Event>,
    /// What is known now, with the account and the version it was read at.
    pub snapshots: Vec<(String, Versioned<State>)>,
    /// What was read from the record.
    pub evidence: Option<Evidence>,
    /// Jobs that follow.
    pub jobs: Vec<NewJob>,
}

impl Store {
    /// Writes a job's outcome and ends it. With [`Error::Conflict`](crate::Error::Conflict)
    /// another worker changed a snapshot: do the job again.
    pub async fn finish(&self, job: &Job, outcome: &Outcome, now: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        write_outcome(&mut write, job, outcome, now).await?;
        write.commit().await
    }
}

/// Ends a job and writes its outcome within a transaction.
pub(crate) async fn write_outcome(
    write: &mut Write,
    job: &Job,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<()> {
    queue::complete(write, job, now).await?;
    for (account, state) in &outcome.snapshots {
        snapshots::put(write, &job.tenant, account, state).await?;
    }
    if let Some(evidence) = &outcome.evidence {
        evidence::put(write, &job.tenant, evidence).await?;
    }
    event_log::append(write, &job.tenant, &outcome.events).await?;
    queue::enqueue(write, &job.tenant, &outcome.jobs).await?;
    Ok(())
}
