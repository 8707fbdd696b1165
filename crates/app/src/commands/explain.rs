//! `sellkeep explain`: more about a finding.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use sellkeep_detect::AccountState;

use super::Usage;
use crate::answers::Answers;
use crate::data::{DataArguments, runtime};
use crate::knowledge;
use crate::watch::{Flow, history};

/// Tell more about a finding or a caution; without an id, list them all
#[derive(Args)]
pub struct Arguments {
    /// The id, as it stands in a report
    id: Option<String>,
    /// Tell instead why a rule has or has not found something on an account
    #[arg(long, num_args = 2, value_names = ["RULE", "ACCOUNT"])]
    why_not: Option<Vec<String>>,
    #[command(flatten)]
    data: DataArguments,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if let Some([rule, account]) = arguments.why_not.as_deref() {
        return runtime()?.block_on(why_not(arguments, rule, account));
    }
    let Some(id) = &arguments.id else {
        for known in sellkeep_mail::explanations() {
            println!("{:32} {}", known.id, known.title);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(known) = sellkeep_mail::explain(id) else {
        return Err(Usage(format!(
            "there is no finding {id:?}; `sellkeep explain` lists them all"
        ))
        .into());
    };
    println!(
        "{} ({})\n\n{}\n\nUsually weighs: {:?}\nSource: {}",
        known.title, known.id, known.why, known.level, known.source
    );
    Ok(ExitCode::SUCCESS)
}

async fn why_not(arguments: &Arguments, rule: &str, account: &str) -> Result<ExitCode> {
    let store = arguments.data.open().await?;
    let kept = history::accounts(&store, Some(account)).await?;
    let Some(kept) = kept.first() else {
        return Err(Usage(format!("no account is called {account:?}")).into());
    };
    let key = store.digest_key(&kept.tenant).await?;
    let flow = Flow::new(knowledge::load(None)?, Answers::new("none", None)?, key)?;
    let stored = store.state(&kept.tenant, account).await?;
    let state = AccountState::restore(&stored.value.hot, stored.value.cold.as_deref())?;
    let answer = sellkeep_detect::why_not(flow.rules(), &kept.account, &state, rule);
    let word = if answer.met {
        "has found something"
    } else {
        "has found nothing"
    };
    println!("{rule} {word} on {account}.");
    for reason in &answer.reasons {
        println!("  - {reason}");
    }
    Ok(ExitCode::SUCCESS)
}
