//! Chores of this repository.

mod bench;
mod corpus;
mod fuzz;
mod measure;
mod processor;
mod source;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  corpus [FOLDER] [--mutations N] [--wrong]
                 measures verdicts on real mails (default folder: ../shared/corpus)
  bench mail [FOLDER] | bench names
                 speed in processor time, beside a peer in the same run
  tidy           compares the code with docs/ARCHITECTURE.md and the house rules
  measure        lengths, documentation, tests and unwraps of the code, in figures
  fuzz [--seconds N] [--seed N] [TARGET]
                 hostile bytes against everything that reads bytes (60 seconds a target)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("corpus") => corpus::run(&arguments[1..]),
        Some("bench") => bench::run(&arguments[1..]),
        Some("fuzz") => fuzz::run(&arguments[1..]),
        Some("measure") => measure::run(&arguments[1..]),
        Some("tidy") => tidy::run(&arguments[1..]),
        Some("help" | "--help" | "-h") | None => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(other) => Err(anyhow::anyhow!("there is no command {other:?}\n\n{HELP}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
