//! `sellkeep verify`: derives kept verdicts again, offline.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use sellkeep_mail::{Examiner, Record, printable};

use crate::answers::Answers;
use crate::{bundle, knowledge};

/// Derive the verdicts of a bundle again from its own mails and DNS answers
#[derive(Args)]
pub struct Arguments {
    /// A bundle written by `sellkeep check --save`
    bundle: PathBuf,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let examiner = Examiner::new(knowledge::load(arguments.knowledge.as_deref())?);
    let mut different = 0;
    let kept = bundle::read(&arguments.bundle)?;
    for one in &kept {
        let record = Record {
            mail: &one.mail,
            envelope: &one.envelope,
            trust: &one.trust,
            at: Some(one.at),
            now: one.at,
            recipient: Some(&one.recipient),
        };
        let again = Answers::kept(&one.dns).examine(&examiner, &record);
        let knowledge = if again.knowledge == one.knowledge {
            "same knowledge"
        } else {
            "the knowledge has changed since"
        };
        let program = if one.program == env!("CARGO_PKG_VERSION") {
            String::new()
        } else {
            format!(", then judged by version {}", printable::line(&one.program))
        };
        let same = again.verdict == one.verdict;
        different += usize::from(!same);
        let word = if same {
            "same verdict"
        } else {
            "DIFFERENT VERDICT"
        };
        println!(
            "{}: {} -> {}: {word}, {knowledge}{program}",
            printable::line(&one.name),
            one.verdict.as_str(),
            again.verdict.as_str()
        );
    }
    println!(
        "{} of {} verdicts derived again",
        kept.len() - different,
        kept.len()
    );
    Ok(if different == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
