//! How fast the store takes records in, and how long a page of a large one takes.
//!
//! Beside it, in the same run: a row a statement, and PostgreSQL's COPY, both writing
//! the same rows without digest, compression, seal or job.

pub mod pages;
mod peers;
#[path = "../../crates/store/src/tests/postgres_server.rs"]
mod postgres_server;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use sellkeep_model::Timestamp;
use sellkeep_store::{Intake, KeySource, NewRecord, Store, Tenant};

use postgres_server::PostgresServer;

/// Records taken in for one figure.
const RECORDS: usize = 100_000;
/// Records of one intake: what a busy source gives at once.
const BATCH: usize = 500;
/// Sources that are read at the same time.
const SOURCES: usize = 4;

/// `store [--pages]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.enable_all().build()?;
    let pages = arguments.iter().any(|word| word == "--pages");
    runtime.block_on(async {
        // Beside the build, because a temporary folder may lie in memory.
        let folder = tempfile::tempdir_in("target").context("run it from the repository")?;
        let file = folder.path().join("store.db").display().to_string();
        one("SQLite", &file, folder.path(), pages).await?;
        peers::sqlite(folder.path()).await?;
        match PostgresServer::start(&[])? {
            None => println!("skipped: no PostgreSQL"),
            Some(server) => {
                let address = server.address("postgres");
                one("PostgreSQL", &address, folder.path(), pages).await?;
                peers::postgres(&address).await?;
            }
        }
        Ok(())
    })
}

async fn one(name: &str, address: &str, folder: &Path, pages: bool) -> Result<()> {
    let key = KeySource::File(folder.join(format!("{name}.key")));
    let store = open(address, &key).await?;
    let rate = ingest(&store, None).await?;
    println!("{name}: {rate:.0} records/s filed (digest, zstd, seal; batches of {BATCH})");
    let rate = ingest(&store, Some("examine")).await?;
    println!("{name}: {rate:.0} records/s filed and queued");
    if pages {
        pages::run(name, &store).await?;
    }
    store.close().await;
    Ok(())
}

/// The server's port answers a little before the server does.
async fn open(address: &str, key: &KeySource) -> Result<Store> {
    for _ in 0..100 {
        if let Ok(store) = Store::open(address, key).await {
            return Ok(store);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Ok(Store::open(address, key).await?)
}

/// Takes records in from several sources at once; returns records a second.
async fn ingest(store: &Store, job: Option<&str>) -> Result<f64> {
    let tenant = Tenant::new("bench");
    let word = job.unwrap_or("filed");
    let begin = Instant::now();
    let sources: Vec<_> = (0..SOURCES)
        .map(|source| {
            let (store, tenant) = (store.clone(), tenant.clone());
            let (job, word) = (job.map(str::to_owned), word.to_owned());
            tokio::spawn(async move {
                for batch in 0..RECORDS / BATCH / SOURCES {
                    let first = (source * RECORDS / SOURCES) + batch * BATCH;
                    let records = (first..first + BATCH).map(|number| record(&word, number));
                    let intake = Intake {
                        records: records.collect(),
                        job: job.clone(),
                        advance: None,
                    };
                    store.ingest(&tenant, intake, Timestamp::now()).await?;
                }
                sellkeep_store::Result::Ok(())
            })
        })
        .collect();
    for source in sources {
        source.await??;
    }
    Ok(number(RECORDS) / begin.elapsed().as_secs_f64())
}

/// An answer of about a kilobyte, as an API gives it.
fn record(word: &str, number: usize) -> NewRecord {
    let item = |at: usize| {
        format!(
            r#"{{"paymentMethodId":"{:032x}","paymentMethodType":"BANK_ACCOUNT","tail":"{:03}","assignmentType":"DEFAULT","expiryDate":null,"countryCode":"DE","amount":{{"currencyCode":"EUR","currencyAmount":{}.{:02}}}}}"#,
            (number as u128 + 1) * 0x9e37_79b9_7f4a_7c15_f39c + at as u128,
            (number * 7 + at) % 1000,
            (number * 31 + at * 17) % 90_000,
            number % 100
        )
    };
    let items: Vec<String> = (0..5).map(item).collect();
    let body = format!(
        r#"{{"word":"{word}","paymentMethods":[{}]}}"#,
        items.join(",")
    );
    NewRecord {
        // A source is one account's, and so is what it gives at once.
        account: format!("account-{:04}", number / BATCH % 1000),
        source: "amazon.api".to_owned(),
        at: Timestamp::from_second(i64::try_from(number).unwrap_or(0)).unwrap_or_default(),
        bytes: body.into_bytes(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}
