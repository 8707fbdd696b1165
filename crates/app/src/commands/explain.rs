//! `sellkeep explain`: more about a finding.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::Usage;

/// Tell more about a finding or a caution; without an id, list them all
#[derive(Args)]
pub struct Arguments {
    /// The id, as it stands in a report
    id: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
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
