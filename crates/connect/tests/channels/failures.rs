//! What fails: which failures are tried again, what is the same on every try, what the
//! error says, and what it never says.

use std::time::{Duration, Instant};

use sellkeep_connect::channels::{Patience, SendError, Trouble, Wire, send};

use crate::forms::open;
use crate::kinds::{CASES, Case};
use crate::peer::{Peer, Reply, raw, reply};
use crate::{QUICK, message, wire};

/// Sends to a peer that answers so, and expects it to fail.
async fn fails(wire: &Wire, case: &Case, replies: Vec<Reply>) -> (SendError, Peer) {
    let peer = Peer::start(replies).await;
    let channel = open(case, &peer.url);
    let sent = send(wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
    (sent.expect_err(case.kind), peer)
}

/// No secret, no path, no word of the message, no word of the service.
fn says_no_more_than_it_may(case: &Case, error: &SendError) {
    let says = format!("{error} {error:?}");
    let forbidden = ["zebra", "0123abcd", "echoed"];
    for word in case.secrets.iter().chain(&forbidden) {
        assert!(!says.contains(word), "{}: {word} is in: {says}", case.kind);
    }
    assert!(says.contains("`one`"), "it names the channel: {says}");
}

#[tokio::test]
async fn a_busy_and_a_broken_service_are_tried_again_with_the_same_ids() {
    let wire = wire();
    for case in CASES {
        let mut busy = reply(429, "slow down");
        busy.headers.push(("retry-after", "0".to_owned()));
        let peer = Peer::start(vec![
            busy,
            reply(503, "oops"),
            reply(case.taken.0, case.taken.1),
        ])
        .await;
        let channel = open(case, &peer.url);
        let receipt = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
        assert_eq!(receipt.expect(case.kind).tries, 3);
        let seen = peer.seen();
        assert_eq!(seen.len(), 3, "{}", case.kind);
        for again in &seen[1..] {
            (case.form)(again);
            assert_eq!(
                (&again.path, &again.body),
                (&seen[0].path, &seen[0].body),
                "{}",
                case.kind
            );
            assert_eq!(again.header("webhook-id"), seen[0].header("webhook-id"));
        }
    }
}

#[tokio::test]
async fn a_service_is_waited_for_as_long_as_it_asks() {
    let wire = wire();
    let case = &CASES[0];
    let mut busy = reply(429, "");
    busy.headers.push(("retry-after", "1".to_owned()));
    let peer = Peer::start(vec![busy, reply(204, "")]).await;
    let channel = open(case, &peer.url);
    let begun = Instant::now();
    send(&wire, "one", channel.channel.as_ref(), &message(), QUICK)
        .await
        .expect("sent");
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_long_wait_is_left_to_the_queue() {
    let wire = wire();
    let mut busy = reply(429, "");
    busy.headers.push(("retry-after", "600".to_owned()));
    let (error, peer) = fails(&wire, &CASES[0], vec![busy]).await;
    assert_eq!((error.tries, peer.seen().len()), (1, 1));
    assert_eq!(error.again_after(), Some(Duration::from_mins(10)));
}

#[tokio::test]
async fn a_refusal_is_not_tried_again_and_leaks_nothing() {
    let wire = wire();
    for case in CASES {
        for status in [400, 401, 403, 404, 410, 413, 422] {
            let echoed = "echoed: zebra s3cret";
            let (error, peer) = fails(&wire, case, vec![reply(status, echoed)]).await;
            assert_eq!(peer.seen().len(), 1, "{} {status}", case.kind);
            assert!(matches!(error.trouble, Trouble::Refused { .. }), "{error}");
            assert_eq!(error.again_after(), None);
            says_no_more_than_it_may(case, &error);
        }
    }
}

#[tokio::test]
async fn a_broken_service_is_given_up_after_all_tries() {
    let wire = wire();
    for case in CASES {
        let (error, peer) = fails(&wire, case, vec![reply(500, "echoed")]).await;
        assert_eq!((error.tries, peer.seen().len()), (3, 3), "{}", case.kind);
        assert!(error.again_after().is_some());
        says_no_more_than_it_may(case, &error);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let wire = wire();
    for case in CASES {
        let elsewhere = Peer::start(vec![reply(200, "ok")]).await;
        for status in [301, 302, 303, 307, 308] {
            let mut away = reply(status, "");
            away.headers
                .push(("location", format!("{}/s3cret", elsewhere.url)));
            let (error, _) = fails(&wire, case, vec![away]).await;
            says_no_more_than_it_may(case, &error);
        }
        assert!(elsewhere.seen().is_empty(), "{}", case.kind);
    }
}

#[tokio::test]
async fn a_slow_service_is_not_waited_for() {
    let wire = Wire::new(Duration::from_millis(200)).expect("a wire");
    for case in CASES {
        let mut slow = reply(200, "ok");
        slow.after = Duration::from_secs(30);
        let peer = Peer::start(vec![slow]).await;
        let channel = open(case, &peer.url);
        let patience = Patience { tries: 2, ..QUICK };
        let begun = Instant::now();
        let sent = send(&wire, "one", channel.channel.as_ref(), &message(), patience).await;
        let error = sent.expect_err("slow");
        assert!(matches!(error.trouble, Trouble::Slow { .. }), "{error}");
        assert_eq!(peer.seen().len(), 2);
        assert!(begun.elapsed() < Duration::from_secs(5));
        says_no_more_than_it_may(case, &error);
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_is_tried_again() {
    let wire = wire();
    for case in CASES {
        let (url, count) = raw(b"", 1).await;
        let channel = open(case, &url);
        let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
        let error = sent.expect_err("cut");
        assert!(
            matches!(error.trouble, Trouble::Unreachable { .. }),
            "{error}"
        );
        assert!(*count.lock().expect("count") >= 3, "{}", case.kind);
        says_no_more_than_it_may(case, &error);
    }
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let wire = wire();
    for case in CASES {
        let channel = open(case, "http://127.0.0.1:1");
        let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
        let error = sent.expect_err("nobody");
        assert!(
            error.to_string().contains("could not be reached"),
            "{error}"
        );
        says_no_more_than_it_may(case, &error);
    }
}

/// The beginning of an answer that says it has a gigabyte, and then some of it for ever.
const HUGE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let wire = wire();
    let (url, _) = raw(HUGE, 1_000_000).await;
    let case = CASES
        .iter()
        .find(|case| case.kind == "gotify")
        .expect("gotify");
    let channel = open(case, &url);
    let begun = Instant::now();
    let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
    sent.expect("the status says that it was taken");
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn what_a_service_says_in_its_own_words_is_told_in_ours() {
    let wire = wire();
    for (kind, status, body, says) in [
        ("slack", 404, "no_service", "Make a new one in Slack"),
        ("slack", 404, "channel_is_archived", "Slack channel"),
        ("telegram", 403, r#"{"ok":false}"#, "press Start"),
        ("telegram", 401, r#"{"ok":false}"#, "BotFather"),
        (
            "matrix",
            401,
            r#"{"errcode":"M_UNKNOWN_TOKEN"}"#,
            "Sign the bot in again",
        ),
        ("matrix", 403, r#"{"errcode":"M_FORBIDDEN"}"#, "Invite it"),
        (
            "pushover",
            200,
            r#"{"status":0,"errors":["x"]}"#,
            "`token` and `user`",
        ),
        (
            "pagerduty",
            400,
            r#"{"status":"invalid event"}"#,
            "routing_key",
        ),
        ("apprise", 204, "", "nothing is stored under that key"),
        ("apprise", 424, "", "at least one of the services"),
        ("webhook", 410, "", "Switch the channel off"),
        ("discord", 404, "{}", "make the integration anew"),
    ] {
        let case = CASES.iter().find(|case| case.kind == kind).expect("a case");
        let (error, _) = fails(&wire, case, vec![reply(status, body)]).await;
        assert!(error.to_string().contains(says), "{kind}: {error}");
    }
}
