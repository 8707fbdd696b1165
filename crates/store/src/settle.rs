//! Everything that came of records, in one transaction with the end of their jobs.
//!
//! For nodes that read, compare and detect in one step: the job is the offset. Two
//! nodes that take records of one account at once collide on its state's version, and
//! the slower one does its job again.

use jiff::Timestamp;

use crate::commit::{Changes, write_changes};
use crate::error::Result;
use crate::finish::{Outcome, write_outcomes};
use crate::queue::Job;
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
        self.settle_all(&[(job, outcome)], changes, now).await
    }

    /// Writes the outcomes of several jobs and all their changes, and ends them, all or
    /// nothing: one wait for the disk instead of many. On an error do each job alone.
    pub async fn settle_all(
        &self,
        settled: &[(&Job, &Outcome)],
        changes: &Changes,
        now: Timestamp,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write_outcomes(&mut write, settled, now).await?;
        write_changes(&mut write, changes).await?;
        write.commit().await
    }

    /// Writes states, alerts and jobs that come of no single job: a state made anew.
    pub async fn replace(&self, changes: &Changes) -> Result<()> {
        let mut write = self.write().await?;
        write_changes(&mut write, changes).await?;
        write.commit().await
    }
}
