//! Today: what needs somebody, when money can leave, what is silent, one thing to do next.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use jiff::Timestamp;
use sellkeep_model::{Account, Alert, AlertLevel};
use sellkeep_store::{AlertFilter, Source, pending};

use super::alerts::AlertLine;
use super::sources::SourceLine;
use super::{Access, Page};
use crate::console::Console;
use crate::desk::Clock;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::prepare::look;
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/", "Today", Access::Person, methods).in_nav();

/// Alerts that are shown; a person who has more begins with these.
const ALERTS_SHOWN: usize = 10;
/// Clocks that are shown; an agency has a board of its own.
const CLOCKS_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    frame: Frame,
    next: Next,
    alerts: Vec<AlertLine>,
    need: u64,
    clocks: Vec<ClockLine>,
    silent: Vec<SilentLine>,
    channels: usize,
    accounts: usize,
}

/// The one thing to do next.
struct Next {
    says: String,
    link: String,
    label: &'static str,
}

/// One payout clock.
pub struct ClockLine {
    /// The account's id.
    pub id: String,
    /// Its name.
    pub account: String,
    /// When money can leave, or when it will be paid.
    pub says: Vec<String>,
    /// Somebody should look.
    pub urgent: bool,
}

/// A source that is not heard.
struct SilentLine {
    name: String,
    says: String,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    let now = console.now();
    let mut alerts = Vec::new();
    let mut need = 0;
    for level in [AlertLevel::ActNow, AlertLevel::CheckToday] {
        let filter = AlertFilter::Need(level);
        let found = console
            .store
            .alerts(&who.tenant, &filter, None, ALERTS_SHOWN)
            .await?;
        alerts.extend(found.into_iter().map(|alert| alert.value));
        need += console.store.count(&who.tenant, pending(level)).await?;
    }
    alerts.truncate(ALERTS_SHOWN);
    let accounts = console
        .store
        .accounts(&who.tenant, "", CLOCKS_SHOWN)
        .await?;
    let accounts: Vec<Account> = accounts.into_iter().map(|account| account.value).collect();
    let mut clocks = Vec::new();
    for account in &accounts {
        clocks.extend(clock(&console, &who, account, now).await?);
    }
    let silent = silent(&console, &who, &accounts, now).await?;
    html(&TodayPage {
        frame: Frame::new(&visitor, PAGE.title),
        next: match next(&alerts, &silent, accounts.len(), console.desk.channels()) {
            Some(next) => next,
            None => prepare(&console, &who, &accounts).await?,
        },
        alerts: alerts
            .iter()
            .map(|alert| AlertLine::of(alert, now, visitor.language))
            .collect(),
        need,
        clocks,
        silent,
        channels: console.desk.channels(),
        accounts: accounts.len(),
    })
}

/// What is more urgent than preparing.
fn next(alerts: &[Alert], silent: &[SilentLine], accounts: usize, channels: usize) -> Option<Next> {
    if let Some(alert) = alerts.first() {
        return Some(Next {
            says: alert.detection.first_step.clone(),
            link: format!("/alerts/{}", alert.id),
            label: "Open the alert",
        });
    }
    let (says, link, label) = match (accounts, channels, silent.first()) {
        (0, _, _) => (
            "No account is watched yet. Add one: sellkeep ingest --accounts accounts.json. Meanwhile, check a mail.".to_owned(),
            "/check",
            "Check a mail",
        ),
        (_, _, Some(source)) => (
            format!("The source {} is silent. Find out whether it still reads, or you are blind in one eye.", source.name),
            "/sources",
            "See the sources",
        ),
        (_, 0, None) => (
            "There is no way out to you yet: an alert would be seen here only. Name a channels file with --channels.".to_owned(),
            "/settings",
            "See the settings",
        ),
        _ => return None,
    };
    Some(Next {
        says,
        link: link.to_owned(),
        label,
    })
}

/// While it is quiet: the one thing that helps most for its time, on the first account
/// that has any.
async fn prepare(console: &Console, who: &SignedIn, accounts: &[Account]) -> Result<Next, Trouble> {
    for account in accounts {
        let look = look(console, who, &account.id).await?;
        if let Some(next) = look.now.next {
            let id = &account.id;
            return Ok(Next {
                says: format!(
                    "{} ({} minutes, {} points)",
                    next.action, next.minutes, next.points
                ),
                link: format!("/preparation/{}?account={id}", next.check),
                label: "How to do it",
            });
        }
    }
    Ok(Next {
        says: "Nothing needs you. Print the sheet of contacts while it is quiet.".to_owned(),
        link: "/contacts".to_owned(),
        label: "See the contacts",
    })
}

/// The clock of one account, where anything is known.
pub async fn clock(
    console: &Console,
    who: &SignedIn,
    account: &Account,
    now: Timestamp,
) -> Result<Option<ClockLine>, Trouble> {
    let state = console.store.state(&who.tenant, &account.id).await?;
    if state.version == 0 {
        return Ok(None);
    }
    let clock = console.desk.clock(account, &state.value, now);
    let Some(clock) = clock.filter(|clock| *clock != Clock::default()) else {
        return Ok(None);
    };
    Ok(Some(ClockLine {
        id: account.id.clone(),
        account: account.name.clone().unwrap_or_else(|| account.id.clone()),
        says: sentences(&clock, now),
        urgent: clock.deadline.is_some_and(|deadline| deadline > now)
            && clock.attested != Some(true),
    }))
}

fn sentences(clock: &Clock, now: Timestamp) -> Vec<String> {
    let mut says = Vec::new();
    let told = |at: Timestamp| format!("{} ({})", shown::seen_from(at, now), shown::time(&at));
    if let Some(deadline) = clock.deadline.filter(|deadline| *deadline > now) {
        says.push(format!(
            "Money can leave to a new deposit method {}.",
            told(deadline)
        ));
    }
    if let Some(due) = clock.next_payout {
        let amount = clock.next_amount.as_ref();
        let amount = amount.map(|amount| format!(" of {amount}"));
        says.push(format!(
            "Next payout{} {}.",
            amount.unwrap_or_default(),
            told(due)
        ));
    }
    if let Some(added) = clock.added {
        let tail = clock.tail.as_ref().map(|tail| format!(" ending {tail}"));
        let yours = match clock.attested {
            Some(true) => ", which you confirmed as yours",
            Some(false) => ", which you have not confirmed as yours",
            None => "",
        };
        says.push(format!(
            "Deposit method{} was added {}{yours}.",
            tail.unwrap_or_default(),
            told(added)
        ));
    }
    if let Some(switched) = clock.switched {
        says.push(format!(
            "Where payouts go was last switched {}.",
            told(switched)
        ));
    }
    if !clock.balances.is_empty() {
        let sums: Vec<String> = clock.balances.iter().map(ToString::to_string).collect();
        says.push(format!("On the account: {}.", sums.join(", ")));
    }
    says
}

async fn silent(
    console: &Console,
    who: &SignedIn,
    accounts: &[Account],
    now: Timestamp,
) -> Result<Vec<SilentLine>, Trouble> {
    let sources = console.store.sources(&who.tenant).await?;
    let lines = sources
        .iter()
        .filter_map(|source| silence(&source.value, accounts, now));
    Ok(lines.collect())
}

fn silence(source: &Source, accounts: &[Account], now: Timestamp) -> Option<SilentLine> {
    let line = SourceLine::of(source, accounts, now);
    let says = match source.seen {
        Some(_) => format!("{}, last heard {}", line.state, line.last_seen),
        None => line.state.to_string(),
    };
    line.is_blind().then_some(SilentLine {
        says,
        name: line.id,
    })
}
