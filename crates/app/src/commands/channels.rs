//! `sellkeep channels`: the ways out to a person, listed and tried.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use sellkeep_connect::channels::{self, CHANNELS, Channels};

/// The ways out to a person: list them, or send a test message
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The channels file
    #[arg(
        long,
        default_value = "channels.toml",
        value_name = "FILE",
        global = true
    )]
    file: PathBuf,
}

#[derive(Subcommand)]
enum Action {
    /// The channels of the file
    List,
    /// The kinds of channels there are
    Kinds,
    /// Send a test message
    Test {
        /// The channel's name; every channel where none is named
        name: Option<String>,
    },
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut out = anstream::stdout();
    if let Action::Kinds = arguments.action {
        for kind in CHANNELS {
            writeln!(out, "{:14} {}  {}", kind.name, kind.title, kind.page)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let channels = channels::file(&arguments.file)
        .with_context(|| format!("reading the channels file {}", arguments.file.display()))?;
    for caution in &channels.cautions {
        eprintln!("sellkeep: {caution}");
    }
    match &arguments.action {
        Action::List => list(&mut out, &channels)?,
        Action::Test { name } => return test(&mut out, &channels, name.as_deref()),
        Action::Kinds => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut impl Write, channels: &Channels) -> Result<()> {
    for one in &channels.channels {
        let route = &one.route;
        writeln!(
            out,
            "{:20} {:14} from {}",
            route.name,
            one.kind.name,
            route.level.shown()
        )?;
    }
    if channels.channels.is_empty() {
        writeln!(out, "No channel yet: nobody would hear of an alert.")?;
    }
    Ok(())
}

fn test(out: &mut impl Write, channels: &Channels, name: Option<&str>) -> Result<ExitCode> {
    let names: Vec<String> = match name {
        Some(name) => vec![name.to_owned()],
        None => channels
            .routes()
            .into_iter()
            .map(|route| route.name)
            .collect(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the network")?;
    let mut all_taken = !names.is_empty();
    for name in names {
        let trial = runtime.block_on(channels::test(&name, channels));
        all_taken &= trial.taken;
        writeln!(out, "{name}: {}", trial.says)?;
    }
    Ok(if all_taken {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
