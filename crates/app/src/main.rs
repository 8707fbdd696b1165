//! The one executable.

mod answers;
mod bundle;
mod commands;
mod data;
mod desk;
mod hooks;
mod inputs;
mod keep;
mod knowledge;
mod mail_desk;
mod output;
mod prepare;
mod rate;
mod secured;
mod sources;
mod time;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Examining a mail asks for thousands of small pieces of memory (decision 0011).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Is this mail really from the marketplace? Sellkeep proves it, or says why it cannot.
#[derive(Parser)]
#[command(name = "sellkeep", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  sellkeep check suspicious.eml          judge one mail, asking the DNS for keys
  sellkeep check --dns none mails/       judge a folder offline
  sellkeep check --json - < mail.eml     one JSON line, for programs
  sellkeep check-link https://amazon-verify.com/login
  sellkeep report suspicious.eml         prepare the report to the right address

Exit codes: 0 no fake among them, 10 at least one fake, 2 wrong usage, 1 trouble.";

#[derive(Subcommand)]
enum Command {
    Check(commands::check::Arguments),
    CheckText(commands::check_text::Arguments),
    CheckLink(commands::check_link::Arguments),
    Report(commands::report::Arguments),
    Verify(commands::verify::Arguments),
    Explain(commands::explain::Arguments),
    Brands(commands::brands::Arguments),
    Channels(commands::channels::Arguments),
    Connect(commands::connect::Arguments),
    Audit(commands::audit::Arguments),
    Password(commands::password::Arguments),
    Backtest(commands::backtest::Arguments),
    Ingest(commands::ingest::Arguments),
    Rebuild(commands::rebuild::Arguments),
    Rules(commands::rules::Arguments),
    Contacts(commands::contacts::Arguments),
    Drill(commands::drill::Arguments),
    Evidence(commands::evidence::Arguments),
    Replay(commands::replay::Arguments),
    Serve(commands::serve::Arguments),
    Simulate(commands::simulate::Arguments),
    Sources(commands::sources::Arguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::CheckText(arguments) => commands::check_text::run(&arguments),
        Command::CheckLink(arguments) => commands::check_link::run(&arguments),
        Command::Report(arguments) => commands::report::run(&arguments),
        Command::Verify(arguments) => commands::verify::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Brands(arguments) => commands::brands::run(&arguments),
        Command::Channels(arguments) => commands::channels::run(&arguments),
        Command::Connect(arguments) => commands::connect::run(&arguments),
        Command::Evidence(arguments) => commands::evidence::run(&arguments),
        Command::Drill(arguments) => commands::drill::run(&arguments),
        Command::Audit(arguments) => commands::audit::run(&arguments),
        Command::Password(arguments) => commands::password::run(&arguments),
        Command::Backtest(arguments) => commands::backtest::run(&arguments),
        Command::Ingest(arguments) => commands::ingest::run(&arguments),
        Command::Rebuild(arguments) => commands::rebuild::run(&arguments),
        Command::Rules(arguments) => commands::rules::run(&arguments),
        Command::Contacts(arguments) => commands::contacts::run(&arguments),
        Command::Replay(arguments) => commands::replay::run(&arguments),
        Command::Serve(arguments) => commands::serve::run(&arguments),
        Command::Simulate(arguments) => commands::simulate::run(&arguments),
        Command::Sources(arguments) => commands::sources::run(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sellkeep: {error:#}");
            ExitCode::from(error.downcast_ref::<commands::Usage>().map_or(1, |_| 2))
        }
    }
}

/// The reader of our output went away (`sellkeep check … | head`): no trouble of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
