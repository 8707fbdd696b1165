//! Tells people of an alert on every channel that takes it, once for each revision and
//! reminder, and remembers what went out.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
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

    /// Sends what is due for an alert's account, and plans what comes later.
    pub async fn tell(&self, store: &Store, job: &Job, now: Timestamp) -> Result<()> {
        let (id, _) = job
            .input
            .split_once('/')
            .ok_or_else(|| anyhow!("a delivery needs an alert and a revision"))?;
        let alert = store.alert(&job.tenant, id).await?;
        let (Some(outbox), Some(alert)) = (&self.outbox, alert) else {
            store.complete(job, now).await?;
            return Ok(());
        };
        let account_id = alert.value.detection.account.clone();
        let account = store.account(&job.tenant, &account_id).await?;
        let account = account.map(|known| known.value);
        let alerts = together(store, &job.tenant, alert.value, &account_id).await?;
        let mut sent = Vec::new();
        for alert in &alerts {
            sent.extend(sent_before(store, &job.tenant, alert).await?);
        }
        let shown: Vec<&Alert> = alerts.iter().collect();
        let mut failed = None;
        for due in outbox.plan(&shown, &sent, now) {
            if due.at > now {
                continue;
            }
            match send(
                store,
                outbox,
                &job.tenant,
                &due,
                &alerts,
                account.as_ref(),
                now,
            )
            .await
            {
                Ok(went) => sent.extend(went),
                Err(error) => failed = Some(error),
            }
        }
        let later = outbox
            .plan(&shown, &sent, now)
            .into_iter()
            .find(|next| next.at > now);
        let jobs = later.map(|next| {
            let input = format!("{id}/{}/{}", next.id, next.at);
            (job.tenant.clone(), NewJob::new(DELIVERY, input, next.at))
        });
        if let Some(error) = failed {
            return Err(error);
        }
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

async fn send(
    store: &Store,
    outbox: &Outbox,
    tenant: &Tenant,
    due: &Delivery,
    alerts: &[Alert],
    account: Option<&Account>,
    now: Timestamp,
) -> Result<Vec<Sent>> {
    let Some(delivered) = outbox.send(due, alerts, account, now).await else {
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
        store.add_receipt(tenant, &one.alert, &receipt).await?;
    }
    Ok(sent)
}
