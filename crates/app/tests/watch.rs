//! From record lines to alerts, as people call it: the published takeovers, order that does
//! not matter, the stored past, mistakes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at once, in its helpers too"
)]

mod program;

use std::collections::BTreeSet;

use program::{Place, Said};

/// Long enough for a shop to have slept.
const DAYS: &str = "70";

/// Simulates into the folder: `r.jsonl`, `a.json`, `z.json`.
fn simulated(place: &Place, more: &[&str]) -> String {
    let files = ["--accounts-file", "a.json", "--zone-file", "z.json"];
    let said = place.run(
        &[
            &["simulate", "--days", DAYS, "--seed", "3"],
            &files[..],
            more,
        ]
        .concat(),
    );
    assert_eq!(said.code, 0, "{}", said.err);
    place.put("r.jsonl", &said.out);
    said.out
}

fn replayed(place: &Place, file: &str) -> Said {
    let known = ["--accounts", "a.json", "--dns", "z.json"];
    place.run(&[&["replay", "--json"], &known[..], &[file]].concat())
}

/// What an alert is about, without the wording.
fn told(said: &Said) -> BTreeSet<[String; 6]> {
    let word = |value: &serde_json::Value| value.to_string();
    let fields = ["at", "account", "rule", "level", "object", "deadline"];
    said.lines()
        .iter()
        .map(|line| fields.map(|field| word(&line[field])))
        .collect()
}

#[test]
fn every_published_takeover_raises_act_now() {
    let scenarios = [
        ("payout-switch", "payout-method-added"),
        ("aged-second-method", "payout-default-changed"),
        ("dormant-revival", "dormant-revival"),
        ("loan", "new-loan"),
        ("mail-bomb", "notice-in-flood"),
        ("app-authorized", "app-authorized"),
        ("watcher-blinded", "watcher-blinded"),
        ("address-first", "sign-in-address-changed"),
    ];
    for (attack, rule) in scenarios {
        let place = Place::new();
        simulated(&place, &["--accounts", "1", "--attack", attack]);
        let said = replayed(&place, "r.jsonl");
        assert_eq!(said.code, 0, "{attack}: {}", said.err);
        let raised = said.lines();
        let found = raised.iter().find(|line| line["rule"] == rule);
        let found = found.unwrap_or_else(|| panic!("{attack}: {rule} is missing\n{}", said.out));
        assert_eq!(found["level"], "act-now", "{attack}");
        for field in ["at", "account", "title", "first_step"] {
            assert!(
                found[field].as_str().is_some_and(|text| !text.is_empty()),
                "{attack}: {field}"
            );
        }
        assert!(
            found["how_we_know"]
                .as_array()
                .is_some_and(|known| !known.is_empty())
        );
        assert_eq!(found["revision"], 1);
    }
}

#[test]
fn lines_in_another_order_and_twice_end_in_the_same_alerts() {
    let place = Place::new();
    let lines = simulated(&place, &["--accounts", "1", "--attack", "payout-switch"]);
    let straight = told(&replayed(&place, "r.jsonl"));
    assert!(straight.len() > 3);
    let mut twice: Vec<&str> = lines.lines().chain(lines.lines()).collect();
    // A fixed shuffle: every line changes place with another one.
    let count = twice.len();
    for at in 0..count {
        twice.swap(at, (at * 7919 + 13) % count);
    }
    place.put("shuffled.jsonl", twice.join("\n"));
    assert_eq!(told(&replayed(&place, "shuffled.jsonl")), straight);
}

#[test]
fn a_drill_says_what_was_caught() {
    let said = Place::new().run(&["drill", "payout-switch", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let line = &said.lines()[0];
    assert_eq!(line["caught"], true);
    assert_eq!(line["at_record"], 1);
}

#[test]
fn the_stored_past_answers_questions_and_can_be_made_anew() {
    let place = Place::new();
    let lines = simulated(&place, &["--accounts", "1", "--attack", "dormant-revival"]);
    let taken = [
        "ingest",
        "--data",
        "d",
        "--accounts",
        "a.json",
        "--dns",
        "z.json",
        "r.jsonl",
    ];
    let said = place.run(&taken);
    assert_eq!(said.code, 0, "{}", said.err);
    let count = lines.lines().count();
    assert!(
        said.out.contains(&format!("{count} records taken in")),
        "{}",
        said.out
    );

    let said = place.run(&["backtest", "dormant-revival", "--data", "d", "--json"]);
    assert_eq!(said.lines()[0]["alerts"], 1, "{}", said.out);
    let said = place.run(&["backtest", "no-such-rule", "--data", "d"]);
    assert_eq!(said.code, 2);

    let why = [
        "explain",
        "--why-not",
        "new-loan",
        "seller-00000",
        "--data",
        "d",
    ];
    let said = place.run(&why);
    assert!(
        said.out.contains("has found nothing"),
        "{}{}",
        said.out,
        said.err
    );

    let said = place.run(&["rebuild", "--data", "d"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let again = [
        "explain",
        "--why-not",
        "dormant-revival",
        "seller-00000",
        "--data",
        "d",
    ];
    assert!(place.run(&again).out.contains("has found something"));
}

#[test]
fn a_broken_line_is_named_and_the_rest_is_read() {
    let place = Place::new();
    let good = r#"{"at":"2026-11-01T10:00:00Z","account":"a","source":"stripe.webhook","body":{"id":"evt_1","object":"event","type":"account.external_account.created","created":1793527200,"data":{"object":{"id":"ba_1","object":"bank_account","last4":"9999","country":"LT"}}}}"#;
    let strange =
        r#"{"at":"2026-11-01T11:00:00Z","account":"a","source":"carrier.pigeon","body":[[[1]]]}"#;
    place.put("r.jsonl", format!("{{broken\n{good}\n\n{strange}\n"));
    let said = place.run(&["replay", "--json", "--problems", "r.jsonl"]);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("line 1 of r.jsonl is no record"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("no reader knows this source"),
        "{}",
        said.err
    );
    assert!(
        said.each("rule")
            .contains(&"payout-method-added".to_owned()),
        "{}",
        said.out
    );
    assert_eq!(place.run(&["replay", "nowhere.jsonl"]).code, 1);
}

#[test]
fn a_planned_change_is_for_information_only() {
    let place = Place::new();
    let methods = |at: &str, more: &str| {
        format!(
            r#"{{"at":"{at}","account":"a","source":"amazon.api","operation":"getPaymentMethods","request":{{"marketplaceId":"ATVPDKIKX0DER"}},"status":200,"body":{{"paymentMethods":[{{"paymentMethodId":"p1","tail":"677","countryCode":"US","paymentMethodType":"BANK_ACCOUNT","assignmentType":"DEFAULT_DEPOSIT_METHOD"}}{more}]}}}}"#
        )
    };
    let new = r#",{"paymentMethodId":"p2","tail":"123","countryCode":"US","paymentMethodType":"BANK_ACCOUNT"}"#;
    let lines = [
        methods("2026-11-01T10:00:00Z", ""),
        methods("2026-11-02T10:00:00Z", new),
    ];
    place.put("r.jsonl", lines.join("\n"));
    let account = |planned: &str| {
        format!(
            r#"{{"accounts":[{{"id":"a","marketplace":"amazon","deposit_tails":["677"],"baseline_confirmed":true,"planned_changes":[{planned}]}}]}}"#
        )
    };
    let announced = r#"{"kind":"payout.method_added","from":"2026-11-02T09:00:00Z","to":"2026-11-02T12:00:00Z","by":"mia"}"#;
    for (planned, level) in [("", "act-now"), (announced, "for-information")] {
        place.put("a.json", account(planned));
        let said = place.run(&["replay", "--json", "--accounts", "a.json", "r.jsonl"]);
        let lines = said.lines();
        let found = lines
            .iter()
            .find(|line| line["rule"] == "payout-method-added");
        assert_eq!(found.expect("raised")["level"], level, "{}", said.out);
    }
}

#[test]
fn the_sheet_is_one_page_and_says_what_is_doubtful() {
    let place = Place::new();
    let wanted = [
        "contacts",
        "amazon",
        "etsy",
        "--country",
        "DE",
        "--pdf",
        "s.pdf",
        "--html",
        "s.html",
    ];
    let said = place.run(&wanted);
    assert_eq!(said.code, 0, "{}", said.err);
    let pdf = std::fs::read(place.path().join("s.pdf")).expect("a sheet");
    assert!(pdf.starts_with(b"%PDF-"));
    let html = std::fs::read_to_string(place.path().join("s.html")).expect("a page");
    assert!(html.contains("Amazon") && !html.contains("Walmart"));
    assert_eq!(place.run(&["contacts", "nobody-knows-it"]).code, 2);
}
