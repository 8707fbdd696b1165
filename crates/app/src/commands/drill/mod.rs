//! `sellkeep drill`: the published takeovers on demo data, through the real path and
//! the real channels, timed. It never touches a real account.

mod load;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use jiff::civil::date;
use sellkeep_connect::channels::{self, Channels, Patience};
use sellkeep_model::{Alert, AlertLevel, DigestKey, Record};
use sellkeep_respond::raise::{AlertPolicy, Board, Change, raise};
use sellkeep_simulate::{SCENARIOS, Scenario, Wish, Year, demo_zone};
use serde_json::json;

use super::simulate::takeover;
use crate::answers::Answers;
use crate::knowledge;
use crate::watch::deliver::Outbox;
use crate::watch::{Flow, Seat};

/// Days of ordinary life before the takeover: enough for baselines and for a long sleep.
const DAYS: u32 = 124;
/// Demo names are compared within the drill and kept nowhere.
const DRILL_KEY: [u8; 32] = *b"names in a drill are not stored!";

/// Rehearse a takeover on demo data, through the real channels, timed
#[derive(Args)]
pub struct Arguments {
    /// Which takeover; all where none is named
    scenario: Option<String>,
    /// Also send the alerts on the channels of this file, marked as a drill
    #[arg(long, value_name = "FILE")]
    channels: Option<PathBuf>,
    /// Measure instead: so many records a second, with takeovers among them, from the
    /// stored record to the receipt at a channel on this machine
    #[arg(long, value_name = "RECORDS", conflicts_with_all = ["scenario", "channels"])]
    rate: Option<u64>,
    /// How long to measure
    #[arg(long, value_name = "SECONDS", default_value_t = 20, requires = "rate")]
    seconds: u64,
    /// One JSON line per takeover
    #[arg(long)]
    json: bool,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// What came of one rehearsal.
struct Outcome {
    scenario: &'static Scenario,
    /// Records of the takeover until *Act now*; `None`: it was never raised.
    at_record: Option<usize>,
    rules: Vec<String>,
    /// From the record to the alert.
    took: Duration,
    /// Channel, and what happened there.
    told: Vec<(String, Result<Duration, String>)>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if let Some(rate) = arguments.rate {
        let measured = crate::data::runtime()?.block_on(load::run(rate, arguments.seconds))?;
        return Ok(print_measured(&measured, arguments.json));
    }
    let chosen = takeover(arguments.scenario.as_deref())?;
    let channels = match &arguments.channels {
        Some(path) => channels::file(path)
            .with_context(|| format!("reading the channels file {}", path.display()))?,
        None => Channels::default(),
    };
    let outbox = Outbox::new(channels, Patience::default())?;
    let flow = Flow::new(
        knowledge::load(arguments.knowledge.as_deref())?,
        Answers::recorded(demo_zone().0),
        DigestKey::new(DRILL_KEY),
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the network")?;
    let mut out = anstream::stdout();
    let mut well = true;
    for scenario in SCENARIOS {
        if chosen.is_some_and(|chosen| chosen.name != scenario.name) {
            continue;
        }
        let outcome = runtime.block_on(rehearse(&flow, &outbox, scenario));
        well &= outcome.at_record.is_some() && outcome.told.iter().all(|(_, said)| said.is_ok());
        let text = if arguments.json {
            format!("{}\n", as_json(&outcome))
        } else {
            for_person(&outcome)
        };
        out.write_all(text.as_bytes())?;
    }
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_measured(measured: &load::Measured, as_json: bool) -> ExitCode {
    let millis = |hundredths| measured.percentile(hundredths).as_secs_f64() * 1000.0;
    let (told, takeovers) = (measured.times.len(), measured.takeovers);
    if as_json {
        let line = json!({"records": measured.records, "seconds": measured.seconds,
            "takeovers": takeovers, "told": told, "p50_ms": millis(50), "p99_ms": millis(99)});
        println!("{line}");
    } else {
        println!(
            "{} records in {:.1} s; {told} of {takeovers} takeovers told; from the stored record to \
             the receipt: half within {:.0} ms, 99 of 100 within {:.0} ms.",
            measured.records,
            measured.seconds,
            millis(50),
            millis(99)
        );
    }
    if told == takeovers && told > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Lives through the months before, then through the takeover until somebody is told.
async fn rehearse(flow: &Flow, outbox: &Outbox, scenario: &'static Scenario) -> Outcome {
    let year = Year::new(Wish {
        accounts: 1,
        days: DAYS,
        seed: 7,
        begin: date(2026, 1, 1),
        takeover: Some(scenario),
    });
    let begin = year.takeover_begins();
    let account = year.accounts().remove(0);
    let mut seat = Seat::new(account);
    let mut board = Board::default();
    let mut outcome = Outcome {
        scenario,
        at_record: None,
        rules: Vec::new(),
        took: Duration::ZERO,
        told: Vec::new(),
    };
    let mut records = 0;
    for record in year.flatten() {
        let in_takeover = begin.is_some_and(|begin| record.at >= begin);
        records += usize::from(in_takeover);
        let clock = Instant::now();
        let raised = live(flow, &mut seat, &mut board, &record);
        let now: Vec<Alert> = raised
            .into_iter()
            .filter(|alert| in_takeover && alert.detection.level == AlertLevel::ActNow)
            .collect();
        if !now.is_empty() {
            outcome.took = clock.elapsed();
            outcome.at_record = Some(records);
            outcome.rules = now
                .iter()
                .map(|alert| alert.detection.rule.clone())
                .collect();
            outcome.told = tell(outbox, &seat, &now, clock).await;
            break;
        }
    }
    outcome
}

/// One record through the whole path, with the time that passes before it.
fn live(flow: &Flow, seat: &mut Seat, board: &mut Board, record: &Record) -> Vec<Alert> {
    let detections = flow.live(seat, record);
    let policy = AlertPolicy::default();
    let mut alerts = Vec::new();
    for detection in detections {
        if let Change::Raised(alert) | Change::Revised(alert) =
            raise(&policy, board, &detection, record.at)
        {
            alerts.push(alert);
        }
    }
    alerts
}

/// Sends the alerts, marked as a drill, on every channel that takes them.
async fn tell(
    outbox: &Outbox,
    seat: &Seat,
    alerts: &[Alert],
    clock: Instant,
) -> Vec<(String, Result<Duration, String>)> {
    let marked: Vec<Alert> = alerts.iter().map(marked).collect();
    let shown: Vec<&Alert> = marked.iter().collect();
    let now = jiff::Timestamp::now();
    let mut told = Vec::new();
    for delivery in outbox.plan(&shown, &[], now) {
        if let Some(delivered) = outbox
            .send(&delivery, &marked, Some(&seat.account), now)
            .await
        {
            let said = match delivered.outcome {
                Ok(_) => Ok(clock.elapsed()),
                Err(error) => Err(error.to_string()),
            };
            told.push((delivery.channel, said));
        }
    }
    told
}

/// A drill says so first, on every channel, whatever else is cut.
fn marked(alert: &Alert) -> Alert {
    let mut alert = alert.clone();
    let now = jiff::Timestamp::now();
    alert.id = format!("drill-{}-{}", now.as_millisecond(), alert.id);
    alert.detection.title = format!("DRILL, nothing happened: {}", alert.detection.title);
    "demo account".clone_into(&mut alert.detection.account);
    (alert.raised, alert.changed, alert.detection.at) = (now, now, now);
    alert
}

fn as_json(outcome: &Outcome) -> serde_json::Value {
    let told: Vec<_> = outcome
        .told
        .iter()
        .map(|(channel, said)| match said {
            Ok(took) => json!({"channel": channel, "receipt_ms": took.as_millis()}),
            Err(error) => json!({"channel": channel, "error": error}),
        })
        .collect();
    json!({
        "scenario": outcome.scenario.name,
        "caught": outcome.at_record.is_some(),
        "at_record": outcome.at_record,
        "rules": outcome.rules,
        "alert_ms": outcome.took.as_secs_f64() * 1000.0,
        "told": told,
        "source": outcome.scenario.source,
    })
}

fn for_person(outcome: &Outcome) -> String {
    let scenario = outcome.scenario;
    let mut text = match outcome.at_record {
        Some(record) => format!(
            "\x1b[1;32mCAUGHT\x1b[0m  {}\n  {}\n  Act now at record {record} of the takeover, {:.1} ms after it came in: {}\n",
            scenario.name,
            scenario.says,
            outcome.took.as_secs_f64() * 1000.0,
            outcome.rules.join(", ")
        ),
        None => format!(
            "\x1b[1;31mMISSED\x1b[0m  {}\n  {}\n  No alert said \"Act now\".\n",
            scenario.name, scenario.says
        ),
    };
    for (channel, said) in &outcome.told {
        let line = match said {
            Ok(took) => format!(
                "  {channel} took the message after {} ms\n",
                took.as_millis()
            ),
            Err(error) => format!("  {channel}: {error}\n"),
        };
        text.push_str(&line);
    }
    text
}
