//! Everything that came of one record, in one transaction with the end of its job.
//!
//! For nodes that read, compare and detect in one step: the job is the offset. Two
//! nodes that take records of one account at once collide on its state's version, and
//! the slower one does its job again.

use jiff::Timestamp;

use crate::alerts;
use crate::commit::Changes;
use crate::error::Result;
use crate::event_log;
use crate::evidence;
use crate::finish::Outcome;
use crate::queue::{self, Job};
use crate::snapshots;
use crate::states;
use crate::store::Store;

impl Store {
    /// Writes a job's outcome and its changes, and ends it. With
    /// [`Error::Conflict`](crate::Error::Conflict) somebody changed the account's state
    /// or an alert in the meantime: do the job again.
    pub async fn settle(
        &self,
        job: &Job,
        outcome: &Outcome,
        changes: &Changes,
        now: Timestamp,
    ) -> Result<()> {
        let mut write = self.write().await?;
        queue::complete(&mut write, job, now).await?;
        for (account, state) in &outcome.snapshots {
            snapshots::put(&mut write, &job.tenant, account, state).await?;
        }
        if let Some(evidence) = &outcome.evidence {
            evidence::put(&mut write, &job.tenant, evidence).await?;
        }
        event_log::append(&mut write, &job.tenant, &outcome.events).await?;
        queue::enqueue(&mut write, &job.tenant, &outcome.jobs).await?;
        states::put(&mut write, &changes.states).await?;
        // In one order, so that two nodes never wait for each other in a circle.
        let mut changed: Vec<_> = changes.alerts.iter().collect();
        changed.sort_by(|a, b| (&a.0, &a.1.value.id).cmp(&(&b.0, &b.1.value.id)));
        for (tenant, alert) in changed {
            alerts::put(&mut write, tenant, alert).await?;
        }
        for (tenant, job) in &changes.jobs {
            queue::enqueue(&mut write, tenant, std::slice::from_ref(job)).await?;
        }
        write.commit().await
    }

    /// Writes states, alerts and jobs that come of no single job: a state made anew.
    pub async fn replace(&self, changes: &Changes) -> Result<()> {
        let mut write = self.write().await?;
        states::put(&mut write, &changes.states).await?;
        for (tenant, alert) in &changes.alerts {
            alerts::put(&mut write, tenant, alert).await?;
        }
        for (tenant, job) in &changes.jobs {
            queue::enqueue(&mut write, tenant, std::slice::from_ref(job)).await?;
        }
        write.commit().await
    }
}
