//! The daily look at every account's preparation: its own domain, the score, what must be
//! signed off again.
//!
//! One job for an account and a day; doing it twice keeps the same score and raises
//! nothing twice. Not here: the checks (`detect::audit`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use sellkeep_detect::audit::{domain_facts, domain_questions, remind};
use sellkeep_model::Domain;
use sellkeep_store::{
    Changes, DayScore, Job, Outcome, OwnDomain, PAGE_ROWS_MAX, PREPARE, ReadFacts, Tenant, prepare,
};

use super::change::plan;
use super::seats;
use super::work::Keeper;
use crate::prepare::{kept, known, prepared};
use crate::watch::Flow;

/// Looks taken at once: each may ask the DNS.
const LOOK_MAX: usize = 16;
/// How often new accounts are looked for.
const PLAN_EVERY_SECONDS: i64 = 60 * 60;

impl Keeper {
    /// Does the looks that are due; how many that were.
    pub(super) async fn prepare_round(&self, now: Timestamp) -> Result<usize> {
        self.plan(now).await?;
        let jobs = self.claim(PREPARE, LOOK_MAX, now).await?;
        for job in &jobs {
            let outcome = self.look(job, now).await;
            self.ended(job, outcome, now).await?;
        }
        Ok(jobs.len())
    }

    /// Plans the look of the day for every account; one that is planned stays as it is.
    async fn plan(&self, now: Timestamp) -> Result<()> {
        let hour = now.as_second().div_euclid(PLAN_EVERY_SECONDS);
        if self.planned.swap(hour, Ordering::Relaxed) == hour {
            return Ok(());
        }
        let day = now.strftime("%Y-%m-%d").to_string();
        for tenant in self.store.tenants().await? {
            let mut after = String::new();
            loop {
                let page = self.store.accounts(&tenant, &after, PAGE_ROWS_MAX).await?;
                let Some(last) = page.last() else { break };
                after.clone_from(&last.value.id);
                let jobs: Vec<_> = page
                    .iter()
                    .map(|account| prepare(&account.value.id, &day, now))
                    .collect();
                self.store.enqueue(&tenant, &jobs).await?;
            }
        }
        Ok(())
    }

    async fn look(&self, job: &Job, now: Timestamp) -> Result<()> {
        let (id, _) = job
            .input
            .rsplit_once('@')
            .ok_or_else(|| anyhow!("a look needs an account and a day"))?;
        let said = self.store.said_of(&job.tenant, id).await?;
        let before = self.store.scores(&job.tenant, id, 1).await?;
        let before = before.into_iter().next().map(|day| day.facts);
        let facts = match &said.domain {
            Some(domain) if !domain.domain.is_empty() => {
                let read = read(Arc::clone(&self.flow), domain.clone()).await?;
                merged(before.unwrap_or_default(), read)
            }
            _ => ReadFacts::new(),
        };
        let mut seat = self.seat(&job.tenant, id).await?;
        let account = seat
            .as_ref()
            .map(|taken| (&taken.seat.account, &taken.seat.state));
        let known = known(id, account, &said, &facts);
        let found = prepared(self.flow.examiner().knowledge(), &known, now);
        let score = DayScore {
            at: now,
            points: found.points.into(),
            points_max: found.points_max.into(),
            passed: sellkeep_console::passed(&found),
            facts,
        };
        self.store.put_score(&job.tenant, id, &score).await?;
        let reminders = remind(&found.checks, &known, job.tenant.as_str(), now);
        let reminders: Vec<_> = reminders.into_iter().map(|one| (one, now)).collect();
        let mut changes = Changes::default();
        if let Some(taken) = &mut seat {
            expect_to_hear(&job.tenant, taken, now, &mut changes)?;
        }
        self.alerts(&job.tenant, id, &reminders, &[], now, &mut changes)
            .await?;
        self.store
            .settle(job, &Outcome::default(), &changes, now)
            .await?;
        Ok(())
    }

    /// The account with what is remembered of it; `None` for the business before any.
    async fn seat(&self, tenant: &Tenant, id: &str) -> Result<Option<seats::Taken>> {
        if id.is_empty() || self.store.account(tenant, id).await?.is_none() {
            return Ok(None);
        }
        let key = (tenant.clone(), id.to_owned());
        let wanted = BTreeMap::from([(key.clone(), String::new())]);
        Ok(seats::take_all(&self.store, &wanted).await?.remove(&key))
    }
}

/// An account from which nothing was ever heard is watched from now on, and one whose
/// sources were changed is looked at when the new ones should have been heard.
fn expect_to_hear(
    tenant: &Tenant,
    taken: &mut seats::Taken,
    now: Timestamp,
    changes: &mut Changes,
) -> Result<()> {
    if !taken.seat.state.is_watched() {
        taken.seat.watch_from(now);
    }
    let Some(tick) = plan(&mut taken.seat, now) else {
        return Ok(());
    };
    changes.jobs.push((tenant.clone(), tick));
    changes.states.push(taken.change(tenant)?);
    Ok(())
}

/// What the DNS says of a domain, asked away from the threads that everybody waits for.
async fn read(flow: Arc<Flow>, own: OwnDomain) -> Result<ReadFacts> {
    let asked = tokio::task::spawn_blocking(move || {
        let Ok(domain) = Domain::parse(&own.domain) else {
            return ReadFacts::new();
        };
        let dns = flow.answers();
        dns.ask(&domain_questions(&domain, &own.selectors));
        kept(domain_facts(&domain, &own.selectors, dns))
    });
    asked.await.context("asking the DNS")
}

/// What could not be read today stays as it was known.
fn merged(mut before: ReadFacts, read: ReadFacts) -> ReadFacts {
    before.extend(read);
    before
}
