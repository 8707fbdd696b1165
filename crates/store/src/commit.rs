//! One step of detection: how far the log is done, the states and alerts that came of it,
//! and the jobs that tell people, all together or not at all.

use std::collections::BTreeMap;

use sellkeep_model::Alert;

use crate::alerts;
use crate::error::Result;
use crate::event_log::Offset;
use crate::leases::{self, Lease};
use crate::page::Versioned;
use crate::queue::{self, NewJob};
use crate::states::{self, StateChange};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

/// What came of some events.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// States that changed; each account once.
    pub states: Vec<StateChange>,
    /// Alerts that are new or changed, with the version they were read at.
    pub alerts: Vec<(Tenant, Versioned<Alert>)>,
    /// Jobs that follow: deliveries (see [`delivery`](crate::delivery)) and others.
    pub jobs: Vec<(Tenant, NewJob)>,
}

impl Store {
    /// Writes what came of a partition's events up to and including `to`. The lease moves
    /// on with it. With [`Error::LeaseLost`](crate::Error::LeaseLost) another node is at
    /// work; with [`Error::Conflict`](crate::Error::Conflict) a person answered an alert
    /// in the meantime: read again from the lease's offset.
    pub async fn commit(&self, lease: &mut Lease, to: Offset, changes: &Changes) -> Result<()> {
        let mut write = self.write().await?;
        leases::advance(&mut write, lease, to).await?;
        write_changes(&mut write, changes).await?;
        write.commit().await?;
        lease.offset = to;
        Ok(())
    }

    /// Begins a partition anew, to make all states of its accounts again.
    pub async fn rewind(&self, lease: &mut Lease) -> Result<()> {
        let mut write = self.write().await?;
        leases::rewind(&mut write, lease).await?;
        write.commit().await?;
        lease.offset = 0;
        Ok(())
    }
}

/// Writes changes within a transaction.
pub(crate) async fn write_changes(write: &mut Write, changes: &Changes) -> Result<()> {
    states::put(write, &changes.states).await?;
    // In one order, so that two nodes never wait for each other in a circle.
    let mut alerts: Vec<_> = changes.alerts.iter().collect();
    alerts.sort_by(|a, b| (&a.0, &a.1.value.id).cmp(&(&b.0, &b.1.value.id)));
    for (tenant, alert) in alerts {
        alerts::put(write, tenant, alert).await?;
    }
    let mut jobs: BTreeMap<&Tenant, Vec<&NewJob>> = BTreeMap::new();
    for (tenant, job) in &changes.jobs {
        jobs.entry(tenant).or_default().push(job);
    }
    for (tenant, jobs) in jobs {
        queue::enqueue(write, tenant, &jobs).await?;
    }
    Ok(())
}
