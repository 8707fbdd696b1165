//! A sign of life to a watch outside: when it stops coming, the watch calls a person.
//!
//! Form: <https://healthchecks.io/docs/http_api/> (success, `/start`, `/fail`), and every
//! service that waits for a request to one address. Nothing but the request is sent.
//! Invariant: success is told only while the caller says that all is well, so a process
//! that runs without watching does not look alive.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use sellkeep_model::Length;
use serde::Deserialize;

use crate::channels::wire::address::Address;
use crate::channels::wire::send::{Patience, Receipt, by_status, repeat};
use crate::channels::{Request, Secret, SendError, SettingError, Wire};

/// More often than that is rude to a free service.
const EVERY_MIN: SignedDuration = SignedDuration::from_secs(30);

/// Rarer than that would find a dead Sellkeep after the payout.
const EVERY_MAX: SignedDuration = SignedDuration::from_hours(24);

/// The settings as they stand in the channels file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    url: Secret,
    #[serde(default = "five_minutes")]
    every: Length,
    #[serde(default)]
    success: String,
    #[serde(default = "start")]
    start: String,
    #[serde(default = "fail")]
    fail: String,
    #[serde(default)]
    allow_private: bool,
}

fn five_minutes() -> Length {
    Length(SignedDuration::from_mins(5))
}

fn start() -> String {
    "start".to_owned()
}

fn fail() -> String {
    "fail".to_owned()
}

/// What is told to the watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// All is well.
    Success,
    /// Sellkeep starts.
    Start,
    /// Sellkeep runs, but does not watch as it should.
    Fail,
}

/// A watch outside, set up.
#[derive(Debug, Clone)]
pub struct Deadman {
    success: Address,
    start: Address,
    fail: Address,
    every: SignedDuration,
}

impl Deadman {
    /// Sets it up.
    pub fn new(settings: &Settings) -> Result<Deadman, SettingError> {
        let every = settings.every.0;
        if !(EVERY_MIN..=EVERY_MAX).contains(&every) {
            return Err(SettingError::Value {
                setting: "every",
                says: "of the dead-man ping must be between PT30S and PT24H",
            });
        }
        let address = Address::new(&settings.url, settings.allow_private)?;
        let with = |suffix: &str| {
            let parts: Vec<&str> = suffix.split('/').filter(|part| !part.is_empty()).collect();
            if parts.is_empty() {
                address.clone()
            } else {
                address.below(&parts)
            }
        };
        Ok(Deadman {
            success: with(&settings.success),
            start: with(&settings.start),
            fail: with(&settings.fail),
            every,
        })
    }

    /// When the next ping is due, after the last one.
    pub fn due(&self, last: Option<Timestamp>, now: Timestamp) -> Timestamp {
        last.and_then(|last| last.checked_add(self.every).ok())
            .unwrap_or(now)
    }

    /// Pings once, with a few tries.
    pub async fn ping(
        &self,
        wire: &Wire,
        signal: Signal,
        patience: Patience,
    ) -> Result<Receipt, SendError> {
        let address = match signal {
            Signal::Success => &self.success,
            Signal::Start => &self.start,
            Signal::Fail => &self.fail,
        };
        let request = Request {
            method: Method::GET,
            address: address.clone(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        repeat("deadman", patience, async || {
            by_status(&wire.ask(&request).await?)
        })
        .await
    }

    /// Pings for ever: `start` once, then what `health` says, on schedule. `told` hears of
    /// every outcome; a failed ping changes nothing else.
    pub async fn run(
        &self,
        wire: &Wire,
        patience: Patience,
        health: impl Fn() -> Signal,
        told: impl Fn(Signal, Result<Receipt, SendError>),
    ) {
        told(
            Signal::Start,
            self.ping(wire, Signal::Start, patience).await,
        );
        let every = Duration::try_from(self.every).unwrap_or(Duration::from_mins(5));
        let mut clock = tokio::time::interval(every);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            let signal = health();
            told(signal, self.ping(wire, signal, patience).await);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Takes every request and keeps its first line.
    async fn watch(listener: tokio::net::TcpListener, seen: &RefCell<Vec<String>>) {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 2048];
            let length = stream.read(&mut request).await.unwrap_or_default();
            let line = String::from_utf8_lossy(&request[..length]);
            seen.borrow_mut()
                .push(line.split(' ').nth(1).unwrap_or_default().to_owned());
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK";
            let _ = stream.write_all(answer).await;
        }
    }

    #[tokio::test]
    async fn it_keeps_its_schedule_and_tells_of_trouble() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let text = format!("url = 'http://127.0.0.1:{port}/u'\nallow_private = true");
        let mut deadman = Deadman::new(&toml::from_str(&text).expect("settings")).expect("a watch");
        deadman.every = SignedDuration::from_millis(30);
        let (seen, told) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let wire = Wire::new(Duration::from_secs(5)).expect("a wire");
        let health = || {
            if told.borrow().len() == 2 {
                Signal::Fail
            } else {
                Signal::Success
            }
        };
        let outcome = |signal, sent: Result<Receipt, SendError>| {
            told.borrow_mut().push((signal, sent.is_ok()));
        };
        tokio::select! {
            () = watch(listener, &seen) => {}
            () = deadman.run(&wire, Patience::default(), health, outcome) => {}
            () = tokio::time::sleep(Duration::from_millis(400)) => {}
        }
        assert_eq!(seen.borrow()[..4], ["/u/start", "/u", "/u/fail", "/u"]);
        assert!(told.borrow().iter().all(|(_, sent)| *sent));
    }
}
