//! `sellkeep check-text`: a pasted text, an SMS, a chat, a call script.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use sellkeep_mail::Examiner;

use super::exit_code;
use crate::output::{Judged, Printer};
use crate::{knowledge, time};

/// A text longer than this is no message.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;

/// Judge a pasted text, an SMS, a chat or what a caller said (low confidence: no headers)
#[derive(Args)]
pub struct Arguments {
    /// A text file; standard input where none is named
    #[arg(default_value = "-")]
    path: PathBuf,
    /// One JSON line
    #[arg(long)]
    json: bool,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let examiner = Examiner::new(knowledge::load(arguments.knowledge.as_deref())?);
    let mut bytes = Vec::new();
    let name = arguments.path.display().to_string();
    if name == "-" {
        std::io::stdin()
            .lock()
            .take(TEXT_BYTES_MAX)
            .read_to_end(&mut bytes)
            .context("reading standard input")?;
    } else {
        let file =
            std::fs::File::open(&arguments.path).with_context(|| format!("reading {name}"))?;
        file.take(TEXT_BYTES_MAX)
            .read_to_end(&mut bytes)
            .with_context(|| format!("reading {name}"))?;
    }
    let examination = examiner.examine_text(&String::from_utf8_lossy(&bytes), time::now());
    let code = exit_code(examination.verdict);
    let mut printer = Printer::new(arguments.json, 1);
    printer.print(&Judged {
        name,
        examination,
        timed: false,
    })?;
    Ok(code)
}
