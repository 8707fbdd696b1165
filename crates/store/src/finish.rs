//! The end of jobs that read records: their outcomes and their ends, together or not at all.
//!
//! Only the worker that still holds the job can write. A job that runs again writes the
//! same: events by their ids, evidence in the place of the same evidence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sellkeep_model::{Event, State};

use crate::error::Result;
use crate::event_log;
use crate::evidence::{self, Evidence};
use crate::page::Versioned;
use crate::queue::{self, Job, NewJob};
use crate::snapshots;
use crate::store::{Store, Write};
use crate::tenant::Tenant;

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
        write_outcomes(&mut write, &[(job, outcome)], now).await?;
        write.commit().await
    }
}

/// Ends jobs and writes their outcomes within a transaction.
pub(crate) async fn write_outcomes(
    write: &mut Write,
    settled: &[(&Job, &Outcome)],
    now: Timestamp,
) -> Result<()> {
    let jobs: Vec<&Job> = settled.iter().map(|(job, _)| *job).collect();
    queue::complete_all(write, &jobs, now).await?;
    let mut tenants: BTreeMap<&Tenant, Vec<&Outcome>> = BTreeMap::new();
    for (job, outcome) in settled {
        tenants.entry(&job.tenant).or_default().push(outcome);
    }
    for (tenant, outcomes) in tenants {
        write_some(write, tenant, &outcomes).await?;
    }
    Ok(())
}

/// What came of jobs of one tenant, a statement for each kind of thing.
async fn write_some(write: &mut Write, tenant: &Tenant, outcomes: &[&Outcome]) -> Result<()> {
    for (account, state) in outcomes.iter().flat_map(|outcome| &outcome.snapshots) {
        snapshots::put(write, tenant, account, state).await?;
    }
    let read: Vec<&Evidence> = outcomes
        .iter()
        .filter_map(|outcome| outcome.evidence.as_ref())
        .collect();
    evidence::put(write, tenant, &read).await?;
    let events: Vec<&Event> = outcomes
        .iter()
        .flat_map(|outcome| &outcome.events)
        .collect();
    event_log::append(write, tenant, &events).await?;
    let jobs: Vec<&NewJob> = outcomes.iter().flat_map(|outcome| &outcome.jobs).collect();
    queue::enqueue(write, tenant, &jobs).await?;
    Ok(())
}
