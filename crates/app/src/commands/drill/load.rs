//! The drill under load: ordinary records at a steady rate, takeovers among them, and
//! the time from the stored record to the receipt at a channel on this machine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use jiff::civil::date;
use sellkeep_connect::channels::{Patience, parse};
use sellkeep_model::{DigestKey, Record, TENANT_DEFAULT};
use sellkeep_simulate::{Wish, Year, demo_zone};
use sellkeep_store::{KeySource, Store, Tenant};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::answers::Answers;
use crate::keep::{Keeper, Teller, Worker};
use crate::knowledge;
use crate::watch::Flow;
use crate::watch::deliver::Outbox;

/// Records are filed so often, as a busy source would.
const BEAT: Duration = Duration::from_millis(20);
/// One record in so many is a takeover.
const TAKEOVER_EVERY: u64 = 200;
/// A request of a channel is far smaller.
const REQUEST_BYTES_MAX: usize = 64 * 1024;
/// After the last record, alerts may take this long before they count as lost.
const TAIL: Duration = Duration::from_secs(10);

/// What was measured.
pub struct Measured {
    /// Records filed.
    pub records: u64,
    /// Takeovers among them.
    pub takeovers: usize,
    /// From the stored record to the receipt, shortest first.
    pub times: Vec<Duration>,
    /// How long filing took.
    pub seconds: f64,
}

impl Measured {
    /// The time that so many hundredths of the alerts did not exceed.
    pub fn percentile(&self, hundredths: usize) -> Duration {
        let at = (self.times.len() * hundredths)
            .div_ceil(100)
            .saturating_sub(1);
        self.times.get(at).copied().unwrap_or_default()
    }
}

type Arrivals = Arc<Mutex<HashMap<String, Instant>>>;

/// Runs the drill in a folder of its own.
pub async fn run(rate: u64, seconds: u64) -> Result<Measured> {
    let folder = tempfile::tempdir().context("making a folder for the drill")?;
    let arrivals: Arrivals = Arrivals::default();
    let port = listen(Arc::clone(&arrivals)).await?;
    let keeper = keeper(folder.path(), port).await?;
    let worker = Worker::start(keeper.clone())?;
    let mut stored: HashMap<String, Instant> = HashMap::new();
    let begin = Instant::now();
    let records = feed(&keeper, rate, seconds, &mut stored).await?;
    let filed = begin.elapsed().as_secs_f64();
    let deadline = Instant::now() + TAIL;
    while Instant::now() < deadline && count(&arrivals) < stored.len() {
        tokio::time::sleep(BEAT).await;
    }
    drop(worker);
    let arrived = arrivals
        .lock()
        .map_err(|_| anyhow!("the receiver failed"))?;
    let mut times: Vec<Duration> = stored
        .iter()
        .filter_map(|(account, at)| Some(arrived.get(account)?.duration_since(*at)))
        .collect();
    times.sort_unstable();
    Ok(Measured {
        records,
        takeovers: stored.len(),
        times,
        seconds: filed,
    })
}

fn count(arrivals: &Arrivals) -> usize {
    arrivals.lock().map(|known| known.len()).unwrap_or_default()
}

async fn keeper(folder: &std::path::Path, port: u16) -> Result<Keeper> {
    let address = folder.join("drill.db").display().to_string();
    let key = KeySource::File(folder.join("key"));
    let store = Arc::new(Store::open(&address, &key).await?);
    let flow = Flow::new(
        knowledge::load(None)?,
        Answers::recorded(demo_zone().0),
        DigestKey::new(*b"names in a drill are not stored!"),
    )?;
    let channels = parse(&format!(
        "[[channel]]\nname = \"here\"\nkind = \"webhook\"\nlevel = \"act-now\"\ndetail = \"full\"\n\
         url = \"http://127.0.0.1:{port}/\"\nallow_private = true\n\
         secret = \"whsec_c2VsbGtlZXAgZHJpbGwgb24gdGhpcyBtYWNoaW5l\"\n"
    ))
    .context("setting up the drill's channel")?;
    let outbox = Outbox::new(channels, Patience::default())?;
    let teller = Teller::new(Some(Arc::new(outbox)));
    Ok(Keeper::new(
        store,
        Arc::new(flow),
        Arc::new(teller),
        "drill",
    ))
}

/// Files records at the rate, and remembers when each takeover was stored.
async fn feed(
    keeper: &Keeper,
    rate: u64,
    seconds: u64,
    stored: &mut HashMap<String, Instant>,
) -> Result<u64> {
    let ordinary = Year::new(Wish {
        accounts: 100,
        days: 365,
        seed: 5,
        begin: date(2026, 1, 1),
        takeover: None,
    });
    let mut ordinary = ordinary.flatten();
    let tenant = Tenant::new(TENANT_DEFAULT);
    let total = rate * seconds;
    let per_beat = (rate * u64::try_from(BEAT.as_millis())? / 1000).max(1);
    let mut beat = tokio::time::interval(BEAT);
    let mut filed = 0;
    while filed < total {
        beat.tick().await;
        let now = Timestamp::now();
        let (mut batch, mut begun) = (Vec::new(), Vec::new());
        for number in filed..(filed + per_beat).min(total) {
            if number % TAKEOVER_EVERY == TAKEOVER_EVERY - 1 {
                let account = format!("taken-{number}");
                batch.extend(takeover(&account, now));
                begun.push(account);
            } else if let Some(mut record) = ordinary.next() {
                record.at = now;
                batch.push(record);
            }
        }
        filed += per_beat;
        keeper.ingest(&tenant, &batch, now).await?;
        let at = Instant::now();
        stored.extend(begun.into_iter().map(|account| (account, at)));
    }
    Ok(filed.min(total))
}

/// A stripe account gets a new bank account: one record that raises *Act now*.
fn takeover(account: &str, now: Timestamp) -> Option<Record> {
    let line = json!({
        "at": now.to_string(), "account": account, "source": "stripe.webhook",
        "body": {"id": format!("evt_{account}"), "object": "event",
            "type": "account.external_account.created", "created": now.as_second(),
            "account": "acct_drill",
            "data": {"object": {"id": format!("ba_{account}"), "object": "bank_account",
                "last4": "9999", "country": "LT", "currency": "eur"}}},
    });
    serde_json::from_value(line).ok()
}

/// A receiver on this machine that notes which account's alert came when.
async fn listen(arrivals: Arrivals) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .context("opening a port for the drill")?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(receive(stream, Arc::clone(&arrivals)));
        }
    });
    Ok(port)
}

async fn receive(mut stream: TcpStream, arrivals: Arrivals) -> Option<()> {
    loop {
        let request = request(&mut stream).await?;
        let now = Instant::now();
        let answer = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).await.ok()?;
        let account = request
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
            .find(|word| word.starts_with("taken-"))
            .map(str::to_owned);
        if let (Some(account), Ok(mut known)) = (account, arrivals.lock()) {
            known.entry(account).or_insert(now);
        }
    }
}

/// One request with its body.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let read = stream
            .read(&mut buffer)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse::<usize>().ok())
                .unwrap_or_default();
            if body.len() >= length {
                return Some(text.into_owned());
            }
        }
        if bytes.len() > REQUEST_BYTES_MAX {
            return None;
        }
    }
}
