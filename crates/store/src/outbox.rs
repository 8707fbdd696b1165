//! The outbox: alerts on their way to people, and the receipts of those that arrived.
//!
//! A delivery is a job like any other, added in the transaction that changes its alert.
//! A channel's receipt is noted before the job ends, so that a delivery that runs twice
//! can see where it was already told.

use jiff::Timestamp;
use sellkeep_model::Alert;
use sqlx::any::AnyRow;

use crate::alerts::said;
use crate::error::{Result, Step};
use crate::page::name;
use crate::queue::NewJob;
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

/// The kind of job that tells people of an alert.
pub const DELIVERY: &str = "deliver";

statements! {
    ADD: Scope::Tenant,
        "INSERT INTO receipts (tenant, alert, revision, channel, at, says) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, alert, revision, channel) DO NOTHING";
    LIST: Scope::Tenant,
        "SELECT revision, channel, at, says FROM receipts WHERE tenant = $1 AND alert = $2 \
         ORDER BY revision, at, channel";
}

/// That a channel took an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The alert's revision.
    pub revision: u32,
    /// The channel.
    pub channel: String,
    /// When.
    pub at: Timestamp,
    /// What the channel answered, without addresses.
    pub says: String,
}

/// The job that tells people of an alert's present revision: one for each revision.
pub fn delivery(alert: &Alert, due: Timestamp) -> NewJob {
    let input = format!("{}/{}", alert.id, alert.revision);
    NewJob::new(DELIVERY, input, due)
}

/// The alert and the revision that a delivery is about.
pub fn delivered(input: &str) -> Option<(&str, u32)> {
    let (alert, revision) = input.rsplit_once('/')?;
    Some((alert, revision.parse().ok()?))
}

impl Store {
    /// Notes a receipt. Returns whether it is the first for that revision and channel.
    pub async fn add_receipt(
        &self,
        tenant: &Tenant,
        alert: &str,
        receipt: &Receipt,
    ) -> Result<bool> {
        let mut write = self.write().await?;
        let query = ADD.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(alert, "an alert's id")?);
        let query = query.bind(i64::from(receipt.revision));
        let query = query.bind(name(&receipt.channel, "a channel's name")?);
        let query = query
            .bind(receipt.at.as_microsecond())
            .bind(said(&receipt.says));
        let done = query.execute(write.connection()).await;
        let first = done.step("note a receipt")?.rows_affected() > 0;
        write.commit().await?;
        Ok(first)
    }

    /// Where an alert was told, in order.
    pub async fn receipts(&self, tenant: &Tenant, alert: &str) -> Result<Vec<Receipt>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let found = query.bind(alert.to_owned()).fetch_all(&self.pools.read);
        found
            .await
            .step("list receipts")?
            .iter()
            .map(receipt)
            .collect()
    }
}

fn receipt(row: &AnyRow) -> Result<Receipt> {
    Ok(Receipt {
        revision: u32::try_from(row.count(0)?).unwrap_or(u32::MAX),
        channel: row.text(1)?,
        at: row.time(2)?,
        says: row.text(3)?,
    })
}
