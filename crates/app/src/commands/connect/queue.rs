//! `sellkeep connect amazon-queue`: a queue with Amazon's notifications, tried once, then kept.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use jiff::Timestamp;
use sellkeep_connect::amazon::queue::{Queue, Settings};
use sellkeep_store::{Source, Store, Tenant, Versioned};

use super::ask::{self, From};
use super::guide;
use crate::commands::Usage;
use crate::sources::{SecretName, amazon};

/// What was given on the command line; whatever is missing is asked for.
#[derive(Args)]
pub struct Arguments {
    /// The account whose notifications come here
    #[arg(long)]
    account: Option<String>,
    /// The merchant token (seller id) of that account
    #[arg(long)]
    seller: Option<String>,
    /// The queue's address, as AWS shows it
    #[arg(long, value_name = "URL")]
    queue_url: Option<String>,
    /// The AWS region, such as eu-west-1
    #[arg(long)]
    region: Option<String>,
    /// The id of the access key
    #[arg(long, value_name = "ID")]
    key_id: Option<String>,
    /// File with the secret access key
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
    /// Environment variable with the secret access key
    #[arg(long, value_name = "NAME", conflicts_with = "secret_key_file")]
    secret_key_env: Option<String>,
    /// A name for the source; ACCOUNT-queue where none is given
    #[arg(long)]
    name: Option<String>,
}

/// Connects a queue.
pub async fn connect(store: &Store, tenant: &str, arguments: &Arguments) -> Result<ExitCode> {
    if ask::is_person() {
        println!("{}", guide::QUEUE);
    }
    let tenant = Tenant::new(tenant);
    let account = ask::word(arguments.account.as_ref(), "Account", "--account")?;
    if store.account(&tenant, &account).await?.is_none() {
        let says = format!("there is no account {account:?}: sellkeep connect amazon adds it");
        return Err(Usage(says).into());
    }
    let settings = settings(arguments)?;
    let secret = ask::secret(&From {
        file: arguments.secret_key_file.as_ref(),
        env: arguments.secret_key_env.as_ref(),
        says: "Secret access key",
        flag: "secret-key",
    })?;
    let text = secret.expose_text().unwrap_or_default();
    let queue = Queue::new(settings.clone(), text, None).map_err(|trouble| anyhow!("{trouble}"))?;
    // Only looked at: whatever waits in the queue stays there for the server.
    queue
        .test()
        .await
        .map_err(|trouble| anyhow!("the queue cannot be read: {trouble}"))?;
    let name = arguments.name.clone();
    let name = name.unwrap_or_else(|| format!("{account}-queue"));
    let now = Timestamp::now();
    let secret_name = SecretName::Main.of(&name);
    store
        .put_secret(&tenant, &secret_name, &secret, now)
        .await?;
    let text = serde_json::to_string(&settings).context("writing the settings down")?;
    let version = store.source(&tenant, &name).await?;
    let source = Versioned {
        value: Source::new(&name, &account, amazon::QUEUE, &text),
        version: version.map_or(0, |known| known.version),
    };
    store.put_source(&tenant, &source).await?;
    println!("{name} can be read and is kept; `sellkeep serve` reads it from now on.");
    Ok(ExitCode::SUCCESS)
}

fn settings(arguments: &Arguments) -> Result<Settings> {
    let settings = Settings {
        queue_url: ask::word(arguments.queue_url.as_ref(), "Queue address", "--queue-url")?,
        region: ask::word(arguments.region.as_ref(), "AWS region", "--region")?,
        key_id: ask::word(arguments.key_id.as_ref(), "Access key id", "--key-id")?,
        seller: ask::word(arguments.seller.as_ref(), "Merchant token", "--seller")?,
    };
    settings
        .check()
        .map_err(|trouble| Usage(trouble.to_string()))?;
    Ok(settings)
}
