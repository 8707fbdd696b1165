//! `sellkeep backtest`: what a rule would have said about the stored past.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use sellkeep_model::Detection;
use serde_json::json;

use super::Usage;
use crate::answers::Answers;
use crate::data::{DataArguments, runtime};
use crate::knowledge;
use crate::watch::{Flow, history};

/// Try a rule on the stored history before enabling it
#[derive(Args)]
pub struct Arguments {
    /// The rule's id
    rule: String,
    /// One account; all where none is named
    #[arg(long)]
    account: Option<String>,
    #[command(flatten)]
    data: DataArguments,
    /// Folder that adds to or replaces the built-in knowledge: the rule may lie there
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Detections that are shown one by one.
const SHOWN_MAX: usize = 20;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    runtime()?.block_on(backtest(arguments))
}

async fn backtest(arguments: &Arguments) -> Result<ExitCode> {
    let store = arguments.data.open().await?;
    let mut found: Vec<Detection> = Vec::new();
    let (mut records, mut accounts) = (0, 0);
    for kept in history::accounts(&store, arguments.account.as_deref()).await? {
        let key = store.digest_key(&kept.tenant).await?;
        let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
        let flow = Flow::new(knowledge, Answers::new("none", None)?, key)?;
        if flow.rules().get(&arguments.rule).is_none() {
            let says = format!(
                "there is no rule {:?}; `sellkeep rules` lists them",
                arguments.rule
            );
            return Err(Usage(says).into());
        }
        let (_, count) = history::relive(&store, &flow, &kept, |detection| {
            if detection.rule == arguments.rule {
                found.push(detection.clone());
            }
        })
        .await?;
        records += count;
        accounts += 1;
    }
    let threads: BTreeSet<&str> = found.iter().map(|one| one.id.as_str()).collect();
    let raised: BTreeSet<&str> = found.iter().map(|one| one.account.as_str()).collect();
    if arguments.json {
        println!(
            "{}",
            json!({"rule": arguments.rule, "records": records, "accounts": accounts,
                "alerts": threads.len(), "accounts_with_alerts": raised.len(), "detections": found})
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{}: {} alerts on {} of {accounts} accounts in {records} records.",
        arguments.rule,
        threads.len(),
        raised.len()
    );
    for one in found.iter().take(SHOWN_MAX) {
        println!(
            "  {}  {}  {}  {}",
            one.at,
            one.account,
            one.level.shown(),
            one.title
        );
    }
    if found.len() > SHOWN_MAX {
        println!("  and {} more (--json shows all)", found.len() - SHOWN_MAX);
    }
    Ok(ExitCode::SUCCESS)
}
