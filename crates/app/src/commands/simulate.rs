//! `sellkeep simulate`: sellers and takeovers as record lines.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use jiff::civil::Date;
use sellkeep_simulate::{SCENARIOS, Scenario, Wish, Year, demo_zone, scenario};
use serde_json::json;

use super::Usage;

/// Write simulated sellers as record lines: benign ones, and a takeover on request
#[derive(Args)]
pub struct Arguments {
    /// Sellers
    #[arg(long, default_value_t = 10)]
    accounts: u32,
    /// Days
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// The same seed gives the same lines
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First day
    #[arg(long, default_value = "2026-01-01", value_name = "DATE")]
    begin: String,
    /// A takeover of the first account, on the last day but three
    #[arg(long, value_name = "NAME")]
    attack: Option<String>,
    /// Also write the accounts file for `replay --accounts`
    #[arg(long, value_name = "FILE")]
    accounts_file: Option<PathBuf>,
    /// Also write the zone that proves the simulated notices, for `replay --dns`
    #[arg(long, value_name = "FILE")]
    zone_file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let year = Year::new(Wish {
        accounts: arguments.accounts,
        days: arguments.days,
        seed: arguments.seed,
        begin: begin(&arguments.begin)?,
        takeover: takeover(arguments.attack.as_deref())?,
    });
    if let Some(path) = &arguments.accounts_file {
        let file = json!({"accounts": year.accounts()});
        std::fs::write(path, format!("{file}\n"))
            .with_context(|| format!("writing the accounts file {}", path.display()))?;
    }
    if let Some(path) = &arguments.zone_file {
        std::fs::write(path, format!("{}\n", demo_zone().to_json()))
            .with_context(|| format!("writing the zone {}", path.display()))?;
    }
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    for day in year {
        for record in day {
            serde_json::to_writer(&mut out, &record).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn begin(text: &str) -> Result<Date> {
    let date = text.parse();
    Ok(date.map_err(|_| {
        Usage(format!(
            "--begin takes a day such as 2026-01-01, not {text:?}"
        ))
    })?)
}

/// The scenario of that name; an unknown one is answered with the list.
pub fn takeover(name: Option<&str>) -> Result<Option<&'static Scenario>> {
    let Some(name) = name else { return Ok(None) };
    if let Some(found) = scenario(name) {
        return Ok(Some(found));
    }
    let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
    let names = names.join(", ");
    Err(Usage(format!(
        "no takeover is called {name:?}; there are: {names}"
    ))
    .into())
}
