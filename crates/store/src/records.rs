//! Records: bytes as received, filed under their SHA-256, compressed and sealed.
//!
//! A record never changes. Filing the same bytes twice is one record; reading one
//! checks that it still has the digest it is filed under.

use std::collections::HashMap;

use jiff::Timestamp;
use sellkeep_model::{Record, hexadecimal};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use crate::bulk::{Bulk, ROWS_MAX, Slice};
use crate::counts;
use crate::error::{Error, Result, Step};
use crate::keys::DataKey;
use crate::page::{Place, name, rows};
use crate::statement::{Columns, Scope, Statement, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

/// Larger than any mail a provider takes (150 MB at most, 25 MB as a rule), so that
/// reaching it means a source has gone wrong.
pub const RECORD_BYTES_MAX: usize = 160 << 20;
const RECORD_LIMIT: &str = "160 MiB";
/// Level 1 loses 3 % in size against level 3 on 1 KB answers and takes half the time.
const COMPRESSION: i32 = 1;
/// What a record is sealed as.
const SEALED: &str = "a record";

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO records (tenant, digest, account, source, at, size, body) \
         SELECT $1, unhex(value ->> 'd'), value ->> 'a', value ->> 's', value ->> 't', value ->> 'z', \
             substr($3, value ->> 'o', value ->> 'n') \
         FROM json_each($2) WHERE true ON CONFLICT (tenant, digest) DO NOTHING",
        "INSERT INTO records (tenant, digest, account, source, at, size, body) \
         SELECT $1, decode(d, 'hex'), a, s, t, z, substring(CAST($3 AS BYTEA) FROM o FOR n) \
         FROM json_to_recordset(CAST($2 AS JSON)) \
             AS rows(d TEXT, a TEXT, s TEXT, t BIGINT, z BIGINT, o INTEGER, n INTEGER) \
         ON CONFLICT (tenant, digest) DO NOTHING";
    GET: Scope::Tenant, "SELECT size, body FROM records WHERE tenant = $1 AND digest = $2";
    GET_SOME: Scope::Tenant,
        "SELECT digest, size, body FROM records \
         WHERE tenant = $1 AND digest IN (SELECT unhex(value) FROM json_each($2))",
        "SELECT digest, size, body FROM records WHERE tenant = $1 AND digest IN \
         (SELECT decode(d, 'hex') FROM json_array_elements_text(CAST($2 AS JSON)) AS wanted(d))";
    MARKS: Scope::Tenant,
        "SELECT digest, at, size FROM records \
         WHERE tenant = $1 AND digest IN (SELECT unhex(value) FROM json_each($2))",
        "SELECT digest, at, size FROM records WHERE tenant = $1 AND digest IN \
         (SELECT decode(d, 'hex') FROM json_array_elements_text(CAST($2 AS JSON)) AS wanted(d))";
    LIST: Scope::Tenant,
        "SELECT digest, account, source, at, size FROM records \
         WHERE tenant = $1 AND account = $2 AND (at, digest) > ($3, $4) \
         ORDER BY at, digest LIMIT $5";
}

/// A record to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The account it is about, where that is known; empty otherwise.
    pub account: String,
    /// The source it came from.
    pub source: String,
    /// When we learned it.
    pub at: Timestamp,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl NewRecord {
    /// A record in its JSON form, one line.
    pub fn of(record: &Record) -> Result<NewRecord> {
        Ok(NewRecord {
            account: record.account.clone(),
            source: record.source.clone(),
            at: record.at,
            bytes: serde_json::to_vec(record).map_err(Error::Json)?,
        })
    }
}

/// A record on a list, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEntry {
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    /// The account.
    pub account: String,
    /// The source.
    pub source: String,
    /// When we learned it.
    pub at: Timestamp,
    /// How many bytes it has.
    pub size: u64,
}

impl RecordEntry {
    /// Its place on the list.
    pub fn place(&self) -> Place {
        Place::of(self.at, &self.digest)
    }
}

impl Store {
    /// Files one record and returns its digest.
    pub async fn put_record(&self, tenant: &Tenant, record: NewRecord) -> Result<String> {
        let sealed = self.seal_records(tenant, vec![record]).await?;
        let mut write = self.write().await?;
        put_sealed(&mut write, tenant, &sealed).await?;
        write.commit().await?;
        Ok(sealed.into_iter().map(|one| one.digest).collect())
    }

    /// The bytes of a record.
    pub async fn record(&self, tenant: &Tenant, digest: &str) -> Result<Option<Vec<u8>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let query = query.bind(digest_bytes(digest)?);
        let row = query.fetch_optional(&self.pools.read).await;
        let Some(row) = row.step("read a record")? else {
            return Ok(None);
        };
        let key = self.data_key(tenant).await?;
        open(&key, tenant, digest, row.count(0)?, &row.bytes(1)?).map(Some)
    }

    /// The bytes of some records, by digest; those that are not there are left out. All are
    /// held in memory at once: see [`Store::record_marks`].
    pub async fn records(
        &self,
        tenant: &Tenant,
        digests: &[&str],
    ) -> Result<HashMap<String, Vec<u8>>> {
        let key = self.data_key(tenant).await?;
        let mut found = HashMap::with_capacity(digests.len());
        for row in self.some(&GET_SOME, tenant, digests).await? {
            let digest = hexadecimal(&row.bytes(0)?);
            let bytes = open(&key, tenant, &digest, row.count(1)?, &row.bytes(2)?)?;
            found.insert(digest, bytes);
        }
        Ok(found)
    }

    /// When some records were learned and how many bytes they have, by digest.
    pub async fn record_marks(
        &self,
        tenant: &Tenant,
        digests: &[&str],
    ) -> Result<HashMap<String, (Timestamp, u64)>> {
        let found = self.some(&MARKS, tenant, digests).await?;
        let mark = |row: &AnyRow| {
            let mark = (row.time(1)?, row.count(2)?);
            Ok((hexadecimal(&row.bytes(0)?), mark))
        };
        found.iter().map(mark).collect()
    }

    async fn some(
        &self,
        statement: &Statement,
        tenant: &Tenant,
        digests: &[&str],
    ) -> Result<Vec<AnyRow>> {
        let mut found = Vec::with_capacity(digests.len());
        for some in digests.chunks(ROWS_MAX) {
            for digest in some {
                digest_bytes(digest)?;
            }
            let wanted = serde_json::to_string(some).map_err(Error::Json)?;
            let query = statement
                .on(self.engine())
                .bind(tenant.bound())
                .bind(wanted);
            let rows = query.fetch_all(&self.pools.read).await;
            found.extend(rows.step("read records")?);
        }
        Ok(found)
    }

    /// Records of an account in the order they were learned, after a place.
    pub async fn records_of(
        &self,
        tenant: &Tenant,
        account: &str,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<RecordEntry>> {
        let after = after.cloned().unwrap_or_else(Place::first);
        let digest = match after.id().as_str() {
            "" => Vec::new(),
            digits => digest_bytes(digits)?,
        };
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let query = query.bind(account.to_owned()).bind(after.at());
        let query = query.bind(digest).bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list records")?.iter().map(entry).collect()
    }

    /// Digests, compresses and seals, away from the threads that serve requests.
    pub(crate) async fn seal_records(
        &self,
        tenant: &Tenant,
        records: Vec<NewRecord>,
    ) -> Result<Vec<SealedRecord>> {
        let key = self.data_key(tenant).await?;
        let tenant = tenant.clone();
        let work = move || seal_all(&key, &tenant, &records);
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| Error::Stopped)?
    }
}

/// A record ready to be written.
pub(crate) struct SealedRecord {
    /// SHA-256 of the bytes, hexadecimal.
    pub digest: String,
    account: String,
    source: String,
    /// When we learned it (µs since 1970).
    pub at: i64,
    size: usize,
    body: Vec<u8>,
}

fn seal_all(key: &DataKey, tenant: &Tenant, records: &[NewRecord]) -> Result<Vec<SealedRecord>> {
    let failed = |_| Error::Corrupt {
        what: "the compressor's answer",
    };
    let mut compressor = zstd::bulk::Compressor::new(COMPRESSION).map_err(failed)?;
    let seal = |record: &NewRecord| {
        if record.bytes.len() > RECORD_BYTES_MAX {
            return Err(Error::TooLarge {
                what: "a record",
                limit: RECORD_LIMIT,
            });
        }
        let digest = hexadecimal(&Sha256::digest(&record.bytes));
        let small = compressor.compress(&record.bytes).map_err(failed)?;
        Ok(SealedRecord {
            body: key.seal(SEALED, &[tenant.as_str(), &digest], &small)?,
            digest,
            account: name_or_empty(&record.account, "an account's name")?,
            source: name(&record.source, "a source's name")?,
            at: record.at.as_microsecond(),
            size: record.bytes.len(),
        })
    };
    records.iter().map(seal).collect()
}

fn name_or_empty(text: &str, what: &'static str) -> Result<String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    name(text, what)
}

#[derive(Serialize)]
struct Row<'a> {
    d: &'a str,
    a: &'a str,
    s: &'a str,
    t: i64,
    z: usize,
    #[serde(flatten)]
    body: Slice,
}

/// Writes sealed records; returns how many were new.
pub(crate) async fn put_sealed(
    write: &mut Write,
    tenant: &Tenant,
    records: &[SealedRecord],
) -> Result<u64> {
    let mut new = 0;
    let mut rest = records.iter().peekable();
    while rest.peek().is_some() {
        let mut bulk = Bulk::new();
        while !bulk.is_full() {
            let Some(record) = rest.next() else { break };
            let body = bulk.keep(&record.body);
            bulk.row(&row(record, body))?;
        }
        new += put_bulk(write, tenant, bulk).await?;
    }
    counts::add(write, tenant, counts::RECORDS, "", new.cast_signed()).await?;
    Ok(new)
}

fn row(record: &SealedRecord, body: Slice) -> Row<'_> {
    Row {
        d: &record.digest,
        a: &record.account,
        s: &record.source,
        t: record.at,
        z: record.size,
        body,
    }
}

async fn put_bulk(write: &mut Write, tenant: &Tenant, bulk: Bulk) -> Result<u64> {
    let (rows, bytes) = bulk.finish()?;
    let query = PUT.on(write.engine).bind(tenant.bound());
    let query = query.bind(rows).bind(bytes);
    let done = query.execute(write.connection()).await;
    Ok(done.step("file records")?.rows_affected())
}

fn open(key: &DataKey, tenant: &Tenant, digest: &str, size: u64, body: &[u8]) -> Result<Vec<u8>> {
    let altered = || Error::Altered {
        digest: digest.to_owned(),
    };
    let small = key.open(SEALED, &[tenant.as_str(), digest], body)?;
    let size = usize::try_from(size).map_err(|_| altered())?;
    let bytes = zstd::bulk::decompress(&small, size.min(RECORD_BYTES_MAX));
    let bytes = bytes.map_err(|_| altered())?;
    if hexadecimal(&Sha256::digest(&bytes)) != digest {
        return Err(altered());
    }
    Ok(bytes)
}

fn entry(row: &AnyRow) -> Result<RecordEntry> {
    Ok(RecordEntry {
        digest: hexadecimal(&row.bytes(0)?),
        account: row.text(1)?,
        source: row.text(2)?,
        at: row.time(3)?,
        size: row.count(4)?,
    })
}

/// Bytes of a SHA-256.
const DIGEST_BYTES: usize = 32;

/// A digest's bytes from its digits, which are lower case as [`hexadecimal`] writes them.
pub(crate) fn digest_bytes(digits: &str) -> Result<Vec<u8>> {
    let lower = |c: &u8| c.is_ascii_digit() || (b'a'..=b'f').contains(c);
    if digits.len() != 2 * DIGEST_BYTES || !digits.as_bytes().iter().all(lower) {
        return Err(Error::Digest);
    }
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
    let bytes: std::result::Result<Vec<u8>, _> = (0..digits.len()).step_by(2).map(byte).collect();
    bytes.map_err(|_| Error::Digest)
}
