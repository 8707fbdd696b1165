//! Every line we export fits OCSF's own schemas, and a broken one does not.
//!
//! `tests/setup-ocsf` installs what generates the schemas; without it the comparison says
//! so and does nothing.

#![allow(
    clippy::expect_used,
    reason = "a test may stop at once, in its helpers too"
)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sellkeep_knowledge::Knowledge;
use sellkeep_model::{
    Alert, AlertLevel, AlertState, Answered, Cause, CheckResult, Detection, Event, EventKind,
    Exception, Field, Fields, FixStep, Object, ProofLevel, TimeQuality, Timestamp,
};
use sellkeep_respond::incident::{Act, EVICTION, Entry, Evicted, Incident};
use sellkeep_respond::ocsf::{self, About};
use serde_json::{Value, json};

fn at(minute: u32) -> Timestamp {
    format!("2026-11-24T10:{minute:02}:00Z")
        .parse()
        .expect("a time")
}

fn about(knowledge: &Knowledge) -> About<'_> {
    About {
        tenant: "default",
        version: "0.1.0",
        techniques: &knowledge.techniques,
    }
}

fn alert(state: AlertState, revision: u32, with_cause: bool) -> Alert {
    let cause = Cause {
        happened: at(1),
        event: "e1".to_owned(),
        kind: "payout.method_added".to_owned(),
        proof: ProofLevel::Proven,
        says: "A deposit method was added.".to_owned(),
    };
    let detection = Detection {
        id: "a1".to_owned(),
        rule: "money/new-method".to_owned(),
        rule_version: "abc".to_owned(),
        account: "shop".to_owned(),
        level: AlertLevel::ActNow,
        title: "A deposit method was added".to_owned(),
        happened: at(1),
        at: at(2),
        object: Some(Object::new("deposit-method", "d1")),
        how_we_know: vec!["Amazon's API says so.".to_owned()],
        first_step: "Open Seller Central from your own bookmark.".to_owned(),
        deadline: Some(at(30)),
        causes: if with_cause { vec![cause] } else { Vec::new() },
        proof: ProofLevel::Proven,
        family: "money".to_owned(),
        weight: 0.9,
        playbook: Some("bank-account-changed".to_owned()),
        tags: [
            "f3.f1005.006",
            "attack.t1110.004",
            "attack.t1657",
            "own.tag",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    Alert {
        id: "a1".to_owned(),
        detection,
        count: 2,
        revision,
        raised: at(2),
        changed: at(3),
        state,
    }
}

fn states() -> Vec<(AlertState, u32, [u64; 2])> {
    let by = || "mia".to_owned();
    let at = at(4);
    let reason = || "known".to_owned();
    vec![
        (AlertState::Open, 1, [1, 1]),
        (AlertState::Open, 2, [2, 1]),
        (AlertState::Acknowledged { by: by(), at }, 2, [2, 2]),
        (
            AlertState::Snoozed {
                by: by(),
                until: at,
                reason: reason(),
            },
            2,
            [2, 3],
        ),
        (AlertState::NotMe { by: by(), at }, 2, [2, 2]),
        (AlertState::ItWasMe { by: by(), at }, 2, [3, 4]),
        (
            AlertState::Resolved {
                reason: reason(),
                at,
            },
            2,
            [3, 4],
        ),
    ]
}

fn event(kind: EventKind, object: Option<Object>, after: Fields) -> Event {
    Event {
        id: format!("e-{}", kind.as_str()),
        kind,
        account: "shop".to_owned(),
        marketplace: "amazon".to_owned(),
        store: None,
        happened: at(1),
        learned: at(2),
        time_quality: TimeQuality::Source,
        source: "amazon.api".to_owned(),
        operation: Some("getPaymentMethods".to_owned()),
        proof: ProofLevel::Proven,
        object,
        before: Fields::new(),
        after,
        record: None,
    }
}

/// Every word of the vocabulary with and without details.
fn events() -> Vec<Event> {
    let full = || {
        Fields::new()
            .with(Field::Domain, "example.com")
            .with(Field::User, "m…")
            .with(Field::Role, "reports prices")
            .with(Field::Amount, 12.5)
            .with(Field::Default, true)
    };
    let both = |kind: &EventKind| {
        let object = Object::new("thing", "t1");
        [
            event(*kind, None, Fields::new()),
            event(*kind, Some(object), full()),
        ]
    };
    EventKind::ALL.iter().flat_map(both).collect()
}

fn incidents() -> Vec<Incident> {
    let new = Incident::open("i1", "shop", "Somebody is in", "mia", at(5));
    let mut worked = new.clone();
    let alerts = ["a1", "gone"].map(|alert| Act::AlertJoined {
        alert: alert.to_owned(),
    });
    let answers = EVICTION.iter().map(|(question, _)| Act::Answered {
        question: (*question).to_owned(),
        answer: Evicted::Yes,
        proof: "seen".to_owned(),
    });
    for what in alerts.into_iter().chain(answers) {
        enter(&mut worked, what);
    }
    let mut closed = worked.clone();
    enter(
        &mut closed,
        Act::Closed {
            outcome: "out".to_owned(),
        },
    );
    vec![new, worked, closed]
}

fn enter(incident: &mut Incident, what: Act) {
    let entry = Entry {
        at: at(6),
        by: "mia".to_owned(),
        what,
    };
    incident.enter(entry).expect("accepted");
}

fn check(answer: Answered, exception: bool) -> CheckResult {
    let exception = exception.then(|| Exception {
        owner: "mia".to_owned(),
        reason: "the carrier moves next week".to_owned(),
        expires: at(59),
    });
    CheckResult {
        check: "access/two-step".to_owned(),
        question: "Does everybody sign in with a second step?".to_owned(),
        answer,
        says: "Nobody has said.".to_owned(),
        points: 10,
        minutes: 15,
        why: "A password alone is stolen easily.".to_owned(),
        steps: vec![FixStep {
            action: "Switch it on.".to_owned(),
            page: Some("https://example.com/help".to_owned()),
        }],
        source: "https://example.com/help".to_owned(),
        seen: "2026-11-22".to_owned(),
        confidence: "high".to_owned(),
        expires: Some(at(58)),
        exception,
    }
}

fn lines(about: &About<'_>) -> Vec<Value> {
    let mut lines: Vec<Value> = states()
        .into_iter()
        .map(|(state, revision, _)| ocsf::alert(about, &alert(state, revision, true)))
        .collect();
    lines.push(ocsf::alert(about, &alert(AlertState::Open, 1, false)));
    let known = [alert(AlertState::Open, 1, true)];
    let incidents = incidents();
    lines.extend(
        incidents
            .iter()
            .map(|one| ocsf::incident(about, one, &known)),
    );
    let answers = [
        Answered::Pass,
        Answered::Fail,
        Answered::Unknown,
        Answered::AskThePerson,
    ];
    for answer in answers {
        for exception in [false, true] {
            let result = check(answer, exception);
            lines.push(ocsf::check(about, "shop", &result, at(9)));
        }
    }
    lines.extend(
        events()
            .iter()
            .filter_map(|event| ocsf::event(about, event)),
    );
    lines
}

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/ocsf/bin/python");
    python.is_file().then_some(python)
}

/// The faults of each line, by the schemas.
fn faults(python: &Path, lines: &[Value]) -> Vec<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ocsf/validate.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut input = child.stdin.take().expect("an input");
    let mut output = BufReader::new(child.stdout.take().expect("an output")).lines();
    let mut faults = Vec::new();
    for line in lines {
        writeln!(input, "{line}").expect("python reads");
        let answer = output.next().expect("an answer").expect("an answer");
        faults.push(serde_json::from_str(&answer).expect("a list"));
    }
    drop(input);
    assert!(child.wait().expect("python ends").success());
    faults
}

/// One line of each class, broken in one place.
fn broken(lines: &[Value]) -> Vec<Value> {
    let of = |class: u64| {
        let mut found = lines.iter().filter(|line| line["class_uid"] == class);
        found.next().expect("a line of each class").clone()
    };
    let breaks: [(u64, &str, Value); 10] = [
        (2004, "severity_id", json!("grave")),
        (2004, "type_uid", json!(200_405)),
        (2004, "shoe_size", json!(43)),
        (2005, "finding_info_list", json!([{ "title": "no uid" }])),
        (2003, "compliance", json!({ "standards": "one" })),
        (3001, "user", json!({ "type_id": 1 })),
        (3002, "time", json!("yesterday")),
        (3004, "entity", json!({ "type_id": 99 })),
        (3005, "privileges", json!("all")),
        (4009, "email", json!({ "from": "nobody", "to": [] })),
    ];
    let broken = breaks.map(|(class, field, value)| {
        let mut line = of(class);
        line[field] = value;
        line
    });
    broken.into()
}

#[test]
fn every_line_fits_the_schema_and_a_broken_one_does_not() {
    let Some(python) = python() else {
        println!("skipped: no OCSF schemas (tests/setup-ocsf installs them)");
        return;
    };
    let knowledge = Knowledge::builtin().expect("knowledge");
    let lines = lines(&about(&knowledge));
    for (line, faults) in lines.iter().zip(faults(&python, &lines)) {
        assert!(faults.is_empty(), "{line:#}\n{faults:#?}");
    }
    println!("{} lines fit", lines.len());
    let broken = broken(&lines);
    for (line, faults) in broken.iter().zip(faults(&python, &broken)) {
        assert!(!faults.is_empty(), "nobody noticed: {line:#}");
    }
}

#[test]
fn an_alert_is_created_updated_and_closed() {
    let knowledge = Knowledge::builtin().expect("knowledge");
    for (state, revision, [activity, status]) in states() {
        let line = ocsf::alert(&about(&knowledge), &alert(state.clone(), revision, true));
        assert_eq!(line["activity_id"], activity, "{state:?}");
        assert_eq!(line["status_id"], status, "{state:?}");
        assert_eq!(line["type_uid"], 200_400 + activity);
        assert_eq!(line["metadata"]["version"], "1.9.0");
        assert_eq!(line["unmapped"]["account"], "shop");
    }
}

#[test]
fn techniques_carry_the_names_of_their_frameworks() {
    let knowledge = Knowledge::builtin().expect("knowledge");
    let line = ocsf::alert(&about(&knowledge), &alert(AlertState::Open, 1, true));
    let attacks = &line["finding_info"]["attacks"];
    assert_eq!(attacks.as_array().map(Vec::len), Some(3));
    assert_eq!(attacks[0]["version"], "F3 1.1");
    assert_eq!(attacks[0]["technique"]["name"], "Account Manipulation");
    assert_eq!(attacks[2]["technique"]["uid"], "T1657");
    assert_eq!(line["unmapped"]["tags"][3], "own.tag");
}

#[test]
fn events_go_where_they_belong_and_what_is_only_claimed_has_no_status() {
    let knowledge = Knowledge::builtin().expect("knowledge");
    let about = about(&knowledge);
    let class = |kind| {
        let domain = Fields::new().with(Field::Domain, "example.com");
        ocsf::event(&about, &event(kind, None, domain)).map(|line| line["class_uid"].clone())
    };
    assert_eq!(class(EventKind::TwoStepDisabled), Some(json!(3001)));
    assert_eq!(class(EventKind::SigninNewDevice), Some(json!(3002)));
    assert_eq!(class(EventKind::PayoutMethodAdded), Some(json!(3004)));
    assert_eq!(class(EventKind::UserAdded), Some(json!(3005)));
    assert_eq!(class(EventKind::MailForged), Some(json!(4009)));
    assert_eq!(class(EventKind::BalanceSeen), None);
    let mut claimed = event(EventKind::PasswordChanged, None, Fields::new());
    claimed.proof = ProofLevel::Claimed;
    let line = ocsf::event(&about, &claimed).expect("a line");
    assert_eq!(line["status_id"], 0);
    assert_eq!(line["unmapped"]["proof"], "claimed");
}

#[test]
fn a_mail_without_a_known_sender_is_not_given_one() {
    let knowledge = Knowledge::builtin().expect("knowledge");
    let mail = event(EventKind::MailForged, None, Fields::new());
    assert_eq!(ocsf::event(&about(&knowledge), &mail), None);
}
