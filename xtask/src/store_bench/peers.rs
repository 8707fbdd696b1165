//! The same rows written in other ways, in the same run on the same machine.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgPoolCopyExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, PgConnection, PgPool, SqliteConnection};

use super::{BATCH, RECORDS, number, record};

const TABLE: &str = "CREATE TABLE peer (tenant TEXT NOT NULL, digest BYTEA NOT NULL, \
     account TEXT NOT NULL, source TEXT NOT NULL, at BIGINT NOT NULL, size BIGINT NOT NULL, \
     body BYTEA NOT NULL, PRIMARY KEY (tenant, digest))";
const INDEX: &str = "CREATE INDEX peer_by_account ON peer (tenant, account, at, digest)";
const INSERT: &str = "INSERT INTO peer (tenant, digest, account, source, at, size, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, digest) DO NOTHING";
const COPY: &str = "COPY peer (tenant, digest, account, source, at, size, body) FROM STDIN";

/// A row a statement costs so much that fewer rows give the figure.
const ROWS: usize = RECORDS / 5;

/// A row a statement on SQLite, in transactions of a batch.
pub async fn sqlite(folder: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("peer.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::raw_sql(TABLE).execute(&mut connection).await?;
    sqlx::raw_sql(INDEX).execute(&mut connection).await?;
    let begin = Instant::now();
    for batch in 0..ROWS / BATCH {
        let mut transaction = connection.begin().await?;
        for number in batch * BATCH..(batch + 1) * BATCH {
            let one = record("peer", number);
            let query = sqlx::query(INSERT).bind("bench");
            let query = query.bind(Sha256::digest(&one.bytes).to_vec());
            let query = query.bind(one.account).bind(one.source);
            let query = query
                .bind(one.at.as_microsecond())
                .bind(i64::try_from(one.bytes.len())?);
            query.bind(one.bytes).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    told("  plain sqlx, a row a statement", ROWS, begin);
    Ok(())
}

/// A row a statement and COPY on PostgreSQL, in transactions of a batch.
pub async fn postgres(address: &str) -> Result<()> {
    let mut connection = PgConnection::connect(address).await?;
    sqlx::raw_sql(TABLE).execute(&mut connection).await?;
    sqlx::raw_sql(INDEX).execute(&mut connection).await?;
    let begin = Instant::now();
    for batch in 0..ROWS / BATCH {
        let mut transaction = connection.begin().await?;
        for number in batch * BATCH..(batch + 1) * BATCH {
            let one = record("peer", number);
            let query = sqlx::query(INSERT).bind("bench");
            let query = query.bind(Sha256::digest(&one.bytes).to_vec());
            let query = query.bind(one.account).bind(one.source);
            let query = query
                .bind(one.at.as_microsecond())
                .bind(i64::try_from(one.bytes.len())?);
            query.bind(one.bytes).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    told("  plain sqlx, a row a statement", ROWS, begin);
    copy(address).await
}

async fn copy(address: &str) -> Result<()> {
    let pool = PgPool::connect(address).await?;
    let begin = Instant::now();
    for batch in 0..RECORDS / BATCH {
        let mut text = String::new();
        for number in batch * BATCH..(batch + 1) * BATCH {
            text.push_str(&line(number));
        }
        let mut copy = pool.copy_in_raw(COPY).await?;
        copy.send(text.as_bytes()).await?;
        copy.finish().await?;
    }
    told(
        "  COPY, which cannot leave out what is known",
        RECORDS,
        begin,
    );
    Ok(())
}

/// A row as COPY reads it: columns between tabs, bytes in hexadecimal.
fn line(number: usize) -> String {
    let one = record("copied", number);
    let digest = sellkeep_model::sha256(&one.bytes);
    let body = sellkeep_model::hexadecimal(&one.bytes);
    let (at, size) = (one.at.as_microsecond(), one.bytes.len());
    format!(
        "bench\t\\\\x{digest}\t{}\t{}\t{at}\t{size}\t\\\\x{body}\n",
        one.account, one.source
    )
}

fn told(what: &str, rows: usize, begin: Instant) {
    let rate = number(rows) / begin.elapsed().as_secs_f64();
    println!("{what}: {rate:.0} records/s");
}
