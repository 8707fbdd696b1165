//! How long the console's lists take in a store of 1,000,000 events, 10,000 alerts and
//! 1,000 accounts.

use std::time::{Duration, Instant};

use anyhow::Result;
use jiff::SignedDuration;
use sellkeep_model::{
    Alert, AlertLevel, AlertState, Detection, Event, EventKind, Object, ProofLevel, TimeQuality,
    Timestamp,
};
use sellkeep_store::{
    AlertFilter, Changes, EVENTS, EventFilter, EventLog, Place, Store, Tenant, Versioned, pending,
};

use super::number;

/// Accounts in a full store.
pub const ACCOUNTS: usize = 1_000;
const EVENTS_EACH: usize = 1_000;
const ALERTS: usize = 10_000;
/// Lists asked for, for each figure.
const PAGES: usize = 500;
const ROWS: usize = 50;

/// Fills the store and asks for pages.
pub async fn run(name: &str, store: &Store) -> Result<()> {
    let tenant = Tenant::new("bench");
    let begin = Instant::now();
    fill_events(store, &tenant).await?;
    let rate = number(ACCOUNTS * EVENTS_EACH) / begin.elapsed().as_secs_f64();
    println!("{name}: {rate:.0} events/s added to the log");
    fill_alerts(store, &tenant).await?;
    println!("{name}: pages of {ROWS} rows, {PAGES} of each, p50 and p99:");
    ask("events of an account", async |n| {
        let filter = EventFilter::Account(account(n));
        Ok(store
            .events(&tenant, &filter, Some(&place(n)), ROWS)
            .await?
            .len())
    })
    .await?;
    ask("events of a kind", async |n| {
        let filter = EventFilter::Kind(EventKind::ALL[n % 20]);
        Ok(store
            .events(&tenant, &filter, Some(&place(n)), ROWS)
            .await?
            .len())
    })
    .await?;
    ask("events of all", async |n| {
        Ok(store
            .events(&tenant, &EventFilter::All, Some(&place(n)), ROWS)
            .await?
            .len())
    })
    .await?;
    ask("alerts that need somebody", async |_| {
        let filter = AlertFilter::Need(AlertLevel::CheckToday);
        Ok(store.alerts(&tenant, &filter, None, ROWS).await?.len())
    })
    .await?;
    ask("alerts of an account", async |n| {
        let filter = AlertFilter::Account(account(n));
        Ok(store.alerts(&tenant, &filter, None, ROWS).await?.len())
    })
    .await?;
    ask("counts of all accounts", async |_| {
        store.count(&tenant, EVENTS).await?;
        Ok(store
            .counts(&tenant, pending(AlertLevel::ActNow))
            .await?
            .len())
    })
    .await
}

async fn ask(what: &str, page: impl AsyncFn(usize) -> Result<usize>) -> Result<()> {
    let mut times = Vec::with_capacity(PAGES);
    let mut rows = 0;
    for n in 0..PAGES {
        let begin = Instant::now();
        rows += page(n * 7919).await?;
        times.push(begin.elapsed());
    }
    times.sort();
    let at = |part: usize| milliseconds(times[PAGES * part / 100]);
    println!(
        "  {what}: {:.1} ms, {:.1} ms ({} rows a page)",
        at(50),
        at(99),
        rows / PAGES
    );
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// An account's id.
pub fn account(n: usize) -> String {
    format!("account-{:04}", n % ACCOUNTS)
}

/// A year of events, spread evenly.
fn moment(n: usize) -> Timestamp {
    let seconds = i64::try_from(n % 1_000_000).unwrap_or(0) * 31;
    Timestamp::from_second(1_760_000_000 + seconds).unwrap_or_default()
}

fn place(n: usize) -> Place {
    Place::of(moment(n * 104_729), "")
}

/// A thousand events of each account.
pub async fn fill_events(store: &Store, tenant: &Tenant) -> Result<()> {
    for account in 0..ACCOUNTS {
        let events: Vec<Event> = (0..EVENTS_EACH)
            .map(|number| event(account, number * ACCOUNTS + account))
            .collect();
        store.append(tenant, &events).await?;
    }
    Ok(())
}

fn event(number: usize, n: usize) -> Event {
    Event {
        id: sellkeep_model::id_of(&["bench", &n.to_string()]),
        kind: EventKind::ALL[n % EventKind::ALL.len()],
        account: account(number),
        marketplace: "amazon".to_owned(),
        store: Some("A1PA6795UKMFR9".to_owned()),
        happened: moment(n),
        learned: moment(n),
        time_quality: TimeQuality::Source,
        source: "amazon.api".to_owned(),
        operation: Some("getPaymentMethods".to_owned()),
        proof: ProofLevel::Proven,
        object: Some(Object::new("deposit-method", n.to_string())),
        before: sellkeep_model::Fields::default(),
        after: sellkeep_model::Fields::default(),
        record: Some(sellkeep_model::sha256(&n.to_le_bytes())),
    }
}

/// Alerts of all levels, one in ten open.
pub async fn fill_alerts(store: &Store, tenant: &Tenant) -> Result<()> {
    let (now, hold) = (Timestamp::UNIX_EPOCH, SignedDuration::from_hours(9));
    let mut lease = store.take_leases("bench", 1, now, hold).await?.remove(0);
    for first in (0..ALERTS).step_by(ROWS) {
        let alerts = (first..first + ROWS).map(|n| (tenant.clone(), Versioned::new(alert(n))));
        let changes = Changes {
            alerts: alerts.collect(),
            ..Changes::default()
        };
        let to = lease.offset + 1;
        store.commit(&mut lease, to, &changes).await?;
    }
    Ok(())
}

fn alert(n: usize) -> Alert {
    let levels = [
        AlertLevel::ForInformation,
        AlertLevel::CheckToday,
        AlertLevel::ActNow,
    ];
    let (id, at) = (
        sellkeep_model::id_of(&["alert", &n.to_string()]),
        moment(n * 99),
    );
    let resolved = AlertState::Resolved {
        reason: "over".to_owned(),
        at,
    };
    Alert {
        detection: detection(&id, n, levels[n % 3], at),
        id,
        count: 1,
        revision: 1,
        raised: at,
        changed: at,
        state: if n.is_multiple_of(10) {
            AlertState::Open
        } else {
            resolved
        },
    }
}

fn detection(id: &str, n: usize, level: AlertLevel, at: Timestamp) -> Detection {
    Detection {
        id: id.to_owned(),
        rule: "payout-method-added".to_owned(),
        rule_version: id.to_owned(),
        account: account(n),
        level,
        title: "A deposit method was added".to_owned(),
        happened: at,
        at,
        object: Some(Object::new("deposit-method", "677")),
        how_we_know: vec!["Amazon's own interface lists it since this morning.".to_owned(); 3],
        first_step: "Look at the deposit methods and remove what is not yours.".to_owned(),
        deadline: None,
        causes: Vec::new(),
        proof: ProofLevel::Proven,
        family: "money".to_owned(),
        weight: 0.5,
        playbook: None,
        tags: Vec::new(),
    }
}
