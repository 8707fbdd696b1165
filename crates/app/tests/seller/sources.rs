//! Sources: what is seen of them, and what people and programs do with them.

use sellkeep_store::{Role, Secret};

use crate::http::{Request, get};
use crate::place::OURS;
use crate::shop::{opened, ours};

#[test]
fn a_source_that_was_never_heard_says_so_with_what_to_do() {
    let (server, owner) = opened();
    let page = server.page(&owner, "/sources");
    for words in ["old-mailbox", "never heard", "Wait a minute"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    server.place.with_store(async |store| {
        let says = "the server refuses user and password: check both";
        let next = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5);
        store
            .note_trouble(&ours(), "old-mailbox", says, Some(next))
            .await
            .unwrap();
    });
    let found = server.json(&owner, "/api/sources/old-mailbox");
    assert_eq!(found["state"], "in trouble");
    assert_eq!(found["trouble"], "the server refuses user and password");
    assert_eq!(found["what_to_do"], "check both");
    assert_eq!(found["next_try"], "in 4 minutes");
}

#[test]
fn it_is_paused_resumed_and_removed_with_its_secrets() {
    let (server, owner) = opened();
    server.place.with_store(async |store| {
        let now = jiff::Timestamp::now();
        for name in [
            "source/old-mailbox",
            "source/old-mailbox/client",
            "source/old-mailbox2",
        ] {
            let secret = Secret::new("hush");
            store.put_secret(&ours(), name, &secret, now).await.unwrap();
        }
    });
    let state = || server.json(&owner, "/api/sources/old-mailbox")["state"].clone();
    server.done_by(
        &owner,
        "/sources",
        &[("source", "old-mailbox"), ("act", "pause")],
    );
    assert_eq!(state(), "paused");
    server.done_by(&owner, "/sources/old-mailbox", &[("act", "resume")]);
    assert_eq!(state(), "never heard");
    let reader = server.join(OURS, Role::Auditor, "rolf");
    let refused = server.sent_by(&reader, "/sources/old-mailbox", &[("act", "remove")]);
    assert_eq!(refused.status, 403);
    server.done_by(&owner, "/sources/old-mailbox", &[("act", "remove")]);
    assert_eq!(
        server.asked_by(&owner, get("/sources/old-mailbox")).status,
        404
    );
    let left = server
        .place
        .with_store(async |store| store.secret_names(&ours()).await.unwrap());
    let left: Vec<&str> = left
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name.starts_with("source/"))
        .collect();
    assert_eq!(
        left,
        ["source/old-mailbox2"],
        "another source keeps its own"
    );
}

fn wanted(token: &str, key: &str, body: &str) -> Request {
    let request = Request::new("POST", "/api/sources/old-mailbox")
        .with("authorization", token)
        .with("content-type", "application/json");
    let request = match key {
        "" => request,
        key => request.with("idempotency-key", key),
    };
    request.carrying(body)
}

#[test]
fn a_program_with_the_right_to_act_does_a_thing_once() {
    let (server, owner) = opened();
    let reads = server.token(&owner, "read");
    let pause = r#"{"act":"pause"}"#;
    let refused = server.ask(wanted(&reads, "", pause));
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let acts = server.token(&owner, "act");
    let first = server.ask(wanted(&acts, "k1", pause));
    assert_eq!(first.status, 200, "{}", first.text());
    // Meanwhile a person resumes it: the same request again must not pause it again.
    server.done_by(&owner, "/sources/old-mailbox", &[("act", "resume")]);
    let again = server.ask(wanted(&acts, "k1", pause));
    assert_eq!((again.status, again.text()), (200, first.text()));
    assert_eq!(again.header("idempotent-replayed"), "true");
    let state = server.json(&owner, "/api/sources/old-mailbox")["state"].clone();
    assert_eq!(state, "never heard");
    let other = server.ask(wanted(&acts, "k1", r#"{"act":"test"}"#));
    assert_eq!(other.status, 422, "the key belongs to another request");
    let tested = server.ask(wanted(&acts, "k2", r#"{"act":"test"}"#));
    assert_eq!(tested.status, 202, "{}", tested.text());
    for wrong in ["", "{}", r#"{"act":"explode"}"#, "[1]"] {
        assert_eq!(server.ask(wanted(&acts, "", wrong)).status, 422, "{wrong}");
    }
    let page = server.ask(get("/sources").with("authorization", &acts));
    assert_eq!(page.status, 403, "a token opens the API only");
}
