//! The jobs: read a record, let time pass on an account, tell people of an alert.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::{Detection, Reading, Record};
use sellkeep_respond::raise::{AlertPolicy, Board, Change, raise};
use sellkeep_store::{
    Advance, Changes, DELIVERY, Error, Evidence, Intake, Job, NewJob, NewRecord, Outcome, Store,
    Tenant, Versioned, delivery,
};

use super::seats;
use super::tell::Teller;
use crate::watch::{Flow, Taken};

/// The kind of job that reads a record; its input is the record's digest.
const READ: &str = "read";
/// The kind of job that lets time pass; its input is `account@time`.
const TICK: &str = "tick";

/// Jobs taken at once: few, so that a crash repeats little.
const CLAIM_MAX: usize = 64;
/// How long a worker may take for what it has claimed.
const HOLD: SignedDuration = SignedDuration::from_mins(5);

/// Takes jobs and does them.
#[derive(Clone)]
pub struct Keeper {
    store: Arc<Store>,
    flow: Arc<Flow>,
    teller: Arc<Teller>,
    owner: String,
}

/// What a record's job did, before it is written.
struct Done {
    /// When time mattered next before the record.
    before: Option<Timestamp>,
    taken: Taken,
    detections: Vec<(Detection, Timestamp)>,
}

impl Keeper {
    /// A worker of that name over a store.
    pub fn new(store: Arc<Store>, flow: Arc<Flow>, teller: Arc<Teller>, owner: &str) -> Keeper {
        Keeper {
            store,
            flow,
            teller,
            owner: owner.to_owned(),
        }
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

    /// Does what is due; how many jobs that were. Reading comes first: what has happened
    /// is known before time passes, and both before anybody is told.
    pub async fn round(&self, now: Timestamp) -> Result<usize> {
        let mut done = 0;
        for kind in [READ, TICK, DELIVERY] {
            let jobs = self
                .store
                .claim(&self.owner, kind, CLAIM_MAX, now, HOLD)
                .await?;
            for job in jobs {
                self.attempt(&job, now).await?;
                done += 1;
            }
        }
        Ok(done)
    }

    /// Works until nothing is due any more.
    pub async fn drain(&self, now: Timestamp) -> Result<()> {
        while self.round(now).await? > 0 {}
        Ok(())
    }

    /// One job; what fails waits and is tried again, and is set aside in the end.
    async fn attempt(&self, job: &Job, now: Timestamp) -> Result<()> {
        let outcome = match job.kind.as_str() {
            READ => self.read(job, now).await,
            TICK => self.tick(job, now).await,
            DELIVERY => self.teller.tell(&self.store, job, now).await,
            other => Err(anyhow!("no worker knows the job {other:?}")),
        };
        let Err(error) = outcome else { return Ok(()) };
        if let Some(Error::ClaimLost { .. }) = error.downcast_ref::<Error>() {
            // Another worker has it, or does it now.
            return Ok(());
        }
        let trouble = format!("{error:#}");
        self.store.fail(job, &trouble, now).await?;
        Ok(())
    }

    async fn read(&self, job: &Job, now: Timestamp) -> Result<()> {
        let bytes = self
            .store
            .record(&job.tenant, &job.input)
            .await?
            .ok_or_else(|| anyhow!("the record of this job is not in the store"))?;
        let record: Record = serde_json::from_slice(&bytes)
            .map_err(|_| anyhow!("the stored record is no record in our form"))?;
        let mut seat =
            seats::take(&self.store, &job.tenant, &record.account, &record.source).await?;
        let flow = Arc::clone(&self.flow);
        let digest = job.input.clone();
        // Examining may ask the DNS and takes time of its own: not on the thread that
        // everybody else waits for.
        let (mut seat, done) = tokio::task::spawn_blocking(move || {
            let done = live(&flow, &mut seat, &record, &digest);
            (seat, done)
        })
        .await
        .context("reading a record")?;
        let outcome = Outcome {
            events: done.taken.reading.events.clone(),
            evidence: Some(evidence(job, &done.taken, &seat, self.flow.knowledge())?),
            ..Outcome::default()
        };
        let changes = self
            .changes(&job.tenant, &mut seat, done.before, &done.detections, now)
            .await?;
        self.store.settle(job, &outcome, &changes, now).await?;
        Ok(())
    }

    async fn tick(&self, job: &Job, now: Timestamp) -> Result<()> {
        let (account, due) = job
            .input
            .rsplit_once('@')
            .ok_or_else(|| anyhow!("a tick needs an account and a time"))?;
        let due: Timestamp = due.parse().map_err(|_| anyhow!("a tick needs a time"))?;
        let mut seat = seats::take(&self.store, &job.tenant, account, "").await?;
        let detections: Vec<_> = self
            .flow
            .tick(&mut seat.seat, due)
            .into_iter()
            .map(|detection| (detection, due))
            .collect();
        let changes = self
            .changes(&job.tenant, &mut seat, None, &detections, now)
            .await?;
        self.store
            .settle(job, &Outcome::default(), &changes, now)
            .await?;
        Ok(())
    }

    /// The state to be written, the alerts that change, and the jobs that follow.
    async fn changes(
        &self,
        tenant: &Tenant,
        seat: &mut seats::Taken,
        waiting: Option<Timestamp>,
        detections: &[(Detection, Timestamp)],
        now: Timestamp,
    ) -> Result<Changes> {
        let mut changes = Changes {
            states: vec![seat.change(tenant)?],
            ..Changes::default()
        };
        // A tick waits already at that time or before; it will plan the next one itself.
        let planned = |next: &Timestamp| waiting.is_some_and(|waiting| waiting <= *next);
        if let Some(next) = seat.seat.next_tick().filter(|next| !planned(next)) {
            let input = format!("{}@{next}", seat.seat.account.id);
            changes
                .jobs
                .push((tenant.clone(), NewJob::new(TICK, input, next)));
        }
        if !detections.is_empty() {
            self.raise(tenant, &seat.seat.account.id, detections, now, &mut changes)
                .await?;
        }
        Ok(changes)
    }

    async fn raise(
        &self,
        tenant: &Tenant,
        account: &str,
        detections: &[(Detection, Timestamp)],
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<()> {
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        let mut known = self.store.pending_alerts(tenant, account).await?;
        for (detection, _) in detections {
            known.extend(self.store.alert(tenant, &detection.id).await?);
        }
        for alert in &known {
            versions.insert(alert.value.id.clone(), alert.version);
        }
        let mut board = Board::new(known.into_iter().map(|alert| alert.value));
        let mut touched: BTreeMap<String, bool> = BTreeMap::new();
        let policy = AlertPolicy::default();
        for (detection, at) in detections {
            match raise(&policy, &mut board, detection, *at) {
                Change::Raised(alert) | Change::Revised(alert) => {
                    touched.insert(alert.id, true);
                }
                Change::Counted(alert) => {
                    touched.entry(alert.id).or_default();
                }
                Change::Nothing => {}
            }
        }
        for (id, told) in touched {
            let Some(alert) = board.get(&id) else {
                continue;
            };
            if told {
                changes.jobs.push((tenant.clone(), delivery(alert, now)));
            }
            let version = versions.get(&id).copied().unwrap_or_default();
            let value = alert.clone();
            changes
                .alerts
                .push((tenant.clone(), Versioned { value, version }));
        }
        Ok(())
    }
}

/// One record through the path, with the time that passed before it.
fn live(flow: &Flow, seat: &mut seats::Taken, record: &Record, digest: &str) -> Done {
    let before = seat.seat.next_tick();
    let waited = flow.until(&mut seat.seat, record.at);
    let mut detections: Vec<_> = waited
        .into_iter()
        .map(|detection| (detection.clone(), detection.at))
        .collect();
    let mut taken = flow.take(&mut seat.seat, record);
    for event in &mut taken.reading.events {
        event.record = Some(digest.to_owned());
    }
    let found = taken.detections.drain(..);
    detections.extend(found.map(|detection| (detection, record.at)));
    Done {
        before,
        taken,
        detections,
    }
}

fn evidence(job: &Job, taken: &Taken, seat: &seats::Taken, knowledge: &str) -> Result<Evidence> {
    let reading = Reading {
        events: Vec::new(),
        ..taken.reading.clone()
    };
    let body = serde_json::json!({
        "examination": taken.examination,
        "states": reading.states,
        "problems": reading.problems,
    });
    let verdict = taken
        .examination
        .as_ref()
        .map(|examination| examination.verdict.as_str().to_owned());
    Ok(Evidence {
        record: job.input.clone(),
        account: seat.seat.account.id.clone(),
        at: taken.at,
        verdict: verdict.unwrap_or_default(),
        knowledge: knowledge.to_owned(),
        body: serde_json::to_string(&body).context("writing evidence down")?,
    })
}
