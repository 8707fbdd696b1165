//! Takes jobs and does them: records to be read, time that passes, people to be told.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use anyhow::{Context, Result, anyhow};
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Record;
use sellkeep_store::{
    Advance, Changes, DELIVERY, Error, Intake, Job, NewRecord, Outcome, READ, Store, Tenant,
};

use super::seats;
use super::tell::Teller;
use crate::watch::Flow;

/// The kind of job that lets time pass; its input is `account@time`.
pub(super) const TICK: &str = "tick";

/// Records read at once: enough that the disk is waited for once instead of often, and
/// that what was filed at once is read in the order it was learned.
const READ_MAX: usize = 512;
/// Other jobs taken at once: few, so that a crash repeats little.
const CLAIM_MAX: usize = 64;
/// How long a worker may take for what it has claimed.
const HOLD: SignedDuration = SignedDuration::from_mins(5);

/// Takes jobs and does them.
#[derive(Clone)]
pub struct Keeper {
    pub(super) store: Arc<Store>,
    pub(super) flow: Arc<Flow>,
    pub(super) teller: Arc<Teller>,
    owner: String,
    /// The hour in which looks were planned last.
    pub(super) planned: Arc<AtomicI64>,
}

impl Keeper {
    /// A worker of that name over a store.
    pub fn new(store: Arc<Store>, flow: Arc<Flow>, teller: Arc<Teller>, owner: &str) -> Keeper {
        Keeper {
            store,
            flow,
            teller,
            owner: owner.to_owned(),
            planned: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// Gives back what a worker of this name held when it died; to be called before the
    /// first round, or its jobs wait until its time runs out.
    pub async fn begin(&self) -> Result<()> {
        let given = self.store.release(&self.owner).await;
        given.context("giving back what was held")?;
        Ok(())
    }

    /// Files records; their jobs follow. Returns how many were new.
    pub async fn ingest(&self, tenant: &Tenant, records: &[Record], now: Timestamp) -> Result<u64> {
        self.file(tenant, records, None, now).await
    }

    /// Files what a source gave and moves the source on, in one transaction.
    pub async fn take_in(
        &self,
        tenant: &Tenant,
        records: &[Record],
        advance: Advance,
        now: Timestamp,
    ) -> Result<u64> {
        self.file(tenant, records, Some(advance), now).await
    }

    async fn file(
        &self,
        tenant: &Tenant,
        records: &[Record],
        advance: Option<Advance>,
        now: Timestamp,
    ) -> Result<u64> {
        let records: Vec<NewRecord> = records
            .iter()
            .map(NewRecord::of)
            .collect::<Result<_, Error>>()
            .context("preparing records for the store")?;
        let intake = Intake {
            records,
            job: Some(READ.to_owned()),
            advance,
        };
        let taken = self.store.ingest(tenant, intake, now).await?;
        Ok(taken.new)
    }

    /// Reads what has come and lets time pass; how many jobs that were. Reading comes
    /// first, and time passes only as far as was read: what has happened is known by then.
    pub async fn read_round(&self, now: Timestamp) -> Result<usize> {
        let read = self
            .store
            .claim_careful(&self.owner, READ, READ_MAX, now, HOLD);
        let read = read.await.context("taking records to be read")?;
        let mut done = read.len();
        // What was tried before is read tenant by tenant, so that of others less is known.
        let caught_up = read.iter().all(|job| job.attempts == 1);
        let reached = self.read_all(read, now).await?;
        let reached = reached.unwrap_or(now).min(now);
        let ticks = if caught_up {
            self.claim_until(reached, TICK, CLAIM_MAX, now).await?
        } else {
            Vec::new()
        };
        done += ticks.len();
        for job in &ticks {
            let outcome = self.tick(job, now).await;
            self.ended(job, outcome, now).await?;
        }
        done += self.prepare_round(now).await?;
        Ok(done)
    }

    /// Tells people what is due; how many deliveries that were. A slow service delays
    /// nothing but itself, as long as reading goes on beside it.
    pub async fn tell_round(&self, now: Timestamp) -> Result<usize> {
        let jobs = self.claim(DELIVERY, CLAIM_MAX, now).await?;
        for (job, outcome) in self.teller.tell_all(&self.store, &jobs, now).await? {
            self.ended(job, outcome, now).await?;
        }
        Ok(jobs.len() + self.week_round(now).await?)
    }

    /// Works until nothing is due any more.
    pub async fn drain(&self, now: Timestamp) -> Result<()> {
        while self.read_round(now).await? + self.tell_round(now).await? > 0 {}
        Ok(())
    }

    pub(super) async fn claim(&self, kind: &str, limit: usize, now: Timestamp) -> Result<Vec<Job>> {
        self.claim_until(now, kind, limit, now).await
    }

    /// Jobs of a kind that were due at a time which is now or was before.
    async fn claim_until(
        &self,
        due: Timestamp,
        kind: &str,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Job>> {
        let hold = HOLD + now.duration_since(due);
        let jobs = self.store.claim(&self.owner, kind, limit, due, hold).await;
        jobs.with_context(|| format!("taking jobs of the kind {kind:?}"))
    }

    /// The end of one job: what failed waits and is tried again, and is set aside in the end.
    pub(super) async fn ended(&self, job: &Job, outcome: Result<()>, now: Timestamp) -> Result<()> {
        let Err(error) = outcome else { return Ok(()) };
        if let Some(Error::ClaimLost { .. }) = error.downcast_ref::<Error>() {
            // Another worker has it, or does it now.
            return Ok(());
        }
        let trouble = format!("{error:#}");
        self.store.fail(job, &trouble, now).await?;
        Ok(())
    }

    async fn tick(&self, job: &Job, now: Timestamp) -> Result<()> {
        let (account, due) = job
            .input
            .rsplit_once('@')
            .ok_or_else(|| anyhow!("a tick needs an account and a time"))?;
        let due: Timestamp = due.parse().map_err(|_| anyhow!("a tick needs a time"))?;
        let key = (job.tenant.clone(), account.to_owned());
        let wanted = [(key, String::new())].into();
        let mut changes = Changes::default();
        for ((tenant, _), mut taken) in seats::take_all(&self.store, &wanted).await? {
            if taken.seat.state.planned() == Some(due) {
                taken.seat.state.plan(None);
            }
            let found = self.flow.tick(&mut taken.seat, due).into_iter();
            let found: Vec<_> = found.map(|detection| (detection, due)).collect();
            self.change(&tenant, &mut taken, &found, now, &mut changes)
                .await?;
        }
        self.store
            .settle(job, &Outcome::default(), &changes, now)
            .await?;
        Ok(())
    }
}
