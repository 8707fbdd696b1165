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
    pub fn new(settings: Settings) -> Result<Deadman, SettingError> {
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
        let every = Duration::try_from(self.every).unwrap_or(Duration::from_secs(300));
        let mut clock = tokio::time::interval(every);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            let signal = health();
            told(signal, self.ping(wire, signal, patience).await);
        }
    }
}
