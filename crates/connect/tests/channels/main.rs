//! The ways out, against real peers on loopback.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a peer or a form that is not as expected is a failed test"
)]

mod failures;
mod forms;
mod guard;
mod kinds;
mod peer;
mod postfix;
mod smtp;
mod watch;

use std::time::Duration;

use jiff::Timestamp;
use sellkeep_connect::channels::{ChannelSettings, Patience, Wire, parse};
use sellkeep_model::{Action, AlertLevel, Message, MessageState};

/// Tries without waiting long.
const QUICK: Patience = Patience {
    tries: 3,
    first_wait: Duration::from_millis(20),
    wait_max: Duration::from_secs(2),
};

fn wire() -> Wire {
    Wire::new(Duration::from_secs(5)).expect("a wire")
}

/// The one channel of a channels file.
fn channel(settings: &str) -> ChannelSettings {
    let text = format!("[[channel]]\nname = \"one\"\n{settings}");
    let mut channels = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    channels.channels.remove(0)
}

fn message() -> Message {
    Message {
        id: "0123abcd-1".to_owned(),
        thread: "0123abcd".to_owned(),
        state: MessageState::Open,
        level: AlertLevel::ActNow,
        title: "Act now: zebra title".to_owned(),
        body_text: "What: zebra text\nTime left: 3 h".to_owned(),
        body_html: Some("<p><strong>What:</strong> zebra text</p>".to_owned()),
        link: Some("https://sellkeep.example/alerts/0123abcd".to_owned()),
        actions: vec![Action {
            label: "Not me".to_owned(),
            link: "https://sellkeep.example/alerts/0123abcd#not-me".to_owned(),
        }],
        at: "2026-11-24T10:00:00Z".parse::<Timestamp>().expect("a time"),
    }
}
