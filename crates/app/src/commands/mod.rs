//! One file a command.

pub mod audit;
pub mod backtest;
pub mod brands;
pub mod channels;
pub mod check;
pub mod check_link;
pub mod check_text;
pub mod connect;
pub mod contacts;
pub mod drill;
pub mod evidence;
pub mod explain;
pub mod ingest;
pub mod password;
pub mod rebuild;
pub mod replay;
pub mod report;
pub mod rules;
pub mod serve;
pub mod simulate;
pub mod sources;
pub mod verify;

use std::process::ExitCode;

use sellkeep_model::Verdict;

/// Exit code where at least one fake is among what was judged.
pub const FAKE: u8 = 10;

/// A mistake in how a command was called: exit code 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// The exit code for one verdict.
pub fn exit_code(verdict: Verdict) -> ExitCode {
    if verdict == Verdict::Fake {
        ExitCode::from(FAKE)
    } else {
        ExitCode::SUCCESS
    }
}
