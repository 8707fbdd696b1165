//! `sellkeep rebuild`: states made anew from the stored records.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use sellkeep_store::{Changes, Versioned};

use crate::answers::Answers;
use crate::data::{DataArguments, runtime};
use crate::knowledge;
use crate::watch::{Flow, history};

/// Make what is remembered of accounts anew from their stored records
#[derive(Args)]
pub struct Arguments {
    /// One account; all where none is named
    account: Option<String>,
    #[command(flatten)]
    data: DataArguments,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    runtime()?.block_on(rebuild(arguments))
}

async fn rebuild(arguments: &Arguments) -> Result<ExitCode> {
    let store = arguments.data.open().await?;
    let kept = history::accounts(&store, arguments.account.as_deref()).await?;
    if kept.is_empty() {
        println!("No account to rebuild.");
        return Ok(ExitCode::FAILURE);
    }
    for kept in kept {
        let key = store.digest_key(&kept.tenant).await?;
        let flow = Flow::new(knowledge::load(None)?, Answers::new("none", None)?, key)?;
        let (mut seat, count) = history::relive(&store, &flow, &kept, |_| ()).await?;
        let before = store.state(&kept.tenant, &kept.account.id).await?;
        let checkpoint = seat.state.checkpoint()?;
        let state = sellkeep_store::AccountState {
            hot: checkpoint.hot,
            cold: checkpoint.cold,
        };
        let change = (
            (kept.tenant.clone(), kept.account.id.clone()),
            Versioned {
                value: state,
                version: before.version,
            },
        );
        let changes = Changes {
            states: vec![change],
            ..Changes::default()
        };
        store.replace(&changes).await?;
        println!("{}: made anew from {count} records.", kept.account.id);
    }
    Ok(ExitCode::SUCCESS)
}
