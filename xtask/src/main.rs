//! Chores of this repository.

mod bench;
mod console_bench;
mod corpus;
mod detect_bench;
mod fuzz;
mod measure;
mod processor;
mod source;
mod store_bench;
mod tidy;

use std::process::ExitCode;

/// The allocator of the executable, so that what is measured is what is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
cargo xtask COMMAND

  corpus [FOLDER] [--mutations N] [--wrong] [--save FILE]
                 measures verdicts on real mails (default folder: ../shared/corpus)
  bench mail [--alone] [FOLDER] | bench names | bench detect | bench store [--pages] | bench console
                 speed in processor time, beside peers in the same run (xtask/peers/install)
  tidy           compares the code with docs/ARCHITECTURE.md and the house rules
  measure        lengths, documentation, tests and unwraps of the code, in figures
  fuzz [--seconds N] [--seed N] [TARGET]
                 hostile bytes against everything that reads bytes (60 seconds for all targets)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("corpus") => corpus::run(&arguments[1..]),
        Some("bench") if arguments.get(1).is_some_and(|what| what == "detect") => {
            detect_bench::run()
        }
        Some("bench") if arguments.get(1).is_some_and(|what| what == "store") => {
            store_bench::run(&arguments[2..])
        }
        Some("bench") if arguments.get(1).is_some_and(|what| what == "console") => {
            console_bench::run()
        }
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
