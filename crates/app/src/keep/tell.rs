//! Tells people of an alert on every channel that takes it, once for each revision and
//! reminder, and remembers what went out.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use futures_util::future::join_all;
use jiff::Timestamp;
use sellkeep_model::{Account, Alert};
use sellkeep_respond::delivery::{Delivery, Sent};
use sellkeep_store::{Changes, DELIVERY, Job, NewJob, Outcome, Receipt, Store, Tenant};

use crate::watch::deliver::Outbox;

/// The channels, if there are any.
pub struct Teller {
    outbox: Option<Arc<Outbox>>,
}

impl Teller {
    /// Tells on these channels; without any, alerts are only shown in the console.
    pub fn new(outbox: Option<Arc<Outbox>>) -> Teller {
        Teller { outbox }
    }

    /// The channels, if there are any.
    pub(super) fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_deref()
    }

    /// Sends what is due for these alerts' accounts, and plans what comes later. Accounts
    /// are told side by side, so that one slow service delays nobody else's alert;
    /// deliveries of one account one after another, so that none is told twice.
    pub async fn tell_all<'j>(
        &self,
        store: &Store,
        jobs: &'j [Job],
        now: Timestamp,
    ) -> Result<Vec<(&'j Job, Result<()>)>> {
        let mut accounts: BTreeMap<(&Tenant, String), Vec<Told<'j>>> = BTreeMap::new();
        for job in jobs {
            let alert = match alert_of(job) {
                Some(id) => store.alert(&job.tenant, id).await?,
                None => None,
            };
            let alert = alert.map(|alert| alert.value);
            let account = alert.as_ref().map(|alert| alert.detection.account.clone());
            let key = (&job.tenant, account.unwrap_or_default());
            accounts.entry(key).or_default().push((job, alert));
        }
        let told = accounts.into_values().map(|jobs| async {
            let mut done = Vec::with_capacity(jobs.len());
            for (job, alert) in jobs {
                done.push((job, self.tell(store, job, alert, now).await));
            }
            done
        });
        Ok(join_all(told).await.into_iter().flatten().collect())
    }

    /// One job: the alert with the others of its account.
    async fn tell(
        &self,
        store: &Store,
        job: &Job,
        alert: Option<Alert>,
        now: Timestamp,
    ) -> Result<()> {
        let (Some(outbox), Some(alert)) = (&self.outbox, alert) else {
            store.complete(job, now).await?;
            return Ok(());
        };
        let id = alert.id.clone();
        let account = alert.detection.account.clone();
        let known = store.account(&job.tenant, &account).await?;
        let matter = Matter {
            store,
            outbox,
            tenant: &job.tenant,
            account: known.map(|known| known.value),
            alerts: together(store, &job.tenant, alert, &account).await?,
        };
        let later = matter.send_due(now).await?;
        let jobs = later.map(|next| {
            let input = format!("{id}/{}/{}", next.id, next.at);
            (job.tenant.clone(), NewJob::new(DELIVERY, input, next.at))
        });
        let changes = Changes {
            jobs: jobs.into_iter().collect(),
            ..Changes::default()
        };
        store
            .settle(job, &Outcome::default(), &changes, now)
            .await?;
        Ok(())
    }
}

/// A job and its alert, where there is one.
type Told<'j> = (&'j Job, Option<Alert>);

/// The alert that a job is about.
fn alert_of(job: &Job) -> Option<&str> {
    job.input.split_once('/').map(|(id, _)| id)
}

/// The alerts of one account, with everything it takes to tell people of them.
struct Matter<'t> {
    store: &'t Store,
    outbox: &'t Outbox,
    tenant: &'t Tenant,
    account: Option<Account>,
    alerts: Vec<Alert>,
}

impl Matter<'_> {
    /// Sends what is due now; what comes next. One channel's failure keeps nobody from
    /// the others.
    async fn send_due(&self, now: Timestamp) -> Result<Option<Delivery>> {
        let mut sent = Vec::new();
        for alert in &self.alerts {
            sent.extend(sent_before(self.store, self.tenant, alert).await?);
        }
        let shown: Vec<&Alert> = self.alerts.iter().collect();
        let due = self.outbox.plan(&shown, &sent, now).into_iter();
        let due: Vec<Delivery> = due.filter(|due| due.at <= now).collect();
        let mut failed = None;
        for went in join_all(due.iter().map(|due| self.send(due, now))).await {
            match went {
                Ok(went) => sent.extend(went),
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let plan = self.outbox.plan(&shown, &sent, now);
        Ok(plan.into_iter().find(|next| next.at > now))
    }

    async fn send(&self, due: &Delivery, now: Timestamp) -> Result<Vec<Sent>> {
        let account = self.account.as_ref();
        let delivered = self.outbox.send(due, &self.alerts, account, now).await;
        let Some(delivered) = delivered else {
            return Ok(Vec::new());
        };
        delivered
            .outcome
            .map_err(|error| anyhow!("{error}"))
            .with_context(|| format!("telling on channel {:?}", due.channel))?;
        let sent: Vec<Sent> = due.sent(now).collect();
        for (part, one) in due.parts.iter().zip(&sent) {
            let receipt = Receipt {
                revision: one.revision,
                // A reminder of the same revision is another message.
                channel: format!("{}/{}", one.channel, part.nth),
                at: now,
                says: serde_json::to_string(one).context("writing down what was sent")?,
            };
            self.store
                .add_receipt(self.tenant, &one.alert, &receipt)
                .await?;
        }
        Ok(sent)
    }
}

/// The alert with the others of its account that still need somebody: they may share a message.
async fn together(
    store: &Store,
    tenant: &Tenant,
    alert: Alert,
    account: &str,
) -> Result<Vec<Alert>> {
    let pending = store.pending_alerts(tenant, account).await?;
    let mut alerts: Vec<Alert> = pending.into_iter().map(|alert| alert.value).collect();
    if alerts.iter().all(|known| known.id != alert.id) {
        alerts.push(alert);
    }
    Ok(alerts)
}

/// What went out of one alert: each receipt holds it as it was planned.
async fn sent_before(store: &Store, tenant: &Tenant, alert: &Alert) -> Result<Vec<Sent>> {
    let receipts = store.receipts(tenant, &alert.id).await?;
    let sent = receipts
        .iter()
        .map(|receipt| serde_json::from_str(&receipt.says));
    sent.collect::<Result<_, _>>()
        .context("reading what was sent before")
}
