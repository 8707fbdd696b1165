//! Preparation: words, exceptions, sign-offs with what was looked at, regressions, reminders.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sellkeep_store::{DayScore, Role, Word, WordKind};
use serde_json::Value;

use crate::http::get;
use crate::place::{ACCOUNT, OURS};
use crate::server::Server;
use crate::shop::{opened, ours, shop};

fn points(preparation: &Value) -> i64 {
    preparation["score"]["points"].as_i64().unwrap()
}

fn address() -> String {
    format!("/api/preparation?account={ACCOUNT}")
}

fn attest<'a>(answer: &'a str, evidence: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("account", ACCOUNT),
        ("act", "attest"),
        ("answer", answer),
        ("evidence", evidence),
    ]
}

#[test]
fn a_persons_word_moves_the_score_and_an_exception_does_not() {
    let (server, owner) = opened();
    let before = points(&server.json(&owner, &address()));
    server.done_by(
        &owner,
        "/preparation/access/two-step",
        &attest("yes", "the <settings> page of all three users"),
    );
    let after = server.json(&owner, &address());
    assert_eq!(points(&after), before + 20);
    assert_eq!(after["past"][0]["points"], before + 20, "the day is kept");
    let page = server.page(
        &owner,
        &format!("/preparation/access/two-step?account={ACCOUNT}"),
    );
    assert!(page.contains("in order, somebody said so"), "{page}");
    assert!(!page.contains("<settings>"), "words are never markup");
    let excepted = [
        ("account", ACCOUNT),
        ("act", "except"),
        ("owner", "mia"),
        ("reason", "until the new phones are here"),
        ("days", "30"),
    ];
    server.done_by(&owner, "/preparation/access/two-step-phone", &excepted);
    let page = server.page(&owner, &format!("/preparation?account={ACCOUNT}"));
    assert!(page.contains("Somebody answers for it"), "{page}");
    assert!(page.contains("until the new phones are here"));
    assert_eq!(points(&server.json(&owner, &address())), before + 20);
}

#[test]
fn what_a_machine_reads_takes_nobodys_word_and_a_reader_says_nothing() {
    let (server, owner) = opened();
    let spf = server.sent_by(
        &owner,
        "/preparation/domain/spf",
        &attest("yes", "I looked"),
    );
    assert_eq!(spf.status, 422, "{}", spf.text());
    let empty = server.sent_by(&owner, "/preparation/access/two-step", &attest("yes", " "));
    assert_eq!(empty.status, 422);
    let missing = server.sent_by(&owner, "/preparation/access/nothing", &attest("yes", "x"));
    assert_eq!(missing.status, 404);
    let reader = server.join(OURS, Role::Auditor, "rolf");
    let said = server.sent_by(&reader, "/preparation/access/two-step", &attest("yes", "x"));
    assert_eq!(said.status, 403);
    server.page(&reader, "/preparation");
}

#[test]
fn a_sign_off_keeps_what_was_looked_at() {
    let (server, owner) = opened();
    server.done_by(
        &owner,
        "/preparation/money/deposit-account",
        &attest("yes", "both stores show one account"),
    );
    let place = format!("/preparation/money/deposit-account?account={ACCOUNT}");
    let page = server.page(&owner, &place);
    let digest = crate::people::between(&page, "kept: record ", ".");
    let kept = server.place.with_store(async |store| {
        let bytes = store.record(&ours(), &digest).await.unwrap();
        serde_json::from_slice::<Value>(&bytes.unwrap()).unwrap()
    });
    assert_eq!(kept["by"], "mia");
    assert_eq!(kept["check"], "money/deposit-account");
    assert_eq!(kept["says"], "both stores show one account");
    assert_eq!(kept["known"]["group"], "deposit-methods", "{kept}");
}

#[test]
fn a_sign_off_that_ran_out_is_an_alert_until_it_is_given_again() {
    let place = shop();
    let long_ago = Timestamp::now() - SignedDuration::from_hours(24 * 40);
    place.with_store(async |store| {
        let word = Word {
            id: "w1".to_owned(),
            kind: WordKind::Attestation,
            account: ACCOUNT.to_owned(),
            subject: "access/apps-reviewed".to_owned(),
            at: long_ago,
            who: "mia".to_owned(),
            body: r#"{"yes":true,"evidence":"the list"}"#.to_owned(),
        };
        store.say(&ours(), &word).await.unwrap();
        let score = DayScore {
            at: long_ago,
            points: 14,
            points_max: 180,
            passed: vec!["access/apps-reviewed".to_owned()],
            facts: BTreeMap::new(),
        };
        store.put_score(&ours(), ACCOUNT, &score).await.unwrap();
        // The look of today was done when the data were taken in; this is that of tomorrow.
        let look = sellkeep_store::prepare(ACCOUNT, "tomorrow", Timestamp::now());
        store.enqueue(&ours(), &[look]).await.unwrap();
    });
    let server = Server::start(place, &[]);
    let owner = server.owner();
    let page = server.page(&owner, &format!("/preparation?account={ACCOUNT}"));
    assert!(page.contains("No longer in order"), "{page}");
    let alerts = format!("/api/alerts?account={ACCOUNT}&limit=200");
    let reminder = |alerts: &Value| {
        let mut items = alerts["items"].as_array().unwrap().iter();
        items
            .find(|one| one["detection"]["rule"] == "preparation/sign-off")
            .cloned()
    };
    let found = server.until(&owner, &alerts, |found| reminder(found).is_some());
    let alert = reminder(&found).unwrap();
    assert_eq!(alert["detection"]["level"], "check-today");
    assert_eq!(alert["state"]["state"], "open");
    server.done_by(
        &owner,
        "/preparation/access/apps-reviewed",
        &attest("yes", "two applications, both ours"),
    );
    let id = alert["id"].as_str().unwrap();
    let answered = server.json(&owner, &format!("/api/alerts/{id}"));
    assert_eq!(answered["state"]["state"], "resolved");
    let page = server.page(&owner, &format!("/preparation?account={ACCOUNT}"));
    assert!(!page.contains("No longer in order"));
}

#[test]
fn an_own_domain_is_looked_up_by_the_keeper() {
    let place = shop();
    let zone = r#"{"shop.example":{"TXT":["v=spf1 mx -all"]},
        "_dmarc.shop.example":{"TXT":["v=DMARC1; p=none"]}}"#;
    std::fs::write(place.path().join("zone.json"), zone).unwrap();
    let server = Server::start(place, &["--dns", "zone.json"]);
    let owner = server.owner();
    let wrong = [
        ("account", ACCOUNT),
        ("domain", "no domain"),
        ("selectors", ""),
    ];
    assert_eq!(server.sent_by(&owner, "/preparation", &wrong).status, 422);
    let domain = [
        ("account", ACCOUNT),
        ("domain", "Shop.example"),
        ("selectors", ""),
    ];
    server.done_by(&owner, "/preparation", &domain);
    let answer = |found: &Value, check: &str| {
        let checks = found["score"]["checks"].as_array().unwrap();
        let one = checks.iter().find(|one| one["check"] == check).unwrap();
        one["answer"].as_str().unwrap().to_owned()
    };
    let found = server.until(&owner, &address(), |found| {
        answer(found, "domain/spf") != "unknown"
    });
    assert_eq!(answer(&found, "domain/spf"), "pass");
    assert_eq!(answer(&found, "domain/dmarc"), "fail");
}

#[test]
fn before_any_account_is_set_up_the_business_can_prepare_too() {
    let server = Server::empty();
    let owner = server.owner();
    let page = server.page(&owner, "/preparation");
    assert!(page.contains("No account is set up yet"), "{page}");
    let fields = [
        ("account", ""),
        ("act", "attest"),
        ("answer", "yes"),
        ("evidence", "every laptop"),
    ];
    server.done_by(&owner, "/preparation/devices/browser", &fields);
    let found = server.json(&owner, "/api/preparation");
    assert_eq!(points(&found), 6);
    let today = server.asked_by(&owner, get("/")).text();
    assert!(today.contains("No account is watched yet"), "{today}");
}
