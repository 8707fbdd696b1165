//! Leases: which node serves which partition, and how far it has got.
//!
//! A lease that was taken over has a higher epoch, and whoever holds the old one can
//! commit nothing any more (`commit`): a slow node does no harm when its lease runs out.
//! One node alone takes all of them and needs no other code.

use jiff::{SignedDuration, Timestamp};
use sqlx::any::AnyRow;

use crate::error::{Error, Result, Step};
use crate::event_log::{Offset, partition};
use crate::page::{name, signed};
use crate::partition::Partition;
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};

const WHY: Scope = Scope::Machine("a partition holds accounts of several tenants");

statements! {
    TAKE: WHY,
        "UPDATE log_leases SET owner = $1, epoch = epoch + 1, expires = $2 \
         WHERE part IN (SELECT part FROM log_leases \
             WHERE expires <= $3 OR owner = $1 ORDER BY expires, part LIMIT $4) \
         RETURNING part, epoch, done",
        "UPDATE log_leases SET owner = $1, epoch = epoch + 1, expires = $2 \
         WHERE part IN (SELECT part FROM log_leases \
             WHERE expires <= $3 OR owner = $1 ORDER BY expires, part LIMIT $4 \
             FOR UPDATE SKIP LOCKED) \
         RETURNING part, epoch, done";
    RENEW: WHY,
        "UPDATE log_leases SET expires = $3 WHERE part = $1 AND epoch = $2";
    GIVE: WHY,
        "UPDATE log_leases SET owner = '', expires = 0 WHERE part = $1 AND epoch = $2";
    MOVE: WHY,
        "UPDATE log_leases SET done = $3 WHERE part = $1 AND epoch = $2 AND done = $4";
    REWIND: WHY, "UPDATE log_leases SET done = 0 WHERE part = $1 AND epoch = $2";
    BACKLOG: Scope::Machine("how far partitions are read says nothing of a tenant"),
        "SELECT part, log_heads.head - log_leases.done FROM log_heads \
         JOIN log_leases USING (part) WHERE log_heads.head > log_leases.done ORDER BY part";
}

/// The right to serve a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Which.
    pub partition: Partition,
    /// How far it is done.
    pub offset: Offset,
    epoch: u64,
}

impl Store {
    /// Takes up to `limit` partitions that nobody serves, or that this owner served
    /// before it started again. Those it holds now are taken again with a new epoch.
    pub async fn take_leases(
        &self,
        owner: &str,
        limit: usize,
        now: Timestamp,
        hold: SignedDuration,
    ) -> Result<Vec<Lease>> {
        let mut write = self.write().await?;
        let query = TAKE.on(write.engine).bind(name(owner, "a node's name")?);
        let query = query.bind(until(now, hold)).bind(now.as_microsecond());
        let query = query.bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let taken = query.fetch_all(write.connection()).await;
        let taken: Result<Vec<Lease>> = taken.step("take partitions")?.iter().map(lease).collect();
        write.commit().await?;
        taken
    }

    /// Holds a partition longer.
    pub async fn renew_lease(
        &self,
        lease: &Lease,
        now: Timestamp,
        hold: SignedDuration,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let query = RENEW.on(write.engine).bind(lease.partition.number());
        let query = query.bind(signed(lease.epoch)).bind(until(now, hold));
        let done = query.execute(write.connection()).await;
        held(lease, done.step("hold a partition")?.rows_affected())?;
        write.commit().await
    }

    /// Gives a partition back, so that another node need not wait.
    pub async fn give_lease(&self, lease: Lease) -> Result<()> {
        let mut write = self.write().await?;
        let query = GIVE.on(write.engine).bind(lease.partition.number());
        let done = query.bind(signed(lease.epoch)).execute(write.connection());
        held(
            &lease,
            done.await.step("give a partition back")?.rows_affected(),
        )?;
        write.commit().await
    }

    /// Partitions with events that are not done yet, and how many at most.
    pub async fn backlog(&self) -> Result<Vec<(Partition, u64)>> {
        let found = BACKLOG.on(self.engine()).fetch_all(&self.pools.read);
        let found = found.await.step("read how far the event log is done")?;
        let each = found
            .iter()
            .map(|row| Ok((partition(row, 0)?, row.count(1)?)));
        each.collect()
    }
}

fn until(now: Timestamp, hold: SignedDuration) -> i64 {
    let until = now.checked_add(hold).unwrap_or(Timestamp::MAX);
    until.as_microsecond()
}

fn lease(row: &AnyRow) -> Result<Lease> {
    Ok(Lease {
        partition: partition(row, 0)?,
        epoch: row.count(1)?,
        offset: row.count(2)?,
    })
}

/// Moves a partition on within a transaction, for whoever still holds it.
pub(crate) async fn advance(write: &mut Write, lease: &Lease, to: Offset) -> Result<()> {
    let query = MOVE.on(write.engine).bind(lease.partition.number());
    let query = query.bind(signed(lease.epoch)).bind(signed(to));
    let done = query.bind(signed(lease.offset)).execute(write.connection());
    held(
        lease,
        done.await.step("move a partition on")?.rows_affected(),
    )
}

/// Begins a partition anew within a transaction.
pub(crate) async fn rewind(write: &mut Write, lease: &Lease) -> Result<()> {
    let query = REWIND.on(write.engine).bind(lease.partition.number());
    let done = query.bind(signed(lease.epoch)).execute(write.connection());
    held(
        lease,
        done.await.step("begin a partition anew")?.rows_affected(),
    )
}

fn held(lease: &Lease, changed: u64) -> Result<()> {
    if changed == 0 {
        return Err(Error::LeaseLost {
            partition: lease.partition.0,
        });
    }
    Ok(())
}
