//! `sellkeep audit`, `sellkeep password` and `replay --ocsf`, as a person calls them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

/// What a call wrote, and its exit code.
struct Called {
    code: i32,
    out: String,
    err: String,
}

fn call(folder: &Path, arguments: &[&str], typed: &str) -> Called {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A call that is refused may end before it reads anything.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let output = child.wait_with_output().unwrap();
    Called {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

const ANSWERS: &str = r#"{"account":"shop","marketplace":"amazon",
    "attestations":[{"check":"access/two-step","yes":true,"by":"<mia>","at":"2026-11-20T09:00:00Z"}],
    "exceptions":[{"check":"access/apps-reviewed","owner":"mia","reason":"<b>later","expires":"2026-12-24T00:00:00Z"}]}"#;

const ZONE: &str = r#"{"example.com":{"TXT":["v=spf1 mx -all"]},
    "_dmarc.example.com":{"TXT":["v=DMARC1; p=none"]}}"#;

fn audited(form: &str) -> Called {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("answers.json"), ANSWERS).unwrap();
    std::fs::write(folder.path().join("zone.json"), ZONE).unwrap();
    let fixed = [
        "audit",
        "--answers",
        "answers.json",
        "--domain",
        "example.com",
        "--dns",
        "zone.json",
        "--at",
        "2026-11-25T10:00:00Z",
    ];
    let arguments: Vec<&str> = fixed.into_iter().chain(Some(form)).collect();
    call(folder.path(), &arguments, "")
}

#[test]
fn an_audit_says_what_is_in_order_and_what_to_do_next() {
    let called = audited("--json");
    assert_eq!(called.code, 0, "{}", called.err);
    let found: Value = serde_json::from_str(&called.out).unwrap();
    let answer = |check: &str| {
        let checks = found["checks"].as_array().unwrap();
        let one = checks.iter().find(|one| one["check"] == check).unwrap();
        one["answer"].as_str().unwrap().to_owned()
    };
    assert_eq!(answer("access/two-step"), "pass");
    assert_eq!(answer("domain/spf"), "pass");
    assert_eq!(answer("domain/dmarc"), "fail");
    assert_eq!(answer("domain/dkim"), "unknown");
    assert_eq!(answer("access/apps-reviewed"), "ask-the-person");
    assert_eq!(found["score"]["points"], 26);
    assert_eq!(found["score"]["next"]["check"], "money/deposit-account");
}

#[test]
fn the_page_shows_peoples_words_as_words() {
    let page = audited("--html").out;
    assert!(page.contains("&lt;mia&gt; said yes"), "{page}");
    assert!(page.contains("&lt;b&gt;later"), "{page}");
    assert!(!page.contains("<mia>") && !page.contains("<b>"), "{page}");
}

#[test]
fn every_check_is_a_line_in_ocsf() {
    let out = audited("--ocsf").out;
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() >= 19);
    assert!(lines.iter().all(|line| line["class_uid"] == 2003));
}

#[test]
fn answers_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("answers.json"), "{\"nonsense\":1}").unwrap();
    let called = call(folder.path(), &["audit", "--answers", "answers.json"], "");
    assert_eq!(called.code, 1);
    assert!(called.err.contains("answers.json"), "{}", called.err);
}

/// SHA-1 of `password`, as any list of leaked passwords has it.
const LEAKED: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";

#[test]
fn a_weak_password_is_told_apart_from_a_made_one_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let weak = call(folder.path(), &["password"], "correcthorse1\n");
    assert_eq!(weak.code, 10);
    assert!(!format!("{}{}", weak.out, weak.err).contains("correcthorse1"));
    let made = call(folder.path(), &["password", "--generate"], "").out;
    assert_eq!(made.trim().len(), 20);
    assert_eq!(call(folder.path(), &["password"], &made).code, 0);
    assert_eq!(call(folder.path(), &["password"], "\n").code, 2);
    let short = call(
        folder.path(),
        &["password", "--generate", "--length", "8"],
        "",
    );
    assert_eq!(short.code, 2);
}

#[test]
fn a_leaked_password_is_found_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let list = format!("{}:1\n{LEAKED}:99\n", "0".repeat(40));
    std::fs::write(folder.path().join("list.txt"), list).unwrap();
    let look = |typed| {
        call(
            folder.path(),
            &["password", "--breached", "list.txt"],
            typed,
        )
    };
    assert!(look("password\n").out.contains("leaked 99 times"));
    let other = look("jx7-VQ_rmd+3Tfk.ZqHe\n");
    assert_eq!(other.code, 0, "{}", other.out);
    let missing = call(
        folder.path(),
        &["password", "--breached", "no.txt"],
        "password\n",
    );
    assert_eq!(missing.code, 1);
    assert!(missing.err.contains("no.txt"));
}

/// A range service of our own on a free port; gives the first line it was asked with.
fn range_service(answer: &'static str) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/range", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        while !lines.next().unwrap().unwrap().is_empty() {}
        stream.write_all(answer.as_bytes()).unwrap();
        first
    });
    (url, served)
}

#[test]
fn only_five_digits_of_the_hash_leave_the_machine() {
    let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:42\r\n";
    let (url, served) = range_service(answer);
    let folder = tempfile::tempdir().unwrap();
    let called = call(
        folder.path(),
        &["password", "--range-url", &url],
        "password\n",
    );
    assert_eq!(served.join().unwrap(), "GET /range/5BAA6 HTTP/1.1");
    assert!(called.out.contains("leaked 42 times"), "{}", called.out);
    assert_eq!(called.code, 10);
}

#[test]
fn a_service_that_does_not_answer_is_trouble_and_not_all_clear() {
    let (url, served) = range_service("HTTP/1.1 503 Busy\r\nconnection: close\r\n\r\n");
    let folder = tempfile::tempdir().unwrap();
    let called = call(
        folder.path(),
        &["password", "--range-url", &url],
        "password\n",
    );
    served.join().unwrap();
    assert_eq!(called.code, 1);
    assert!(called.err.contains("503"), "{}", called.err);
    let open = ["password", "--range-url", "http://example.com/range"];
    assert_eq!(call(folder.path(), &open, "password\n").code, 2);
}

#[test]
fn a_replay_in_ocsf_prints_detection_findings_only() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = r#"{"accounts":[{"id":"shop","tenant":"firm","marketplace":"amazon",
        "sources":[{"source":"mailbox","expected_every":"PT24H","grace":"PT6H"}]}]}"#;
    let records = "{\"at\":\"2026-11-01T00:00:00Z\",\"clock\":true}\n{\"at\":\"2026-11-09T00:00:00Z\",\"clock\":true}\n";
    std::fs::write(folder.path().join("accounts.json"), accounts).unwrap();
    std::fs::write(folder.path().join("records.jsonl"), records).unwrap();
    let arguments = [
        "replay",
        "--ocsf",
        "--accounts",
        "accounts.json",
        "records.jsonl",
    ];
    let called = call(folder.path(), &arguments, "");
    assert_eq!(called.code, 0, "{}", called.err);
    let lines: Vec<Value> = called
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(!lines.is_empty(), "silence is told");
    for line in lines {
        assert_eq!(line["class_uid"], 2004);
        assert_eq!(line["metadata"]["tenant_uid"], "firm");
        assert_eq!(line["unmapped"]["account"], "shop");
    }
}
