//! `sellkeep replay`: record lines in, alerts out; no store, no network.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use sellkeep_model::{Account, Detection, DigestKey, Record};
use sellkeep_respond::raise::{AlertPolicy, Board, Change, raise};

use crate::answers::Answers;
use crate::knowledge;
use crate::output::alert::{AlertPrinter, Form, Ocsf};
use crate::watch::lines::Lines;
use crate::watch::{Flow, Seat, accounts};

/// Replay recorded input and print the alerts it raises (no store, no network)
#[derive(Args)]
pub struct Arguments {
    /// Files of record lines, one JSON object a line; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// What is known of the accounts: {"accounts":[{"id","marketplace",…}]}
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// Where keys and policies of mails come from: `none`, or a recorded zone (JSON)
    #[arg(long, default_value = "none", value_name = "none|FILE")]
    dns: String,
    /// Archived public keys (tab-separated: selector, domain, record)
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// One JSON line per alert
    #[arg(long)]
    json: bool,
    /// One line per alert in the words of OCSF (Detection Finding)
    #[arg(long, conflicts_with = "json")]
    ocsf: bool,
    /// Also tell, on standard error, what could not be understood in each record
    #[arg(long)]
    problems: bool,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Names in a replay are compared within it and kept nowhere, so that any key will do.
const REPLAY_KEY: [u8; 32] = *b"names in a replay are not stored";

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let known = match &arguments.accounts {
        Some(path) => accounts::read(path)?,
        None => BTreeMap::new(),
    };
    let flow = Flow::new(
        knowledge::load(arguments.knowledge.as_deref())?,
        Answers::new(&arguments.dns, arguments.keys.as_deref())?,
        DigestKey::new(REPLAY_KEY),
    )?;
    let printer = AlertPrinter::new(form(arguments, &known, &flow));
    let mut replay = Replay::new(&flow, known, printer);
    let mut trouble = false;
    for record in Lines::new(arguments.paths.clone()) {
        match record {
            Ok(record) => {
                let problems = replay.take(&record)?;
                if arguments.problems {
                    tell(&record, &problems);
                }
            }
            Err(error) => {
                trouble = true;
                eprintln!("sellkeep: {error:#}");
            }
        }
    }
    replay.printer.finish()?;
    Ok(if trouble {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn form(arguments: &Arguments, known: &BTreeMap<String, Account>, flow: &Flow) -> Form {
    if arguments.ocsf {
        let tenant = |account: &Account| (account.id.clone(), account.tenant.clone());
        let tenants = known.values().map(tenant).collect();
        return Form::Ocsf(Box::new(Ocsf::new(tenants, flow.techniques().to_vec())));
    }
    if arguments.json {
        Form::Json
    } else {
        Form::Person
    }
}

fn tell(record: &Record, problems: &[sellkeep_model::ReadProblem]) {
    for problem in problems.iter().filter(|problem| !problem.harmless) {
        eprintln!(
            "sellkeep: {} {} {}: {}",
            record.at, record.source, problem.place, problem.says
        );
    }
}

/// All accounts, their alerts and their timers.
pub struct Replay<'a, W: Write> {
    flow: &'a Flow,
    seats: BTreeMap<String, Seat>,
    known: BTreeMap<String, sellkeep_model::Account>,
    timers: BTreeSet<(Timestamp, String)>,
    board: Board,
    policy: AlertPolicy,
    printer: AlertPrinter<W>,
    begun: bool,
}

impl<'a, W: Write> Replay<'a, W> {
    /// Accounts before their first record.
    pub fn new(
        flow: &'a Flow,
        known: BTreeMap<String, sellkeep_model::Account>,
        printer: AlertPrinter<W>,
    ) -> Replay<'a, W> {
        Replay {
            flow,
            seats: BTreeMap::new(),
            known,
            timers: BTreeSet::new(),
            board: Board::default(),
            policy: AlertPolicy::default(),
            printer,
            begun: false,
        }
    }

    /// Takes one record and prints what it raises.
    pub fn take(&mut self, record: &Record) -> Result<Vec<sellkeep_model::ReadProblem>> {
        if !self.begun {
            self.begin(record.at);
        }
        self.pass_time(record.at)?;
        if record.clock {
            return Ok(Vec::new());
        }
        let account = self.known.remove(&record.account);
        let seat = self.seats.entry(record.account.clone()).or_insert_with(|| {
            let unknown = || accounts::unknown(&record.account, &record.source);
            Seat::new(account.unwrap_or_else(unknown))
        });
        let before = seat.next_tick();
        let taken = self.flow.take(seat, record);
        let after = seat.next_tick();
        self.set_timer(&record.account, before, after);
        self.raise(&taken.detections, record.at)?;
        Ok(taken.reading.problems)
    }

    /// Accounts with sources are watched from the first line on, heard or not.
    fn begin(&mut self, at: Timestamp) {
        self.begun = true;
        let watched = |account: &sellkeep_model::Account| !account.sources.is_empty();
        let ids: Vec<String> = self
            .known
            .values()
            .filter(|account| watched(account))
            .map(|account| account.id.clone())
            .collect();
        for id in ids {
            let Some(account) = self.known.remove(&id) else {
                continue;
            };
            let mut seat = Seat::new(account);
            seat.watch_from(at);
            let next = seat.next_tick();
            self.set_timer(&id, None, next);
            self.seats.insert(id, seat);
        }
    }

    /// Lets time pass on every account whose timer is due.
    fn pass_time(&mut self, now: Timestamp) -> Result<()> {
        while let Some((due, account)) = self.timers.first().cloned() {
            if due > now {
                break;
            }
            self.timers.pop_first();
            let Some(seat) = self.seats.get_mut(&account) else {
                continue;
            };
            let detections = self.flow.tick(seat, due);
            let next = seat.next_tick().filter(|next| *next > due);
            self.set_timer(&account, None, next);
            self.raise(&detections, due)?;
        }
        Ok(())
    }

    fn set_timer(&mut self, account: &str, before: Option<Timestamp>, after: Option<Timestamp>) {
        if before == after && before.is_some() {
            return;
        }
        if let Some(before) = before {
            self.timers.remove(&(before, account.to_owned()));
        }
        if let Some(after) = after {
            self.timers.insert((after, account.to_owned()));
        }
    }

    fn raise(&mut self, detections: &[Detection], now: Timestamp) -> Result<()> {
        for detection in detections {
            match raise(&self.policy, &mut self.board, detection, now) {
                Change::Raised(alert) | Change::Revised(alert) => self.printer.print(&alert)?,
                Change::Counted(_) | Change::Nothing => {}
            }
        }
        Ok(())
    }
}
