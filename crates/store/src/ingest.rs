//! Taking in what a source gave: records, their jobs and the source's new place, together.
//!
//! After a crash the source is read again from the old place, and what was filed already
//! is recognised by its digest: nothing is lost and nothing is done twice.

use jiff::Timestamp;

use crate::error::Result;
use crate::queue::{self, Job, NewJob};
use crate::records::{self, NewRecord, SealedRecord};
use crate::sources;
use crate::store::{Store, Write};
use crate::tenant::Tenant;

/// The kind of job that reads a record: see [`Job::record`].
pub const READ: &str = "read";

/// Digits of a digest, the last ones of a job's input.
const DIGEST_DIGITS: usize = 64;

/// What a source gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// The records.
    pub records: Vec<NewRecord>,
    /// The kind of job that is to be done with each record: see [`Job::record`].
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
        let ready = self.prepare(tenant, intake, now).await?;
        let mut write = self.write().await?;
        let taken = file(&mut write, tenant, ready, now).await?;
        write.commit().await?;
        Ok(taken)
    }

    /// Does what takes its time before the transaction begins.
    pub(crate) async fn prepare(
        &self,
        tenant: &Tenant,
        intake: Intake,
        now: Timestamp,
    ) -> Result<Ready> {
        let records = self.seal_records(tenant, intake.records).await?;
        // What was learned first is read first.
        let due = |record: &SealedRecord| {
            Timestamp::from_microsecond(record.at).map_or(now, |learned| learned.min(now))
        };
        let jobs = intake.job.iter().flat_map(|kind| {
            records
                .iter()
                .map(move |record| NewJob::new(kind, input_of(record), due(record)))
        });
        let jobs = jobs.collect();
        Ok(Ready {
            records,
            jobs,
            advance: intake.advance,
        })
    }
}

/// A record's job, by the time it was learned and its digest: jobs lie in the order they
/// are done, and a thousand new ones on a few pages of the disk instead of a thousand.
fn input_of(record: &SealedRecord) -> String {
    format!("{:016x}{}", record.at.max(0), record.digest)
}

impl Job {
    /// The digest of the record that this job was added for, by [`Store::ingest`].
    pub fn record(&self) -> &str {
        let begin = self.input.len().saturating_sub(DIGEST_DIGITS);
        self.input.get(begin..).unwrap_or_default()
    }
}

/// What a source gave, ready to be written.
pub(crate) struct Ready {
    records: Vec<SealedRecord>,
    jobs: Vec<NewJob>,
    /// Where the source is read on.
    pub advance: Option<Advance>,
}

/// Writes what a source gave.
pub(crate) async fn file(
    write: &mut Write,
    tenant: &Tenant,
    ready: Ready,
    now: Timestamp,
) -> Result<Taken> {
    let jobs: Vec<&NewJob> = ready.jobs.iter().collect();
    queue::enqueue(write, tenant, &jobs).await?;
    if let Some(advance) = &ready.advance {
        sources::advance(write, tenant, advance, now).await?;
    }
    let new = records::put_sealed(write, tenant, &ready.records).await?;
    let digests = ready.records.into_iter().map(|record| record.digest);
    let digests = digests.collect();
    Ok(Taken { digests, new })
}
