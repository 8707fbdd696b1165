//! The right request, and how long it takes to arrive.

use std::time::Instant;

use sellkeep_connect::channels::{CHANNELS, ChannelSettings, Wire, send};
use sellkeep_model::{AlertLevel, Message, MessageState};

use crate::kinds::{CASES, Case};
use crate::peer::{Peer, Seen, reply};
use crate::{QUICK, channel, message, wire};

pub fn open(case: &Case, url: &str) -> ChannelSettings {
    let settings = case.settings.replace("URL", url);
    channel(&format!(
        "kind = '{}'\nallow_private = true\n{settings}",
        case.kind
    ))
}

async fn sent(wire: &Wire, case: &Case, message: &Message) -> Vec<Seen> {
    let peer = Peer::start(vec![reply(case.taken.0, case.taken.1)]).await;
    let channel = open(case, &peer.url);
    let receipt = send(wire, "one", channel.channel.as_ref(), message, QUICK).await;
    assert_eq!(receipt.expect(case.kind).tries, 1, "{}", case.kind);
    peer.seen()
}

fn check(case: &Case, seen: &[Seen]) {
    for seen in seen {
        (case.form)(seen);
    }
}

#[test]
fn every_http_kind_has_a_case() {
    for kind in CHANNELS.iter().filter(|kind| kind.name != "smtp") {
        assert!(
            CASES.iter().any(|case| case.kind == kind.name),
            "{}",
            kind.name
        );
    }
}

#[tokio::test]
async fn every_state_and_level_has_the_documented_form() {
    let wire = wire();
    for case in CASES {
        for state in [MessageState::Open, MessageState::Resolved] {
            for level in [
                AlertLevel::ActNow,
                AlertLevel::CheckToday,
                AlertLevel::ForInformation,
            ] {
                let mut message = message();
                (message.state, message.level) = (state, level);
                let seen = sent(&wire, case, &message).await;
                assert!(!seen.is_empty(), "{}", case.kind);
                check(case, &seen);
            }
        }
    }
}

#[tokio::test]
async fn the_message_arrives_and_no_mail_only_part_of_it() {
    let wire = wire();
    for case in CASES {
        let seen = sent(&wire, case, &message()).await;
        let body = String::from_utf8_lossy(&seen[0].body)
            .replace("%3A", ":")
            .replace('+', " ");
        assert!(
            body.contains("zebra title") && body.contains("zebra text"),
            "{}: {body}",
            case.kind
        );
        assert!(!body.contains("<strong>"), "{}", case.kind);
    }
}

#[tokio::test]
async fn a_very_long_text_is_cut_to_what_the_service_takes() {
    let wire = wire();
    let mut message = message();
    message.title = "ü".repeat(20_000);
    message.body_text = "ü&<*".repeat(20_000);
    for case in CASES {
        check(case, &sent(&wire, case, &message).await);
    }
}

#[tokio::test]
async fn a_message_without_a_link_arrives_too() {
    let wire = wire();
    let mut message = message();
    message.link = None;
    message.actions = Vec::new();
    for case in CASES {
        check(case, &sent(&wire, case, &message).await);
    }
}

#[tokio::test]
async fn no_channel_gives_a_stranger_its_syntax() {
    let wire = wire();
    let mut message = message();
    message.title = "<!channel> @everyone **x**".to_owned();
    message.body_text = "<@U1> [x](y) </Say><Dial>+1</Dial> {\"a\":1}".to_owned();
    for case in CASES {
        let seen = sent(&wire, case, &message).await;
        check(case, &seen);
        let body = String::from_utf8_lossy(&seen[0].body).into_owned();
        match case.kind {
            "slack" => assert_eq!(seen[0].json()["text"], "&lt;!channel&gt; @everyone **x**"),
            "discord" => {
                assert!(body.contains(r"\\@everyone \\*\\*x") && body.contains(r"\\[x\\]\\(y\\)"));
            }
            "twilio_voice" => assert!(seen[0].form()["Twiml"].contains("&lt;/Say&gt;&lt;Dial&gt;")),
            "telegram" => assert!(!body.contains("parse_mode")),
            "matrix" => assert!(!body.contains("formatted_body")),
            "ntfy" => assert!(!body.contains("markdown")),
            _ => {}
        }
    }
}

#[tokio::test]
async fn what_rings_is_stopped_when_it_is_over() {
    let wire = wire();
    let case = CASES
        .iter()
        .find(|case| case.kind == "pushover")
        .expect("pushover");
    let mut message = message();
    message.state = MessageState::Resolved;
    let seen = sent(&wire, case, &message).await;
    assert!(
        seen[0]
            .path
            .ends_with("/cancel_by_tag/sellkeep-0123abcd.json")
    );
    assert_eq!(seen[1].form()["priority"], "-1");
}

/// Time from handing the message over to its arrival at the peer. Printed for the report.
#[tokio::test]
async fn it_arrives_at_once() {
    for case in CASES {
        let peer = Peer::start(vec![reply(case.taken.0, case.taken.1)]).await;
        let channel = open(case, &peer.url);
        let wire = wire();
        let mut micros = Vec::new();
        for n in 0..50 {
            let begun = Instant::now();
            let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
            sent.expect(case.kind);
            micros.push(peer.seen()[n].at.duration_since(begun).as_micros());
        }
        micros.sort_unstable();
        println!(
            "{}: median {} µs, slowest {} µs",
            case.kind, micros[25], micros[49]
        );
        assert!(micros[25] < 1_000_000, "{}", case.kind);
    }
}
