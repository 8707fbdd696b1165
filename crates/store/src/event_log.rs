//! The event log: what detection reads, partition by partition, each event once, in order.
//!
//! Here it is the table of events itself: a position is given while the partition is
//! locked, so that a reader who has seen one position has seen all before it. Another
//! carrier implements the same trait. Not here: how far it was read (`leases`, `commit`).

use std::collections::BTreeMap;

use sellkeep_model::Event;
use serde::Serialize;
use sqlx::any::AnyRow;

use crate::bulk::{Bulk, ROWS_MAX, Slice};
use crate::counts;
use crate::error::{Error, Result, Step};
use crate::page::{name, rows};
use crate::partition::Partition;
use crate::records::digest_bytes;
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

/// A place in a partition; the first event has 1. Positions grow, but may leave some out.
pub type Offset = u64;

/// One event in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Whose.
    pub tenant: Tenant,
    /// Where it lies.
    pub offset: Offset,
    /// The event.
    pub event: Event,
}

/// What carries events from those who read records to those who detect.
pub trait EventLog {
    /// Adds events. One that the tenant's account has already, by its id, is left out.
    /// Returns how many were new. An event's marketplace must be filled in and never change,
    /// for it decides the partition.
    fn append(&self, tenant: &Tenant, events: &[Event])
    -> impl Future<Output = Result<u64>> + Send;

    /// Events of a partition after a place, oldest first.
    fn read(
        &self,
        partition: Partition,
        after: Offset,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>>> + Send;

    /// How far each partition is written, without those that are empty.
    fn heads(&self) -> impl Future<Output = Result<Vec<(Partition, Offset)>>> + Send;
}

statements! {
    RESERVE: Scope::Machine("a partition holds accounts of several tenants"),
        "UPDATE log_heads SET head = head + $2 WHERE part = $1 RETURNING head";
    APPEND: Scope::Tenant,
        "INSERT INTO events (tenant, account, id, kind, happened, learned, record, part, pos, body) \
         SELECT $1, value ->> 'a', value ->> 'i', value ->> 'k', value ->> 'h', value ->> 'l', \
             unhex(value ->> 'r'), value ->> 'p', value ->> 'q', \
             CAST(substr($3, value ->> 'o', value ->> 'n') AS TEXT) \
         FROM json_each($2) WHERE true ON CONFLICT (tenant, account, id) DO NOTHING \
         RETURNING account",
        "INSERT INTO events (tenant, account, id, kind, happened, learned, record, part, pos, body) \
         SELECT $1, a, i, k, h, l, decode(r, 'hex'), p, q, \
             convert_from(substring(CAST($3 AS BYTEA) FROM o FOR n), 'UTF8') \
         FROM json_to_recordset(CAST($2 AS JSON)) AS rows(a TEXT, i TEXT, k TEXT, h BIGINT, \
             l BIGINT, r TEXT, p BIGINT, q BIGINT, o INTEGER, n INTEGER) \
         ON CONFLICT (tenant, account, id) DO NOTHING RETURNING account";
    READ: Scope::Machine("a partition holds accounts of several tenants; each entry says whose it is"),
        "SELECT tenant, pos, body FROM events WHERE part = $1 AND pos > $2 ORDER BY pos LIMIT $3";
    HEADS: Scope::Machine("how far partitions are written says nothing of a tenant"),
        "SELECT part, head FROM log_heads WHERE head > 0 ORDER BY part";
}

impl EventLog for Store {
    async fn append(&self, tenant: &Tenant, events: &[Event]) -> Result<u64> {
        let mut write = self.write().await?;
        let events: Vec<&Event> = events.iter().collect();
        let new = append(&mut write, tenant, &events).await?;
        write.commit().await?;
        Ok(new)
    }

    async fn read(&self, partition: Partition, after: Offset, limit: usize) -> Result<Vec<Entry>> {
        let query = READ.on(self.engine()).bind(partition.number());
        let query = query.bind(after.cast_signed()).bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found
            .step("read the event log")?
            .iter()
            .map(entry)
            .collect()
    }

    async fn heads(&self) -> Result<Vec<(Partition, Offset)>> {
        let found = HEADS.on(self.engine()).fetch_all(&self.pools.read).await;
        let found = found.step("read how far the event log is written")?;
        let head = |row: &AnyRow| Ok((partition(row, 0)?, row.count(1)?));
        found.iter().map(head).collect()
    }
}

/// A partition's number in a row.
pub(crate) fn partition(row: &AnyRow, at: usize) -> Result<Partition> {
    let number = u8::try_from(row.number(at)?);
    number.map(Partition).map_err(|_| Error::Corrupt {
        what: "the number of a partition",
    })
}

fn entry(row: &AnyRow) -> Result<Entry> {
    Ok(Entry {
        tenant: Tenant::new(row.text(0)?),
        offset: row.count(1)?,
        event: row.json(2)?,
    })
}

#[derive(Serialize)]
struct Row<'a> {
    a: &'a str,
    i: &'a str,
    k: &'static str,
    h: i64,
    l: i64,
    r: Option<&'a str>,
    p: i64,
    q: i64,
    #[serde(flatten)]
    body: Slice,
}

/// Adds events within a transaction; returns how many were new.
pub(crate) async fn append(write: &mut Write, tenant: &Tenant, events: &[&Event]) -> Result<u64> {
    let placed = place(write, tenant, events).await?;
    let mut new = BTreeMap::new();
    for some in placed.chunks(ROWS_MAX) {
        append_some(write, tenant, some, &mut new).await?;
    }
    for (account, n) in &new {
        counts::add(write, tenant, counts::EVENTS, account, *n).await?;
    }
    Ok(new.values().sum::<i64>().unsigned_abs())
}

struct Placed<'a> {
    event: &'a Event,
    part: i64,
    pos: i64,
}

/// Gives every event its place. Partitions are locked in one order, so that two writers
/// never wait for each other in a circle.
async fn place<'a>(
    write: &mut Write,
    tenant: &Tenant,
    events: &[&'a Event],
) -> Result<Vec<Placed<'a>>> {
    let mut by_partition: BTreeMap<Partition, Vec<&Event>> = BTreeMap::new();
    for event in events {
        let partition = Partition::of(tenant, &event.marketplace, &event.account);
        by_partition.entry(partition).or_default().push(event);
    }
    let mut placed = Vec::with_capacity(events.len());
    for (partition, events) in by_partition {
        let part = partition.number();
        let first = reserve(write, part, events.len()).await?;
        let numbered = events.into_iter().zip(first..);
        placed.extend(numbered.map(|(event, pos)| Placed { event, part, pos }));
    }
    Ok(placed)
}

/// Reserves positions and returns the first.
async fn reserve(write: &mut Write, part: i64, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let query = RESERVE.on(write.engine).bind(part).bind(count);
    let row = query.fetch_one(write.connection()).await;
    Ok(row.step("reserve places in the event log")?.number(0)? - count + 1)
}

async fn append_some(
    write: &mut Write,
    tenant: &Tenant,
    placed: &[Placed<'_>],
    new: &mut BTreeMap<String, i64>,
) -> Result<()> {
    let mut bulk = Bulk::new();
    for one in placed {
        let body = serde_json::to_vec(one.event).map_err(Error::Json)?;
        let body = bulk.keep(&body);
        bulk.row(&row(one, body)?)?;
    }
    let (rows, bytes) = bulk.finish()?;
    let query = APPEND.on(write.engine).bind(tenant.bound());
    let query = query.bind(rows).bind(bytes);
    let added = query.fetch_all(write.connection()).await;
    for row in added.step("add events")? {
        *new.entry(row.text(0)?).or_default() += 1;
    }
    Ok(())
}

fn row<'a>(placed: &Placed<'a>, body: Slice) -> Result<Row<'a>> {
    let event = placed.event;
    name(&event.account, "an account's name")?;
    name(&event.id, "an event's id")?;
    let record = event.record.as_deref();
    record.map(digest_bytes).transpose()?;
    Ok(Row {
        a: &event.account,
        i: &event.id,
        k: event.kind.as_str(),
        h: event.happened.as_microsecond(),
        l: event.learned.as_microsecond(),
        r: record,
        p: placed.part,
        q: placed.pos,
        body,
    })
}
