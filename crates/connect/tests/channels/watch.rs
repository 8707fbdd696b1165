//! The dead-man ping and the test message.

use sellkeep_connect::channels::{Channels, parse, test};
use sellkeep_connect::deadman::{Deadman, Signal};

use crate::peer::{Peer, reply};
use crate::{QUICK, wire};

fn deadman(url: &str, more: &str) -> Deadman {
    let text = format!("[deadman]\nurl = '{url}'\nallow_private = true\n{more}");
    let channels = parse(&text).unwrap_or_else(|error| panic!("{error}"));
    channels.deadman.expect("a watch")
}

#[tokio::test]
async fn each_signal_has_its_address() {
    let peer = Peer::start(vec![reply(200, "OK")]).await;
    let watch = deadman(&format!("{}/s3cret-uuid", peer.url), "");
    for signal in [Signal::Start, Signal::Success, Signal::Fail] {
        watch.ping(&wire(), signal, QUICK).await.expect("pinged");
    }
    let own = deadman(
        &format!("{}/push?token=t", peer.url),
        "success = 'up'\nfail = 'down/now'\nstart = ''",
    );
    for signal in [Signal::Success, Signal::Fail, Signal::Start] {
        own.ping(&wire(), signal, QUICK).await.expect("pinged");
    }
    let seen = peer.seen();
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    let expected = [
        "/s3cret-uuid/start",
        "/s3cret-uuid",
        "/s3cret-uuid/fail",
        "/push/up",
        "/push/down/now",
        "/push",
    ];
    assert_eq!(paths, expected);
    assert!(
        seen.iter()
            .all(|seen| seen.method == "GET" && seen.body.is_empty())
    );
    assert_eq!(seen[3].query, "token=t");
}

#[tokio::test]
async fn a_ping_is_tried_again_and_leaks_nothing() {
    let peer = Peer::start(vec![reply(500, ""), reply(200, "OK")]).await;
    let watch = deadman(&format!("{}/s3cret", peer.url), "");
    assert_eq!(
        watch
            .ping(&wire(), Signal::Success, QUICK)
            .await
            .expect("pinged")
            .tries,
        2
    );
    let peer = Peer::start(vec![reply(404, "")]).await;
    let watch = deadman(&format!("{}/s3cret", peer.url), "");
    let error = watch
        .ping(&wire(), Signal::Success, QUICK)
        .await
        .expect_err("gone");
    assert!(
        !format!("{error} {watch:?}").contains("s3cret"),
        "{error} {watch:?}"
    );
}

#[test]
fn the_next_ping_is_due_after_the_last() {
    let watch = deadman("http://127.0.0.1:1", "every = 'PT1M'");
    let now = jiff::Timestamp::from_second(1_000).expect("a time");
    assert_eq!(watch.due(None, now), now);
    assert_eq!(watch.due(Some(now), now).as_second(), 1_060);
}

#[test]
fn a_schedule_that_is_rude_or_useless_is_refused() {
    for every in ["PT5S", "PT48H"] {
        let text = format!("[deadman]\nurl = 'https://hc.example/x'\nevery = '{every}'");
        assert!(parse(&text).is_err(), "{every}");
    }
}

fn channels(url: &str) -> Channels {
    let text = format!(
        "[[channel]]\nname = 'phone'\nkind = 'ntfy'\nserver = '{url}'\ntopic = 's3cret'\nallow_private = true"
    );
    parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
async fn a_test_says_what_happened() {
    let peer = Peer::start(vec![reply(200, "{}")]).await;
    let trial = test("phone", &channels(&peer.url)).await;
    assert!(
        trial.taken && trial.says.starts_with("ntfy took the test message"),
        "{trial:?}"
    );
    assert_eq!(peer.seen()[0].json()["title"], "Sellkeep: this is a test");

    let peer = Peer::start(vec![reply(403, "")]).await;
    let trial = test("phone", &channels(&peer.url)).await;
    assert!(
        !trial.taken && trial.says.contains("was not accepted"),
        "{trial:?}"
    );
    assert!(!trial.says.contains("s3cret"));

    let trial = test("fax", &channels(&peer.url)).await;
    assert_eq!(trial.says, "There is no channel `fax`. There are: phone.");
    let trial = test("fax", &Channels::default()).await;
    assert!(trial.says.contains("docs/channels.md"));
}
