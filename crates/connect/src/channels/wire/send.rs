//! Sends one message on one channel, with as many tries as make sense.
//!
//! Only what may pass by itself is tried again: no connection, no answer, "slow down",
//! trouble of the service. Every try carries the same message id.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sellkeep_model::Message;

use super::http::{Answer, Wire};
use super::mail;
use super::trouble::{SendError, Trouble};
use crate::channels::{Channel, Sending};

/// How often, and how long between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries in all.
    pub tries: u32,
    /// The wait after the first; it doubles.
    pub first_wait: Duration,
    /// A service that asks for a longer wait gets its message on a later run.
    pub wait_max: Duration,
}

impl Default for Patience {
    /// Within the first minute; later tries belong to the queue.
    fn default() -> Patience {
        Patience {
            tries: 4,
            first_wait: Duration::from_millis(500),
            wait_max: Duration::from_secs(20),
        }
    }
}

/// How long a service may take to answer: the slowest of them document up to 10 s.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// That a service took the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// How often it was tried.
    pub tries: u32,
    /// From the first try to the answer.
    pub took: Duration,
}

/// Sends a message on the channel of that name.
pub async fn send(
    wire: &Wire,
    name: &str,
    channel: &dyn Channel,
    message: &Message,
    patience: Patience,
) -> Result<Receipt, SendError> {
    let mut taken = BTreeSet::new();
    repeat(name, patience, async || {
        once(wire, channel, message, &mut taken).await
    })
    .await
}

/// Does something until it succeeds, fails for good, or patience ends.
pub async fn repeat(
    name: &str,
    patience: Patience,
    mut once: impl AsyncFnMut() -> Result<(), Trouble>,
) -> Result<Receipt, SendError> {
    let begun = Instant::now();
    let mut tries = 0;
    let mut wait = patience.first_wait;
    loop {
        tries += 1;
        let trouble = match once().await {
            Ok(()) => {
                let took = begun.elapsed();
                return Ok(Receipt { tries, took });
            }
            Err(trouble) => trouble,
        };
        let pause = pause(&trouble, wait);
        if tries >= patience.tries || !trouble.is_passing() || pause > patience.wait_max {
            return Err(SendError {
                channel: name.to_owned(),
                tries,
                trouble,
            });
        }
        tokio::time::sleep(pause).await;
        wait = wait.saturating_mul(2);
    }
}

fn pause(trouble: &Trouble, wait: Duration) -> Duration {
    match trouble {
        Trouble::Busy {
            wait: Some(asked), ..
        } => (*asked).max(wait),
        _ => wait,
    }
}

/// One try of everything that was not taken before. It is written anew, because a
/// signature carries the time of the try.
async fn once(
    wire: &Wire,
    channel: &dyn Channel,
    message: &Message,
    taken: &mut BTreeSet<usize>,
) -> Result<(), Trouble> {
    let mut troubles = Vec::new();
    let parcels = channel.compose(message, Timestamp::now())?;
    for at in 0..parcels.len() {
        if taken.contains(&at) {
            continue;
        }
        match parcel(wire, channel, &parcels, at).await {
            Ok(()) => drop(taken.insert(at)),
            Err(trouble) => troubles.push(trouble),
        }
    }
    // What may pass decides: as long as one part may still arrive, it is tried again.
    let worst = troubles
        .iter()
        .position(Trouble::is_passing)
        .unwrap_or_default();
    match troubles.into_iter().nth(worst) {
        None => Ok(()),
        Some(trouble) => Err(trouble),
    }
}

async fn parcel(
    wire: &Wire,
    channel: &dyn Channel,
    parcels: &Sending,
    at: usize,
) -> Result<(), Trouble> {
    match parcels {
        Sending::Mail(letters) => mail::deliver(&letters[at], wire.answer_within()).await,
        Sending::Http(requests) => channel.understand(&wire.ask(&requests[at]).await?),
    }
}

/// What a status means where a service says nothing closer (RFC 9110).
pub fn by_status(answer: &Answer) -> Result<(), Trouble> {
    let host = answer.host.clone();
    let status = answer.status;
    let says = match status {
        200..=299 => return Ok(()),
        300..=399 => {
            "it sends us to another address, which we do not follow. Enter the final address"
        }
        429 => {
            return Err(Trouble::Busy {
                host,
                wait: answer.wait,
            });
        }
        408 | 500..=599 => return Err(Trouble::Broken { host, status }),
        401 | 403 => {
            "the key, token or password was not accepted. Make a new one and put it into the channels file"
        }
        404 | 410 => {
            "nobody listens at that address any more. Check the address or make the integration anew"
        }
        413 => "the message is too long for it",
        _ => "it did not understand the request. Check the channel's settings",
    };
    Err(answer.refused(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer {
        Answer {
            host: "h.example".to_owned(),
            status,
            wait: Some(Duration::from_secs(9)),
            body: Vec::new(),
        }
    }

    #[test]
    fn a_status_says_whether_to_try_again() {
        for status in [200, 202, 204] {
            assert_eq!(by_status(&answer(status)), Ok(()));
        }
        for (status, passing) in [
            (301, false),
            (400, false),
            (401, false),
            (403, false),
            (404, false),
            (408, true),
            (410, false),
            (413, false),
            (422, false),
            (429, true),
            (500, true),
            (503, true),
        ] {
            let trouble = by_status(&answer(status)).expect_err("no success");
            assert_eq!(trouble.is_passing(), passing, "{status}");
        }
    }

    #[test]
    fn a_service_that_asks_to_wait_is_waited_for() {
        let busy = by_status(&answer(429)).expect_err("busy");
        assert_eq!(pause(&busy, Duration::from_secs(1)), Duration::from_secs(9));
        assert_eq!(
            pause(&busy, Duration::from_secs(30)),
            Duration::from_secs(30)
        );
    }
}
