//! `sellkeep ingest`: record lines into the store, and through the whole path.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use sellkeep_connect::channels;
use sellkeep_connect::channels::Patience;
use sellkeep_model::{Account, Record};
use sellkeep_store::{Store, Tenant, Versioned};

use crate::answers::Answers;
use crate::data::{DataArguments, runtime};
use crate::keep::{Keeper, Teller};
use crate::knowledge;
use crate::watch::deliver::Outbox;
use crate::watch::lines::Lines;
use crate::watch::{Flow, accounts};

/// Records filed in one transaction.
const BATCH: usize = 500;

/// Store recorded input and take it through the whole path: alerts, channels
#[derive(Args)]
pub struct Arguments {
    /// Files of record lines; `-` for standard input
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    data: DataArguments,
    /// Add or change accounts: {"accounts":[…]}
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// Where keys and policies of mails come from: `live`, `none`, or a recorded zone (JSON)
    #[arg(long, default_value = "live", value_name = "live|none|FILE")]
    dns: String,
    /// Send alerts on the channels of this file
    #[arg(long, value_name = "FILE")]
    channels: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    runtime()?.block_on(ingest(arguments))
}

async fn ingest(arguments: &Arguments) -> Result<ExitCode> {
    let store = Arc::new(arguments.data.open().await?);
    let mut tenants: BTreeMap<String, Tenant> = BTreeMap::new();
    if let Some(path) = &arguments.accounts {
        for account in accounts::read(path)?.into_values() {
            tenants.insert(account.id.clone(), Tenant::new(&account.tenant));
            put(&store, account).await?;
        }
    }
    let keeper = keeper(arguments, &store).await?;
    keeper.begin().await?;
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template(
        "{spinner} {pos} records, {per_sec}",
    )?);
    let mut batch: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    let (mut count, mut trouble) = (0, false);
    for line in Lines::new(arguments.paths.clone()) {
        match line {
            Ok(record) if record.clock => {}
            Ok(record) => {
                let tenant = tenants
                    .get(&record.account)
                    .map_or(sellkeep_model::TENANT_DEFAULT, Tenant::as_str);
                batch.entry(tenant.to_owned()).or_default().push(record);
                count += 1;
                bar.inc(1);
            }
            Err(error) => {
                trouble = true;
                eprintln!("sellkeep: {error:#}");
            }
        }
        if batch.values().map(Vec::len).sum::<usize>() >= BATCH {
            file(&keeper, &mut batch).await?;
        }
    }
    file(&keeper, &mut batch).await?;
    bar.finish_and_clear();
    println!("{count} records taken in.");
    Ok(if trouble {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

async fn file(keeper: &Keeper, batch: &mut BTreeMap<String, Vec<Record>>) -> Result<()> {
    for (tenant, records) in std::mem::take(batch) {
        keeper
            .ingest(&Tenant::new(tenant), &records, Timestamp::now())
            .await?;
    }
    keeper.drain(Timestamp::now()).await
}

async fn put(store: &Store, account: Account) -> Result<()> {
    let tenant = Tenant::new(&account.tenant);
    let known = store.account(&tenant, &account.id).await?;
    let version = known.map_or(0, |known| known.version);
    store
        .put_account(&Versioned {
            value: account,
            version,
        })
        .await
        .context("keeping an account")
}

async fn keeper(arguments: &Arguments, store: &Arc<Store>) -> Result<Keeper> {
    let key = store
        .digest_key(&Tenant::new(sellkeep_model::TENANT_DEFAULT))
        .await?;
    let flow = Flow::new(
        knowledge::load(None)?,
        Answers::new(&arguments.dns, None)?,
        key,
    )?;
    let outbox = match &arguments.channels {
        Some(path) => {
            let channels = channels::file(path)
                .with_context(|| format!("reading the channels file {}", path.display()))?;
            Some(Arc::new(Outbox::new(channels, Patience::default())?))
        }
        None => None,
    };
    Ok(Keeper::new(
        Arc::clone(store),
        Arc::new(flow),
        Arc::new(Teller::new(outbox)),
        "ingest",
    ))
}
