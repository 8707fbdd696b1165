//! `sellkeep check-link`: links alone. They are never fetched.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use sellkeep_mail::Examiner;
use sellkeep_model::Verdict;

use super::FAKE;
use crate::output::{Judged, Printer};
use crate::{knowledge, time};

/// Judge links without opening them
#[derive(Args)]
pub struct Arguments {
    /// The links
    #[arg(required = true)]
    links: Vec<String>,
    /// One JSON line per link
    #[arg(long)]
    json: bool,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let examiner = Examiner::new(knowledge::load(arguments.knowledge.as_deref())?);
    let mut printer = Printer::new(arguments.json, 1);
    let mut fake = false;
    for link in &arguments.links {
        let examination = examiner.examine_link(link, time::now());
        fake |= examination.verdict == Verdict::Fake;
        printer.print(&Judged {
            name: sellkeep_mail::printable::line(link),
            examination,
            timed: false,
        })?;
    }
    Ok(if fake {
        ExitCode::from(FAKE)
    } else {
        ExitCode::SUCCESS
    })
}
