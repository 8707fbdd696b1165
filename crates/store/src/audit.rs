//! The audit log: who did what, each entry holding the hash of the one before.
//!
//! An entry that is changed, left out or moved breaks the chain from there on. Cutting off
//! the end, or writing the whole chain anew, is noticed by whoever kept a head: it
//! is made to be published or mailed out.

use jiff::Timestamp;
use sellkeep_model::hexadecimal;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use crate::alerts::said;
use crate::error::{Result, Step};
use crate::page::{PAGE_ROWS_MAX, name, rows, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    NEXT: Scope::Tenant,
        "INSERT INTO audit_heads (tenant, number, hash) VALUES ($1, 1, $2) \
         ON CONFLICT (tenant) DO UPDATE SET number = audit_heads.number + 1 \
         RETURNING number, hash";
    ADD: Scope::Tenant,
        "INSERT INTO audit (tenant, number, at, who, deed, subject, says, before, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    SET_HEAD: Scope::Tenant, "UPDATE audit_heads SET hash = $2 WHERE tenant = $1";
    HEAD: Scope::Tenant, "SELECT number, hash FROM audit_heads WHERE tenant = $1";
    FORWARD: Scope::Tenant,
        "SELECT number, at, who, deed, subject, says, before, hash FROM audit \
         WHERE tenant = $1 AND number > $2 ORDER BY number LIMIT $3";
    BACK: Scope::Tenant,
        "SELECT number, at, who, deed, subject, says, before, hash FROM audit \
         WHERE tenant = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditDeed {
    /// When.
    pub at: Timestamp,
    /// Who: a person, or a part of Sellkeep.
    pub who: String,
    /// What, in a word: `signed-in`, `secret-changed` …
    pub deed: String,
    /// To what.
    pub subject: String,
    /// Further words, without secrets.
    pub says: String,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// 1, 2, 3 …
    pub number: u64,
    /// What was done.
    pub deed: AuditDeed,
    /// The hash of the entry before; zeros for the first.
    pub before: Vec<u8>,
    /// The hash of this one.
    pub hash: Vec<u8>,
}

/// The end of the log: worth publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// How many entries there are.
    pub number: u64,
    /// The hash of the last, hexadecimal.
    pub hash: String,
}

/// Whether the chain holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCheck {
    /// Every entry is as it was written.
    Whole(AuditHead),
    /// This entry is changed, missing, or does not follow the one before.
    BrokenAt(u64),
}

/// The hash before the first entry.
const START: [u8; 32] = [0; 32];

impl Store {
    /// Adds an entry and returns the new head.
    pub async fn audit(&self, tenant: &Tenant, deed: &AuditDeed) -> Result<AuditHead> {
        let deed = kept(deed)?;
        let mut write = self.write().await?;
        let (number, before) = next(&mut write, tenant).await?;
        let hash = hash(tenant, number, &deed, &before);
        add(&mut write, tenant, number, &deed, &before, &hash).await?;
        let set = SET_HEAD.on(write.engine).bind(tenant.bound());
        let done = set.bind(hash.clone()).execute(write.connection()).await;
        done.step("add to the audit log")?;
        write.commit().await?;
        let hash = hexadecimal(&hash);
        Ok(AuditHead { number, hash })
    }

    /// Entries, newest first, before a number.
    pub async fn audit_entries(
        &self,
        tenant: &Tenant,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>> {
        let query = BACK.on(self.engine()).bind(tenant.bound());
        let query = query
            .bind(before.map_or(i64::MAX, signed))
            .bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found
            .step("list the audit log")?
            .iter()
            .map(entry)
            .collect()
    }

    /// The end of the log.
    pub async fn audit_head(&self, tenant: &Tenant) -> Result<AuditHead> {
        let query = HEAD.on(self.engine()).bind(tenant.bound());
        let row = query.fetch_optional(&self.pools.read).await;
        match row.step("read the end of the audit log")? {
            Some(row) => Ok(AuditHead {
                number: row.count(0)?,
                hash: hexadecimal(&row.bytes(1)?),
            }),
            None => Ok(AuditHead {
                number: 0,
                hash: hexadecimal(&START),
            }),
        }
    }

    /// Computes the whole chain again.
    pub async fn check_audit(&self, tenant: &Tenant) -> Result<AuditCheck> {
        // The end is read first: entries that come in meanwhile are checked the next time.
        let head = self.audit_head(tenant).await?;
        let (mut number, mut hash_before) = (0, START.to_vec());
        while number < head.number {
            let page = self.audit_after(tenant, number).await?;
            if page.is_empty() {
                return Ok(AuditCheck::BrokenAt(number + 1));
            }
            for entry in page {
                if !follows(tenant, &entry, number, &hash_before) {
                    return Ok(AuditCheck::BrokenAt(number + 1));
                }
                (number, hash_before) = (entry.number, entry.hash);
                if number == head.number && hexadecimal(&hash_before) != head.hash {
                    return Ok(AuditCheck::BrokenAt(number));
                }
            }
        }
        Ok(AuditCheck::Whole(head))
    }

    async fn audit_after(&self, tenant: &Tenant, number: u64) -> Result<Vec<AuditEntry>> {
        let query = FORWARD.on(self.engine()).bind(tenant.bound());
        let query = query.bind(signed(number)).bind(rows(PAGE_ROWS_MAX));
        let found = query.fetch_all(&self.pools.read).await;
        found
            .step("list the audit log")?
            .iter()
            .map(entry)
            .collect()
    }
}

/// The deed as both engines keep it, so that its hash can be computed again.
fn kept(deed: &AuditDeed) -> Result<AuditDeed> {
    Ok(AuditDeed {
        at: Timestamp::from_microsecond(deed.at.as_microsecond()).unwrap_or(deed.at),
        who: name(&deed.who, "a person's name")?,
        deed: name(&deed.deed, "a deed")?,
        subject: said(&deed.subject),
        says: said(&deed.says),
    })
}

fn follows(tenant: &Tenant, entry: &AuditEntry, number: u64, before: &[u8]) -> bool {
    entry.number == number + 1
        && entry.before == before
        && entry.hash == hash(tenant, entry.number, &entry.deed, before)
}

/// The next number and the hash before it. Holds the tenant's head until the end of the
/// transaction, so that entries are added one after another.
async fn next(write: &mut Write, tenant: &Tenant) -> Result<(u64, Vec<u8>)> {
    let query = NEXT.on(write.engine).bind(tenant.bound());
    let row = query
        .bind(START.to_vec())
        .fetch_one(write.connection())
        .await;
    let row = row.step("add to the audit log")?;
    Ok((row.count(0)?, row.bytes(1)?))
}

async fn add(
    write: &mut Write,
    tenant: &Tenant,
    number: u64,
    deed: &AuditDeed,
    before: &[u8],
    hash: &[u8],
) -> Result<()> {
    let query = ADD.on(write.engine).bind(tenant.bound());
    let query = query.bind(signed(number)).bind(deed.at.as_microsecond());
    let query = query.bind(deed.who.clone()).bind(deed.deed.clone());
    let query = query.bind(deed.subject.clone()).bind(deed.says.clone());
    let query = query.bind(before.to_vec()).bind(hash.to_vec());
    query
        .execute(write.connection())
        .await
        .step("add to the audit log")?;
    Ok(())
}

/// SHA-256 over the hash before and every field with its length: anybody can compute it.
fn hash(tenant: &Tenant, number: u64, deed: &AuditDeed, before: &[u8]) -> Vec<u8> {
    let (number, at) = (number.to_string(), deed.at.as_microsecond().to_string());
    let fields = [
        tenant.as_str(),
        &number,
        &at,
        &deed.who,
        &deed.deed,
        &deed.subject,
        &deed.says,
    ];
    let mut hash = Sha256::new();
    hash.update(before);
    for field in fields {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field.as_bytes());
    }
    hash.finalize().to_vec()
}

fn entry(row: &AnyRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        number: row.count(0)?,
        deed: AuditDeed {
            at: row.time(1)?,
            who: row.text(2)?,
            deed: row.text(3)?,
            subject: row.text(4)?,
            says: row.text(5)?,
        },
        before: row.bytes(6)?,
        hash: row.bytes(7)?,
    })
}
