//! What the three settings say, and what they never say.

use jiff::Timestamp;
use sellkeep_model::{
    Account, Alert, AlertLevel, AlertState, Cause, Detail, Detection, Message, MessageState,
    Object, ProofLevel,
};

use super::*;

/// Words that must never leave by a short text.
const PRIVATE: &[&str] = &[
    "677", "4,200.00", "EUR", "Mallory", "mallory", "evil", "Shoe", "max", "A1B2", "Lisbon",
];

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn account() -> Account {
    serde_json::from_str(
        r#"{"id":"A1B2C3","marketplace":"amazon","name":"Shoe Box Ltd","time_zone":"Europe/Berlin","addresses":["max@shoebox.example"]}"#,
    )
    .expect("an account")
}

fn alert() -> Alert {
    let happened = time("2026-11-24T12:05:00Z");
    Alert {
        id: "0123abcd".to_owned(),
        detection: Detection {
            id: "0123abcd".to_owned(),
            rule: "payout/default-switched".to_owned(),
            rule_version: "v1".to_owned(),
            account: "A1B2C3".to_owned(),
            level: AlertLevel::ActNow,
            title: "Payouts now go to the account ending 677 of Mallory".to_owned(),
            happened,
            at: happened,
            object: Some(Object::new("deposit-method", "677")),
            how_we_know: vec![
                "Amazon's API names the account ending 677 as default since 13:05".to_owned(),
                "A sign-in from Lisbon 20 min before by mallory@evil.example".to_owned(),
            ],
            first_step: "Open Seller Central by typing its address and remove the account"
                .to_owned(),
            deadline: Some(time("2026-11-25T16:00:00Z")),
            causes: vec![Cause {
                happened,
                event: "e1".to_owned(),
                kind: "payout.default_changed".to_owned(),
                proof: ProofLevel::Proven,
                says: "default switched, 4,200.00 EUR at stake".to_owned(),
            }],
            proof: ProofLevel::Proven,
            family: "payout".to_owned(),
            weight: 0.9,
            playbook: None,
            tags: Vec::new(),
        },
        count: 2,
        revision: 2,
        raised: happened,
        changed: happened,
        state: AlertState::Open,
    }
}

fn written(alerts: &[Alert], detail: Detail, why: Why) -> Message {
    let account = account();
    let tellings: Vec<Telling<'_>> = alerts
        .iter()
        .map(|alert| Telling {
            alert,
            account: Some(&account),
            why,
        })
        .collect();
    let letter = Letter {
        id: "m1",
        thread: "0123abcd",
        detail,
        console: Some("https://sellkeep.example"),
        now: time("2026-11-24T14:05:00Z"),
    };
    write(&tellings, &letter).expect("a message")
}

/// Everything of a message that leaves the house.
fn all(message: &Message) -> String {
    serde_json::to_string(message).expect("json")
}

#[test]
fn a_full_text_says_all_seven_things() {
    let message = written(&[alert()], Detail::Full, Why::Raised);
    assert_eq!(
        message.title,
        "Act now: Payouts now go to the account ending 677 of Mallory (Shoe Box Ltd, amazon)"
    );
    assert_eq!(
        message.body_text,
        "What: Payouts now go to the account ending 677 of Mallory (seen 2 times)\n\
         Where: Shoe Box Ltd, amazon\n\
         Since: Tue 24 Nov 2026 13:05 CET\n\
         How we know:\n\
         - Amazon's API names the account ending 677 as default since 13:05\n\
         - A sign-in from Lisbon 20 min before by mallory(at)evil[.]example\n\
         First thing to do: Open Seller Central by typing its address and remove the account\n\
         Time left: 1 day 1 h (until Wed 25 Nov 2026 17:00 CET)"
    );
    assert_eq!(
        message.link.as_deref(),
        Some("https://sellkeep.example/alerts/0123abcd")
    );
    assert_eq!(
        message.actions[0].link,
        "https://sellkeep.example/alerts/0123abcd#not-me"
    );
}

#[test]
fn a_short_text_names_nothing_private() {
    for why in [Why::Raised, Why::Worse, Why::Escalated, Why::Resolved] {
        for alerts in [vec![alert()], vec![alert(), alert()]] {
            let message = written(&alerts, Detail::Short, why);
            let all = all(&message);
            for word in PRIVATE {
                assert!(!all.contains(word), "{word} is in {all}");
            }
        }
    }
    let message = written(&[alert()], Detail::Short, Why::Raised);
    assert_eq!(message.title, "Act now: money");
    assert!(message.body_text.contains("Time left: 1 day 1 h"));
}

#[test]
fn the_console_setting_says_only_that_there_is_something() {
    let message = written(&[alert()], Detail::Console, Why::Raised);
    assert_eq!(message.title, "Sellkeep: Act now");
    assert_eq!(
        message.body_text,
        "There is something at the level \"Act now\". Look at the console."
    );
    assert_eq!(message.link.as_deref(), Some("https://sellkeep.example"));
    assert!(message.actions.is_empty());
    let over = written(&[alert()], Detail::Console, Why::Resolved);
    assert_eq!(over.state, MessageState::Resolved);
    for message in [message, over] {
        let all = all(&message);
        for word in PRIVATE
            .iter()
            .chain(&["money", "payout", "amazon", "13:05"])
        {
            assert!(!all.contains(word), "{word} is in {all}");
        }
    }
}

#[test]
fn hostile_words_reach_nobody_in_working_order() {
    let mut alert = alert();
    let hostile = "@everyone <script>alert(1)</script> [x](https://evil.example) \u{202e}\r\nBcc: a@b.example\u{7}";
    alert.detection.title = hostile.to_owned();
    alert.detection.how_we_know = vec![hostile.to_owned()];
    alert.detection.first_step = hostile.to_owned();
    let message = written(&[alert], Detail::Full, Why::Raised);
    let html = message.body_html.clone().expect("html");
    for text in [&message.title, &message.body_text, &html] {
        for weapon in [
            "@everyone",
            "<script",
            "](",
            "https://evil",
            "evil.example",
            "\u{202e}",
            "\r",
            "\u{7}",
            "@b",
        ] {
            assert!(!text.contains(weapon), "{weapon:?} is in {text}");
        }
    }
    assert!(!message.title.contains('\n'));
    assert_eq!(
        message
            .body_text
            .lines()
            .filter(|line| line.starts_with("Bcc"))
            .count(),
        0
    );
}

#[test]
fn an_id_cannot_bend_the_address() {
    let mut alert = alert();
    alert.id = "../../evil?x=#".to_owned();
    let message = written(&[alert], Detail::Full, Why::Raised);
    assert_eq!(
        message.link.as_deref(),
        Some("https://sellkeep.example/alerts/evilx")
    );
}

#[test]
fn it_says_why_it_is_told_again_and_when_the_time_is_over() {
    for (why, says) in [
        (Why::Worse, "Told now because: it became more serious"),
        (
            Why::Escalated,
            "Told now because: nobody has acknowledged it for 2 h",
        ),
        (Why::Reminder, "Told now because: it has been open for 2 h"),
    ] {
        let message = written(&[alert()], Detail::Full, why);
        assert!(message.body_text.contains(says), "{}", message.body_text);
    }
    let mut late = alert();
    late.detection.deadline = Some(time("2026-11-24T14:00:00Z"));
    let message = written(&[late], Detail::Full, Why::Raised);
    assert!(
        message
            .body_text
            .contains("Time left: none, the time ended on Tue 24 Nov 2026 15:00 CET")
    );
    let mut open = alert();
    open.detection.deadline = None;
    let message = written(&[open], Detail::Full, Why::Raised);
    assert!(
        message
            .body_text
            .contains("Time left: no deadline is known")
    );
}

#[test]
fn what_is_over_says_why() {
    let mut over = alert();
    over.state = AlertState::Resolved {
        reason: "announced beforehand".to_owned(),
        at: over.changed,
    };
    let message = written(&[over], Detail::Full, Why::Resolved);
    assert!(message.title.starts_with("Over: "));
    assert!(
        message
            .body_text
            .contains("Over because: announced beforehand")
    );
    assert!(message.actions.is_empty());
}

#[test]
fn a_wave_is_one_message_that_counts() {
    let alerts: Vec<Alert> = (0..50).map(|_| alert()).collect();
    let message = written(&alerts, Detail::Full, Why::Raised);
    assert_eq!(message.title, "Act now: 50 alerts");
    assert_eq!(message.body_text.matches("What:").count(), ALERTS_SHOWN_MAX);
    assert!(
        message
            .body_text
            .ends_with("And 30 more. The console has them all.")
    );
    assert_eq!(message.link.as_deref(), Some("https://sellkeep.example"));
}

#[test]
fn nothing_to_tell_is_no_message() {
    let letter = Letter {
        id: "m",
        thread: "t",
        detail: Detail::Full,
        console: None,
        now: Timestamp::UNIX_EPOCH,
    };
    assert_eq!(write(&[], &letter), None);
}

fn week_of(records: u64, open: u64, silent: &[&str]) -> Message {
    let facts = Week {
        accounts: vec!["Shoe Box Ltd".to_owned()],
        records,
        raised: 1,
        open,
        silent: silent.iter().map(|&name| name.to_owned()).collect(),
        channels_failing: Vec::new(),
    };
    let letter = Letter {
        id: "w",
        thread: "w",
        detail: Detail::Full,
        console: None,
        now: Timestamp::UNIX_EPOCH,
    };
    week(&facts, &letter)
}

#[test]
fn a_week_is_quiet_only_if_somebody_watched() {
    assert_eq!(week_of(9, 0, &[]).title, "Sellkeep: all quiet this week");
    for message in [
        week_of(0, 0, &[]),
        week_of(9, 1, &[]),
        week_of(9, 0, &["mailbox"]),
    ] {
        assert_eq!(message.title, "Sellkeep: this week is not all quiet");
        assert_eq!(message.level, AlertLevel::CheckToday);
    }
    assert!(
        week_of(9, 0, &["mailbox"])
            .body_text
            .contains("Silent sources: mailbox")
    );
}

#[test]
fn the_week_is_told_on_a_monday_morning() {
    let berlin = jiff::tz::TimeZone::get("Europe/Berlin").expect("a zone");
    for (after, due) in [
        ("2026-11-24T12:00:00Z", "2026-11-30T07:00:00Z"),
        ("2026-11-30T06:59:59Z", "2026-11-30T07:00:00Z"),
        ("2026-11-30T07:00:00Z", "2026-12-07T07:00:00Z"),
        ("2026-03-28T12:00:00Z", "2026-03-30T06:00:00Z"),
    ] {
        assert_eq!(week_due(time(after), &berlin), Some(time(due)), "{after}");
    }
}
