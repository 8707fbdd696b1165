//! Where everything is kept: the data folder or a PostgreSQL database, and its key.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use sellkeep_store::{KeySource, Store};

/// Where everything is kept.
#[derive(Args, Clone)]
pub struct DataArguments {
    /// The data folder (SQLite and the key lie in it)
    #[arg(
        long,
        value_name = "DIR",
        default_value = "sellkeep-data",
        env = "SELLKEEP_DATA"
    )]
    pub data: PathBuf,
    /// A PostgreSQL database instead of SQLite in the data folder: postgres://…
    #[arg(
        long,
        value_name = "URL",
        env = "SELLKEEP_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// Environment variable that holds the master key (64 hexadecimal digits)
    #[arg(long, value_name = "NAME")]
    pub key_env: Option<String>,
    /// Command that prints the master key
    #[arg(long, value_name = "COMMAND")]
    pub key_command: Option<String>,
}

impl DataArguments {
    /// Opens the store; makes the folder, the database and the key at the first start.
    pub async fn open(&self) -> Result<Store> {
        std::fs::create_dir_all(&self.data)
            .with_context(|| format!("making the data folder {}", self.data.display()))?;
        let address = match &self.database {
            Some(url) => url.clone(),
            None => self.data.join("sellkeep.db").display().to_string(),
        };
        let store = Store::open(&address, &self.key()).await;
        store.context("opening the store")
    }

    fn key(&self) -> KeySource {
        if let Some(name) = &self.key_env {
            return KeySource::Environment(name.clone());
        }
        if let Some(command) = &self.key_command {
            let mut words = command.split_whitespace().map(str::to_owned);
            return KeySource::Command {
                program: words.next().unwrap_or_default(),
                arguments: words.collect(),
            };
        }
        KeySource::File(self.data.join("master.key"))
    }
}

/// A runtime for a command that asks the store.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")
}
