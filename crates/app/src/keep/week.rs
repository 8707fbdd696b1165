//! The weekly word on every channel that tells people: all is quiet, or why not.
//!
//! One job for a channel and a Monday. It carries what was counted when the week began,
//! so that a restart in the middle tells the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::{Account, AlertLevel, Route, TENANT_DEFAULT};
use sellkeep_respond::message::{Week, week_due};
use sellkeep_store::{
    AlertFilter, Changes, DELIVERY, Job, NewJob, Outcome, PAGE_ROWS_MAX, RECORDS, Tenant,
    alert_place,
};

use super::work::Keeper;

/// The kind of job that tells of a week; its input is `channel@due`.
const WEEK: &str = "week";
/// Weeks told at once.
const WEEKS_MAX: usize = 16;
const DAYS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Alerts that are looked through for one number; with more, the number says "at least".
const ALERTS_MAX: usize = 10_000;
/// Troubles of channels that are listed: the rest is on the console.
const TROUBLES_MAX: usize = 5;
/// A source that was not heard for so long is silent, whatever its own grace says.
const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// A channel that hears of the week: one that tells people, not one that keeps a list of
/// open matters or only rings when nobody answers.
fn hears(route: &Route) -> bool {
    !route.ladder_only && !route.one_by_one
}

impl Keeper {
    /// Plans the next week's word for every channel; one that is planned stays as it is.
    pub async fn plan_weeks(&self, now: Timestamp) -> Result<()> {
        let Some(outbox) = self.teller.outbox() else {
            return Ok(());
        };
        let zone = self.zone().await?;
        let records = self.records(&self.everybody(None).await?).await?;
        let jobs: Vec<NewJob> = outbox
            .channels()
            .routes()
            .iter()
            .filter(|route| hears(route))
            .filter_map(|route| planned(&route.name, now, &zone, records))
            .collect();
        let tenant = Tenant::new(TENANT_DEFAULT);
        self.store.enqueue(&tenant, &jobs).await?;
        Ok(())
    }

    /// Tells of the weeks that are due; how many those were.
    pub(super) async fn week_round(&self, now: Timestamp) -> Result<usize> {
        let jobs = self.claim(WEEK, WEEKS_MAX, now).await?;
        for job in &jobs {
            let outcome = self.tell_week(job, now).await;
            self.ended(job, outcome, now).await?;
        }
        Ok(jobs.len())
    }

    async fn tell_week(&self, job: &Job, now: Timestamp) -> Result<()> {
        let (channel, due) = job
            .input
            .rsplit_once('@')
            .ok_or_else(|| anyhow!("a week needs a channel and a time"))?;
        let due: Timestamp = due.parse().map_err(|_| anyhow!("a week needs a time"))?;
        let outbox = self.teller.outbox();
        let route = outbox.and_then(|outbox| outbox.channels().get(channel));
        let (Some(outbox), Some(settings)) = (outbox, route) else {
            // The channel was taken away since.
            self.store.complete(job, now).await?;
            return Ok(());
        };
        let accounts = self.everybody(Some(&settings.route)).await?;
        let records = self.records(&accounts).await?;
        let before: u64 = job.payload.parse().unwrap_or_default();
        let mut week = self.week(&accounts, now - DAYS, now).await?;
        week.records = records.saturating_sub(before);
        outbox.tell_week(channel, &week, due, now).await?;
        let next = planned(channel, now.max(due), &self.zone().await?, records);
        let changes = Changes {
            jobs: next
                .map(|next| (job.tenant.clone(), next))
                .into_iter()
                .collect(),
            ..Changes::default()
        };
        let nothing = Outcome::default();
        self.store.settle(job, &nothing, &changes, now).await?;
        Ok(())
    }

    /// The accounts that a channel is for, by tenant.
    async fn everybody(&self, route: Option<&Route>) -> Result<BTreeMap<Tenant, Vec<Account>>> {
        let wanted = |account: &Account| {
            let named = route.map(|route| &route.accounts);
            named.is_none_or(|named| named.is_empty() || named.contains(&account.id))
        };
        let mut all = BTreeMap::new();
        for tenant in self.store.tenants().await? {
            let (mut known, mut after) = (Vec::new(), String::new());
            loop {
                let page = self.store.accounts(&tenant, &after, PAGE_ROWS_MAX).await?;
                let Some(last) = page.last() else { break };
                after.clone_from(&last.value.id);
                known.extend(page.into_iter().map(|one| one.value).filter(&wanted));
            }
            if !known.is_empty() {
                all.insert(tenant, known);
            }
        }
        Ok(all)
    }

    /// Records of these accounts' tenants.
    async fn records(&self, accounts: &BTreeMap<Tenant, Vec<Account>>) -> Result<u64> {
        let mut records = 0;
        for tenant in accounts.keys() {
            records += self.store.count(tenant, RECORDS).await?;
        }
        Ok(records)
    }

    /// The owner's morning is where the first account is; without one it is UTC.
    async fn zone(&self) -> Result<TimeZone> {
        let accounts = self.everybody(None).await?;
        let named = accounts
            .values()
            .flatten()
            .find_map(|account| account.time_zone.as_deref());
        let zone = named.and_then(|name| TimeZone::get(name).ok());
        Ok(zone.unwrap_or(TimeZone::UTC))
    }

    async fn week(
        &self,
        accounts: &BTreeMap<Tenant, Vec<Account>>,
        from: Timestamp,
        now: Timestamp,
    ) -> Result<Week> {
        let mut week = Week::default();
        for (tenant, accounts) in accounts {
            let ids: BTreeSet<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
            let names = accounts
                .iter()
                .map(|account| account.name.as_ref().unwrap_or(&account.id));
            week.accounts.extend(names.cloned());
            week.raised += self.raised(tenant, &ids, from).await?;
            for level in [AlertLevel::ActNow, AlertLevel::CheckToday] {
                week.open += self.open(tenant, &ids, level).await?;
            }
            week.silent.extend(self.silent(tenant, &ids, now).await?);
            let failing = self.failing(tenant, from).await?;
            week.channels_failing.extend(failing);
        }
        week.channels_failing.truncate(TROUBLES_MAX);
        Ok(week)
    }

    /// Alerts raised since, of these accounts.
    async fn raised(&self, tenant: &Tenant, ids: &BTreeSet<&str>, from: Timestamp) -> Result<u64> {
        let (mut before, mut raised, mut seen) = (None, 0, 0);
        while seen < ALERTS_MAX {
            let all = AlertFilter::All;
            let page = self
                .store
                .alerts(tenant, &all, before.as_ref(), PAGE_ROWS_MAX)
                .await?;
            let Some(last) = page.last() else { break };
            let older = last.value.changed < from;
            before = Some(alert_place(&last.value));
            seen += page.len();
            let new = page.iter().map(|alert| &alert.value).filter(|alert| {
                alert.raised >= from && ids.contains(alert.detection.account.as_str())
            });
            raised += u64::try_from(new.count()).unwrap_or(u64::MAX);
            if older {
                break;
            }
        }
        Ok(raised)
    }

    /// Alerts of a level that still need somebody, of these accounts.
    async fn open(&self, tenant: &Tenant, ids: &BTreeSet<&str>, level: AlertLevel) -> Result<u64> {
        let (mut before, mut open, mut seen) = (None, 0, 0);
        while seen < ALERTS_MAX {
            let need = AlertFilter::Need(level);
            let page = self
                .store
                .alerts(tenant, &need, before.as_ref(), PAGE_ROWS_MAX)
                .await?;
            let Some(last) = page.last() else { break };
            before = Some(alert_place(&last.value));
            seen += page.len();
            let ours = page
                .iter()
                .map(|alert| alert.value.detection.account.as_str());
            let ours = ours.filter(|account| ids.contains(account)).count();
            open += u64::try_from(ours).unwrap_or(u64::MAX);
        }
        Ok(open)
    }

    /// Sources of these accounts that are in trouble, paused or were long not heard.
    async fn silent(
        &self,
        tenant: &Tenant,
        ids: &BTreeSet<&str>,
        now: Timestamp,
    ) -> Result<Vec<String>> {
        let sources = self.store.sources(tenant).await?.into_iter();
        let silent = sources.map(|source| source.value).filter(|source| {
            let ours = source.account.is_empty() || ids.contains(source.account.as_str());
            let unheard = source.seen.is_none_or(|seen| seen < now - SILENT_AFTER);
            ours && (unheard || source.paused || !source.trouble.is_empty())
        });
        let named = |source: sellkeep_store::Source| match source.account.as_str() {
            "" => source.id,
            account => format!("{} ({account})", source.id),
        };
        Ok(silent.map(named).collect())
    }

    /// Messages of the week that no channel took, in the words of the trouble.
    async fn failing(&self, tenant: &Tenant, from: Timestamp) -> Result<BTreeSet<String>> {
        let aside = self.store.poisoned(tenant, None, PAGE_ROWS_MAX).await?;
        let lost = aside
            .into_iter()
            .filter(|job| job.kind == DELIVERY && job.at >= from);
        Ok(lost.map(|job| job.trouble).collect())
    }
}

/// The job of the Monday after a time, with what is counted until then.
fn planned(channel: &str, after: Timestamp, zone: &TimeZone, records: u64) -> Option<NewJob> {
    let due = week_due(after, zone)?;
    let mut job = NewJob::new(WEEK, format!("{channel}@{due}"), due);
    job.payload = records.to_string();
    Some(job)
}
