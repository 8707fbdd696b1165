//! Taking in what a source gave: records, their jobs and the source's new place, together.
//!
//! After a crash the source is read again from the old place, and what was filed already
//! is recognised by its digest: nothing is lost and nothing is done twice.

use jiff::Timestamp;

use crate::error::Result;
use crate::queue::{self, NewJob};
use crate::records::{self, NewRecord};
use crate::sources;
use crate::store::Store;
use crate::tenant::Tenant;

/// What a source gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// The records.
    pub records: Vec<NewRecord>,
    /// The kind of job that each record's digest is the input of.
    pub job: Option<String>,
    /// Where the source is read on.
    pub advance: Option<Advance>,
}

/// A source's next place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// The source's id.
    pub source: String,
    /// The place that was read from.
    pub from: String,
    /// The place to read on from.
    pub to: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The records' digests, in their order.
    pub digests: Vec<String>,
    /// How many were not known before.
    pub new: u64,
}

impl Store {
    /// Files records, adds a job for each, and moves the source on, in one transaction.
    pub async fn ingest(&self, tenant: &Tenant, intake: Intake, now: Timestamp) -> Result<Taken> {
        let sealed = self.seal_records(tenant, intake.records).await?;
        let jobs: Vec<NewJob> = match &intake.job {
            Some(kind) => sealed
                .iter()
                .map(|record| NewJob::new(kind, &record.digest, now))
                .collect(),
            None => Vec::new(),
        };
        let mut write = self.write().await?;
        queue::enqueue(&mut write, tenant, &jobs).await?;
        if let Some(advance) = &intake.advance {
            sources::advance(&mut write, tenant, advance, now).await?;
        }
        let new = records::put_sealed(&mut write, tenant, &sealed).await?;
        write.commit().await?;
        let digests = sealed.into_iter().map(|record| record.digest).collect();
        Ok(Taken { digests, new })
    }
}
