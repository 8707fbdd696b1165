//! The queue: jobs keyed by kind and input, done at least once.
//!
//! A job may run twice, so its effect must be the same twice: [`Store::finish`] writes a
//! job's outcome and its end in one transaction, and only for the worker that still
//! holds it. A job that fails waits longer each time; one that fails too often,
//! or takes its worker down with it, is set aside where a person sees it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sqlx::any::AnyRow;

use crate::bulk::Bulk;
use crate::error::{Error, Result, Step};
use crate::outbox::DELIVERY;
use crate::page::{Place, name, rows, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

/// A job that failed as often will fail again: about two hours have passed by then.
pub const ATTEMPTS_MAX: u64 = 12;
/// The first wait after a failure; each further one is twice as long.
const WAIT_SECONDS_FIRST: i64 = 2;
/// The longest wait.
const WAIT_SECONDS_MAX: i64 = 1800;
/// Trouble is kept for a person to read, not for a machine to fill the disk with.
const TROUBLE_CHARS_MAX: usize = 2000;

statements! {
    ENQUEUE: Scope::Tenant,
        "INSERT INTO jobs (tenant, kind, input, state, attempts, claims, due, owner, payload, trouble) \
         SELECT $1, value ->> 'k', value ->> 'i', 0, 0, 0, value ->> 'd', '', value ->> 'p', '' \
         FROM json_each($2) WHERE true ON CONFLICT (tenant, kind, input) DO NOTHING",
        "INSERT INTO jobs (tenant, kind, input, state, attempts, claims, due, owner, payload, trouble) \
         SELECT $1, k, i, 0, 0, 0, d, '', p, '' \
         FROM json_to_recordset(CAST($2 AS JSON)) AS rows(k TEXT, i TEXT, d BIGINT, p TEXT) \
         ON CONFLICT (tenant, kind, input) DO NOTHING";
    CLAIM: Scope::Machine("a worker serves all tenants; each job carries its own"),
        "UPDATE jobs SET owner = $1, due = $2, attempts = attempts + 1, claims = claims + 1 \
         WHERE state = 0 AND (tenant, kind, input) IN (SELECT tenant, kind, input FROM jobs \
             WHERE state = 0 AND kind = $3 AND due <= $4 ORDER BY due, tenant, input LIMIT $5) \
         RETURNING tenant, kind, input, payload, attempts, claims",
        "UPDATE jobs SET owner = $1, due = $2, attempts = attempts + 1, claims = claims + 1 \
         WHERE state = 0 AND (tenant, kind, input) IN (SELECT tenant, kind, input FROM jobs \
             WHERE state = 0 AND kind = $3 AND due <= $4 ORDER BY due, tenant, input LIMIT $5 \
             FOR UPDATE SKIP LOCKED) \
         RETURNING tenant, kind, input, payload, attempts, claims";
    FRONT: Scope::Machine("a worker serves all tenants"),
        "SELECT attempts FROM jobs WHERE state = 0 AND kind = $1 AND due <= $2 ORDER BY due, tenant, input LIMIT 1";
    END: Scope::Tenant,
        "UPDATE jobs SET state = 1, due = $4, owner = '' \
         WHERE tenant = $1 AND kind = $2 AND input = $3 AND state = 0 AND claims = $5";
    END_SOME: Scope::Machine("a worker ends jobs of several tenants; each row names its own"),
        "UPDATE jobs SET state = 1, due = $2, owner = '' \
         FROM (SELECT value ->> 't' AS t, value ->> 'k' AS k, value ->> 'i' AS i, value ->> 'c' AS c \
               FROM json_each($1)) AS ended \
         WHERE tenant = t AND kind = k AND input = i AND state = 0 AND claims = c",
        "UPDATE jobs SET state = 1, due = $2, owner = '' \
         FROM json_to_recordset(CAST($1 AS JSON)) AS ended(t TEXT, k TEXT, i TEXT, c BIGINT) \
         WHERE tenant = t AND kind = k AND input = i AND state = 0 AND claims = c";
    FAIL: Scope::Tenant,
        "UPDATE jobs SET state = $4, due = $5, owner = '', trouble = $6 \
         WHERE tenant = $1 AND kind = $2 AND input = $3 AND state = 0 AND claims = $7";
    RELEASE: Scope::Machine("a node that starts again gives back what it held when it died"),
        "UPDATE jobs SET owner = '', due = 0, \
             attempts = attempts - CASE WHEN kind = $2 THEN 1 ELSE 0 END \
         WHERE state = 0 AND owner = $1 AND owner <> ''";
    POISONED: Scope::Tenant,
        "SELECT kind, input, attempts, due, trouble FROM jobs \
         WHERE tenant = $1 AND state = 2 AND (due, input) < ($2, $3) \
         ORDER BY due DESC, input DESC LIMIT $4";
    RETRY: Scope::Tenant,
        "UPDATE jobs SET state = 0, attempts = 0, due = $4 \
         WHERE tenant = $1 AND kind = $2 AND input = $3 AND state = 2";
    FORGET: Scope::Machine("done jobs are forgotten by age, whose ever they were"),
        "DELETE FROM jobs WHERE state = 1 AND due < $1";
    WAITING: Scope::Machine("the length of the queue is a figure of the whole node"),
        "SELECT CAST(count(*) AS BIGINT) FROM jobs WHERE state = 0";
}

/// A job to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// What is to be done.
    pub kind: String,
    /// To what: the input's id. The same kind and input is the same job.
    pub input: String,
    /// Not before.
    pub due: Timestamp,
    /// What the worker needs to know beyond the input.
    pub payload: String,
}

impl NewJob {
    /// A job that needs nothing but its input.
    pub fn new(kind: &str, input: impl Into<String>, due: Timestamp) -> NewJob {
        NewJob {
            kind: kind.to_owned(),
            input: input.into(),
            due,
            payload: String::new(),
        }
    }
}

/// A job that a worker holds until its time runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whose.
    pub tenant: Tenant,
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub input: String,
    /// What the worker needs to know beyond the input.
    pub payload: String,
    /// How often it was tried, this time included.
    pub attempts: u64,
    /// Tells this holder from later ones.
    claim: u64,
}

/// A job that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoisonedJob {
    /// What was to be done.
    pub kind: String,
    /// To what.
    pub input: String,
    /// How often it was tried.
    pub attempts: u64,
    /// When it was set aside.
    pub at: Timestamp,
    /// What went wrong the last time.
    pub trouble: String,
}

impl PoisonedJob {
    /// Its place on the list.
    pub fn place(&self) -> Place {
        Place::of(self.at, &self.input)
    }
}

impl Store {
    /// Adds jobs; one that is known already, done or not, is left as it is.
    pub async fn enqueue(&self, tenant: &Tenant, jobs: &[NewJob]) -> Result<u64> {
        let mut write = self.write().await?;
        let jobs: Vec<&NewJob> = jobs.iter().collect();
        let new = enqueue(&mut write, tenant, &jobs).await?;
        write.commit().await?;
        Ok(new)
    }

    /// Takes up to `limit` jobs of a kind for `hold`. Whoever has not ended a job by then loses it.
    pub async fn claim(
        &self,
        owner: &str,
        kind: &str,
        limit: usize,
        now: Timestamp,
        hold: SignedDuration,
    ) -> Result<Vec<Job>> {
        let mut write = self.write().await?;
        let (fit, _) = take(&mut write, owner, kind, limit, now, hold).await?;
        write.commit().await?;
        Ok(fit)
    }

    /// Like [`Store::claim`], but a job that was tried before is taken alone, so that one
    /// which takes its workers down does not wear out the others.
    pub async fn claim_careful(
        &self,
        owner: &str,
        kind: &str,
        limit: usize,
        now: Timestamp,
        hold: SignedDuration,
    ) -> Result<Vec<Job>> {
        loop {
            let mut write = self.write().await?;
            let query = FRONT.on(write.engine).bind(kind.to_owned());
            let query = query.bind(now.as_microsecond());
            let front = query.fetch_optional(write.connection()).await;
            let front = front.step("look at the next job")?;
            let Some(tried) = front.map(|row| row.count(0)).transpose()? else {
                return Ok(Vec::new());
            };
            let limit = if tried > 0 { 1 } else { limit };
            let (fit, worn) = take(&mut write, owner, kind, limit, now, hold).await?;
            write.commit().await?;
            if worn == 0 || !fit.is_empty() {
                return Ok(fit);
            }
        }
    }

    /// Ends a job that has no outcome to write.
    pub async fn complete(&self, job: &Job, now: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        complete(&mut write, job, now).await?;
        write.commit().await
    }

    /// Notes that a job failed: it waits and is tried again, or is set aside. Returns
    /// whether it was set aside. `trouble` is shown to people and holds no private value.
    pub async fn fail(&self, job: &Job, trouble: &str, now: Timestamp) -> Result<bool> {
        let poisoned = job.attempts >= ATTEMPTS_MAX;
        let (state, due) = if poisoned {
            (POISONED_STATE, now.as_microsecond())
        } else {
            (WAITING_STATE, later(now, wait(job.attempts)))
        };
        let mut write = self.write().await?;
        end(&mut write, job, state, due, trouble).await?;
        write.commit().await?;
        Ok(poisoned)
    }

    /// Sets a job aside at once, where trying again cannot help.
    pub async fn poison(&self, job: &Job, trouble: &str, now: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        end(
            &mut write,
            job,
            POISONED_STATE,
            now.as_microsecond(),
            trouble,
        )
        .await?;
        write.commit().await
    }

    /// Gives back what this owner held when it died; to be called when it starts.
    ///
    /// It comes before what was never held, in the order of its input: records in the order
    /// they were learned. Telling somebody takes nobody down: a delivery that was held is
    /// not blamed.
    pub async fn release(&self, owner: &str) -> Result<u64> {
        let mut write = self.write().await?;
        let query = RELEASE.on(write.engine).bind(owner.to_owned());
        let query = query.bind(DELIVERY.to_owned());
        let done = query.execute(write.connection()).await;
        let given = done.step("give back jobs")?.rows_affected();
        write.commit().await?;
        Ok(given)
    }

    /// Jobs that were set aside, newest first, before a place.
    pub async fn poisoned(
        &self,
        tenant: &Tenant,
        before: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<PoisonedJob>> {
        let before = before.cloned().unwrap_or_else(Place::last);
        let query = POISONED.on(self.engine()).bind(tenant.bound());
        let query = query.bind(before.at()).bind(before.id()).bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found
            .step("list jobs set aside")?
            .iter()
            .map(poisoned)
            .collect()
    }

    /// Puts a job that was set aside back into the queue. Returns whether there was one.
    pub async fn retry(
        &self,
        tenant: &Tenant,
        kind: &str,
        input: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let query = RETRY.on(write.engine).bind(tenant.bound());
        let query = query.bind(kind.to_owned()).bind(input.to_owned());
        let query = query.bind(now.as_microsecond());
        let done = query.execute(write.connection()).await;
        let found = done.step("try a job again")?.rows_affected() > 0;
        write.commit().await?;
        Ok(found)
    }

    /// Forgets jobs done before a time. Until then the same job is not done again.
    pub async fn forget_done(&self, before: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let query = FORGET.on(write.engine).bind(before.as_microsecond());
        let done = query.execute(write.connection()).await;
        let gone = done.step("forget done jobs")?.rows_affected();
        write.commit().await?;
        Ok(gone)
    }

    /// How many jobs wait or are held, of all tenants.
    pub async fn waiting(&self) -> Result<u64> {
        let row = WAITING.on(self.engine()).fetch_one(&self.pools.read);
        row.await.step("count waiting jobs")?.count(0)
    }
}

/// Takes jobs within a transaction; returns those to be done, and how many were worn out.
async fn take(
    write: &mut Write,
    owner: &str,
    kind: &str,
    limit: usize,
    now: Timestamp,
    hold: SignedDuration,
) -> Result<(Vec<Job>, usize)> {
    let owner = name(owner, "a worker's name")?;
    let query = CLAIM.on(write.engine).bind(owner);
    let query = query.bind(later(now, hold)).bind(kind.to_owned());
    let query = query.bind(now.as_microsecond()).bind(rows(limit));
    let found = query.fetch_all(write.connection()).await;
    let found: Result<Vec<Job>> = found.step("take jobs")?.iter().map(job).collect();
    let (fit, worn): (Vec<Job>, Vec<Job>) = found?
        .into_iter()
        .partition(|job| job.attempts <= ATTEMPTS_MAX);
    for job in &worn {
        // Nobody ended it, not even with an error: it took its workers down.
        end(write, job, POISONED_STATE, now.as_microsecond(), LOST).await?;
    }
    Ok((fit, worn.len()))
}

const WAITING_STATE: i64 = 0;
const POISONED_STATE: i64 = 2;
const LOST: &str = "every worker that took it ended without a word";

fn later(now: Timestamp, hold: SignedDuration) -> i64 {
    let later = now.checked_add(hold).unwrap_or(Timestamp::MAX);
    later.as_microsecond()
}

/// The wait after a failed attempt: 2 s, 4 s, 8 s … half an hour.
fn wait(attempts: u64) -> SignedDuration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
    let seconds =
        WAIT_SECONDS_FIRST.saturating_mul(1_i64.checked_shl(doublings.min(62)).unwrap_or(i64::MAX));
    SignedDuration::from_secs(seconds.min(WAIT_SECONDS_MAX))
}

#[derive(Serialize)]
struct Row<'a> {
    k: &'a str,
    i: &'a str,
    d: i64,
    p: &'a str,
}

/// Adds jobs within a transaction; returns how many were new.
pub(crate) async fn enqueue(write: &mut Write, tenant: &Tenant, jobs: &[&NewJob]) -> Result<u64> {
    let mut new = 0;
    for some in jobs.chunks(crate::bulk::ROWS_MAX) {
        let mut bulk = Bulk::new();
        for job in some {
            name(&job.kind, "a job's kind")?;
            name(&job.input, "a job's input")?;
            bulk.row(&Row {
                k: &job.kind,
                i: &job.input,
                d: job.due.as_microsecond(),
                p: &job.payload,
            })?;
        }
        let (rows, _) = bulk.finish()?;
        let query = ENQUEUE.on(write.engine).bind(tenant.bound()).bind(rows);
        let done = query.execute(write.connection()).await;
        new += done.step("add jobs")?.rows_affected();
    }
    Ok(new)
}

/// Ends a job within a transaction, for the worker that still holds it.
pub(crate) async fn complete(write: &mut Write, job: &Job, now: Timestamp) -> Result<()> {
    let query = END.on(write.engine).bind(job.tenant.bound());
    let query = query.bind(job.kind.clone()).bind(job.input.clone());
    let query = query.bind(now.as_microsecond()).bind(signed(job.claim));
    let done = query.execute(write.connection()).await;
    held(job, done.step("end a job")?.rows_affected())
}

#[derive(Serialize)]
struct Ended<'a> {
    t: &'a str,
    k: &'a str,
    i: &'a str,
    c: i64,
}

/// Ends several jobs within a transaction: all of them, or none where one is held by
/// somebody else by now.
pub(crate) async fn complete_all(write: &mut Write, jobs: &[&Job], now: Timestamp) -> Result<()> {
    for some in jobs.chunks(crate::bulk::ROWS_MAX) {
        let mut bulk = Bulk::new();
        for job in some {
            bulk.row(&Ended {
                t: job.tenant.as_str(),
                k: &job.kind,
                i: &job.input,
                c: signed(job.claim),
            })?;
        }
        let query = END_SOME.on(write.engine).bind(bulk.finish()?.0);
        let query = query.bind(now.as_microsecond());
        let done = query.execute(write.connection()).await;
        let ended = done.step("end jobs")?.rows_affected();
        if usize::try_from(ended) != Ok(some.len()) {
            let kind = some.first().map(|job| job.kind.clone());
            return Err(Error::ClaimLost {
                kind: kind.unwrap_or_default(),
            });
        }
    }
    Ok(())
}

async fn end(write: &mut Write, job: &Job, state: i64, due: i64, trouble: &str) -> Result<()> {
    let trouble: String = trouble.chars().take(TROUBLE_CHARS_MAX).collect();
    let query = FAIL.on(write.engine).bind(job.tenant.bound());
    let query = query.bind(job.kind.clone()).bind(job.input.clone());
    let query = query.bind(state).bind(due);
    let query = query
        .bind(trouble.replace('\0', ""))
        .bind(signed(job.claim));
    let done = query.execute(write.connection()).await;
    held(job, done.step("note a job's failure")?.rows_affected())
}

fn held(job: &Job, changed: u64) -> Result<()> {
    if changed == 0 {
        return Err(Error::ClaimLost {
            kind: job.kind.clone(),
        });
    }
    Ok(())
}

fn job(row: &AnyRow) -> Result<Job> {
    Ok(Job {
        tenant: Tenant::new(row.text(0)?),
        kind: row.text(1)?,
        input: row.text(2)?,
        payload: row.text(3)?,
        attempts: row.count(4)?,
        claim: row.count(5)?,
    })
}

fn poisoned(row: &AnyRow) -> Result<PoisonedJob> {
    Ok(PoisonedJob {
        kind: row.text(0)?,
        input: row.text(1)?,
        attempts: row.count(2)?,
        at: row.time(3)?,
        trouble: row.text(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn waits_grow_and_end() {
        let seconds: Vec<i64> = (1..=13).map(|attempt| wait(attempt).as_secs()).collect();
        assert_eq!(seconds[..4], [2, 4, 8, 16]);
        assert_eq!(seconds[12], 1800);
        assert_eq!(wait(u64::MAX).as_secs(), 1800);
    }
}
