//! Reads records, many at once: one transaction for all that came of them.
//!
//! A wait for the disk costs more than reading a record. Where a group fails, each of its
//! jobs is done alone, so that one bad record holds back nobody else. Records of one
//! account are taken in the order they were learned.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use sellkeep_model::{Detection, Reading, Record};
use sellkeep_store::{AccountKey, Changes, Evidence, Job, Outcome, Store, Tenant};

use super::seats::{self, Seats};
use super::work::Keeper;
use crate::watch::{Flow, Taken};

/// Bytes of records held in memory at once, unless a single one is larger.
const BYTES_MAX: u64 = 32 << 20;

/// One record on its way.
struct Step {
    job: usize,
    key: AccountKey,
    record: Record,
    taken: Option<Taken>,
}

/// A group on its way: records in the order they are read, and their accounts.
struct Group {
    steps: Vec<Step>,
    seats: Seats,
    /// What was found on each account, and when it was learned.
    told: BTreeMap<AccountKey, Vec<(Detection, Timestamp)>>,
}

impl Keeper {
    /// Does the jobs in groups that fit into memory. Returns when the last of their
    /// records was learned.
    pub(super) async fn read_all(
        &self,
        jobs: Vec<Job>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let (groups, reached) = self.groups(jobs).await?;
        for group in groups {
            if group.len() > 1 && self.read_together(&group, now).await.is_ok() {
                continue;
            }
            for job in &group {
                let done = self.read_together(std::slice::from_ref(job), now).await;
                self.ended(job, done, now).await?;
            }
        }
        Ok(reached)
    }

    /// Groups of jobs in the order their records were learned: what a source files at
    /// once, or a person brings from the past, is read as it happened.
    async fn groups(&self, mut jobs: Vec<Job>) -> Result<(Vec<Vec<Job>>, Option<Timestamp>)> {
        let mut marks = HashMap::new();
        for (tenant, digests) in by_tenant(&jobs) {
            marks.extend(self.store.record_marks(tenant, &digests).await?);
        }
        let mark = |job: &Job| marks.get(job.record()).copied().unwrap_or_default();
        jobs.sort_by_cached_key(|job| (mark(job).0, job.input.clone()));
        let (mut groups, mut held) = (Vec::new(), 0);
        for job in jobs {
            let (_, size) = mark(&job);
            if groups.is_empty() || held + size > BYTES_MAX {
                groups.push(Vec::new());
                held = 0;
            }
            held += size;
            if let Some(group) = groups.last_mut() {
                group.push(job);
            }
        }
        Ok((
            groups,
            marks.into_values().map(|(learned, _)| learned).max(),
        ))
    }

    async fn read_together(&self, jobs: &[Job], now: Timestamp) -> Result<()> {
        let group = self.gather(jobs).await?;
        let flow = Arc::clone(&self.flow);
        let digests: Vec<String> = jobs.iter().map(|job| job.record().to_owned()).collect();
        // Examining may ask the DNS and takes time of its own: not on the thread that
        // everybody else waits for.
        let group = tokio::task::spawn_blocking(move || group.live(&flow, &digests))
            .await
            .context("reading a record")?;
        let (outcomes, changes) = self.came_of(jobs, group, now).await?;
        let settled: Vec<(&Job, &Outcome)> = outcomes
            .iter()
            .map(|(job, outcome)| (*job, outcome))
            .collect();
        self.store.settle_all(&settled, &changes, now).await?;
        Ok(())
    }

    /// Records and seats out of the store.
    async fn gather(&self, jobs: &[Job]) -> Result<Group> {
        let mut steps = steps(&self.store, jobs).await?;
        steps.sort_by_cached_key(|step| {
            let digest = jobs[step.job].record().to_owned();
            (step.key.clone(), step.record.at, digest)
        });
        let mut wanted = BTreeMap::new();
        for step in &steps {
            let source = wanted.entry(step.key.clone());
            source.or_insert_with(|| step.record.source.clone());
        }
        let seats = seats::take_all(&self.store, &wanted).await?;
        let told = seats.keys().map(|key| (key.clone(), Vec::new()));
        Ok(Group {
            told: told.collect(),
            seats,
            steps,
        })
    }

    /// What is to be written of a group that was read.
    async fn came_of<'j>(
        &self,
        jobs: &'j [Job],
        mut group: Group,
        now: Timestamp,
    ) -> Result<(Vec<(&'j Job, Outcome)>, Changes)> {
        let mut outcomes = Vec::with_capacity(group.steps.len());
        for step in group.steps {
            let taken = step.taken.ok_or_else(|| anyhow!("a record was not read"))?;
            let job = &jobs[step.job];
            let evidence = evidence(job, &taken, &step.record.account, self.flow.knowledge())?;
            let outcome = Outcome {
                events: taken.reading.events,
                evidence: Some(evidence),
                ..Outcome::default()
            };
            outcomes.push((job, outcome));
        }
        let mut changes = Changes::default();
        for ((tenant, account), told) in group.told {
            let key = (tenant, account);
            let seat = group.seats.get_mut(&key);
            let seat = seat.ok_or_else(|| anyhow!("an account was not taken"))?;
            self.change(&key.0, seat, &told, now, &mut changes).await?;
        }
        Ok((outcomes, changes))
    }
}

impl Group {
    /// Takes every record through the path, with the time that passed before it.
    fn live(mut self, flow: &Flow, digests: &[String]) -> Group {
        for step in &mut self.steps {
            let seat = self.seats.get_mut(&step.key);
            let (Some(seat), Some(told)) = (seat, self.told.get_mut(&step.key)) else {
                continue;
            };
            let waited = flow.until(&mut seat.seat, step.record.at).into_iter();
            told.extend(waited.map(|detection| (detection.clone(), detection.at)));
            let mut taken = flow.take(&mut seat.seat, &step.record);
            for event in &mut taken.reading.events {
                event.record = Some(digests[step.job].clone());
            }
            let found = taken.detections.drain(..);
            let at = step.record.at;
            told.extend(found.map(|detection| (detection, at)));
            step.taken = Some(taken);
        }
        self
    }
}

fn by_tenant(jobs: &[Job]) -> BTreeMap<&Tenant, Vec<&str>> {
    let mut tenants: BTreeMap<&Tenant, Vec<&str>> = BTreeMap::new();
    for job in jobs {
        tenants.entry(&job.tenant).or_default().push(job.record());
    }
    tenants
}

async fn steps(store: &Store, jobs: &[Job]) -> Result<Vec<Step>> {
    let mut found: BTreeMap<&Tenant, HashMap<String, Vec<u8>>> = BTreeMap::new();
    for (tenant, digests) in by_tenant(jobs) {
        found.insert(tenant, store.records(tenant, &digests).await?);
    }
    let mut steps = Vec::with_capacity(jobs.len());
    for (number, job) in jobs.iter().enumerate() {
        let bytes = found
            .get_mut(&job.tenant)
            .and_then(|records| records.remove(job.record()))
            .ok_or_else(|| anyhow!("the record of this job is not in the store"))?;
        let record: Record = serde_json::from_slice(&bytes)
            .map_err(|_| anyhow!("the stored record is no record in our form"))?;
        steps.push(Step {
            job: number,
            key: (job.tenant.clone(), record.account.clone()),
            record,
            taken: None,
        });
    }
    Ok(steps)
}

fn evidence(job: &Job, taken: &Taken, account: &str, knowledge: &str) -> Result<Evidence> {
    let Reading {
        states, problems, ..
    } = &taken.reading;
    let body = serde_json::json!({
        "examination": taken.examination,
        "states": states,
        "problems": problems,
    });
    let verdict = taken
        .examination
        .as_ref()
        .map(|examination| examination.verdict.as_str().to_owned());
    Ok(Evidence {
        record: job.record().to_owned(),
        account: account.to_owned(),
        at: taken.at,
        verdict: verdict.unwrap_or_default(),
        knowledge: knowledge.to_owned(),
        body: serde_json::to_string(&body).context("writing evidence down")?,
    })
}
