//! The executable as people call it: exit codes, the JSON contract, every kind of input.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const FAKE: &str = "From: Amazon <a@shop.example.org>\nTo: b@example.org\nSubject: Your account has been suspended\n\nVerify now: https://amazon-verify.com/\n";
const PLAIN: &str =
    "From: Jane <jane@example.org>\nTo: b@example.org\nSubject: Lunch\n\nAt noon?\n";

fn sellkeep(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sellkeep"))
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn put(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn check(path: &str) -> Output {
    sellkeep(&["check", "--dns", "none", "--json", path])
}

#[test]
fn a_fake_is_exit_code_ten_and_one_json_line() {
    let folder = TempDir::new().unwrap();
    let output = check(&put(&folder, "fake.eml", FAKE));
    assert_eq!(output.status.code(), Some(10));
    let lines = lines(&output);
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    for key in [
        "file",
        "verdict",
        "claims",
        "proof",
        "caution",
        "findings",
        "advice",
        "dns",
        "knowledge",
    ] {
        assert!(line.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(line["verdict"], "fake");
    assert_eq!(line["claims"][0], "amazon");
    assert!(line["proof"].is_null());
    for finding in line["findings"].as_array().unwrap() {
        for key in ["id", "level", "says", "quote", "why", "source"] {
            assert!(finding[key].is_string(), "{key} of {finding}");
        }
    }
    assert!(!line["advice"].as_array().unwrap().is_empty());
}

#[test]
fn no_fake_is_exit_code_zero_and_trouble_is_one() {
    let folder = TempDir::new().unwrap();
    assert_eq!(
        check(&put(&folder, "plain.eml", PLAIN)).status.code(),
        Some(0)
    );
    let missing = check("no-such-file.eml");
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        stderr(&missing).contains("no-such-file.eml"),
        "{}",
        stderr(&missing)
    );
    assert_eq!(sellkeep(&["check"]).status.code(), Some(2));
    assert_eq!(
        sellkeep(&["check", "--at", "soon", "x"]).status.code(),
        Some(2)
    );
    assert_eq!(
        sellkeep(&["check", "--nonsense", "x"]).status.code(),
        Some(2)
    );
}

#[test]
fn one_broken_file_does_not_stop_the_others() {
    let folder = TempDir::new().unwrap();
    put(&folder, "a.msg", "\u{0}");
    fs::write(
        folder.path().join("a.msg"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut",
    )
    .unwrap();
    put(&folder, "b.eml", PLAIN);
    let output = check(&folder.path().display().to_string());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output).len(), 1);
    assert!(stderr(&output).contains("Outlook .msg"));
}

#[test]
fn folders_keep_their_order_on_all_cores() {
    let folder = TempDir::new().unwrap();
    for number in 0..500 {
        put(
            &folder,
            &format!("{number:04}.eml"),
            if number % 3 == 0 { FAKE } else { PLAIN },
        );
    }
    let output = check(&folder.path().display().to_string());
    let names: Vec<String> = lines(&output)
        .iter()
        .map(|line| line["file"].as_str().unwrap().to_owned())
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names.len(), 500);
    assert_eq!(names, sorted);
}

#[test]
fn mailboxes_and_standard_input() {
    let folder = TempDir::new().unwrap();
    let mbox = format!(
        "From a@b.c Mon Mar  2 10:00:00 2026\n{FAKE}\nFrom a@b.c Mon Mar  2 10:00:01 2026\n{PLAIN}"
    );
    let output = check(&put(&folder, "box.mbox", &mbox));
    let verdicts: Vec<String> = lines(&output)
        .iter()
        .map(|line| line["verdict"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(verdicts, ["fake", "unrelated"]);
    assert!(
        lines(&output)[1]["file"]
            .as_str()
            .unwrap()
            .ends_with("box.mbox#2")
    );

    put(&folder, "maildir/new/1", FAKE);
    put(&folder, "maildir/cur/2:2,S", PLAIN);
    put(&folder, "maildir/tmp/3", FAKE);
    let output = check(&folder.path().join("maildir").display().to_string());
    assert_eq!(lines(&output).len(), 2);

    let mut child = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
        .args(["check", "--dns", "none", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(FAKE.as_bytes())
        .unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(10));
}

#[test]
fn a_mail_forwarded_as_attachment_is_judged_and_says_so() {
    let folder = TempDir::new().unwrap();
    let carrier = format!(
        "From: Jane <jane@example.org>\nTo: b@example.org\nSubject: look\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nIs it real?\n--b\nContent-Type: message/rfc822\n\n{FAKE}\n--b--\n"
    );
    let output = check(&put(&folder, "carrier.eml", &carrier));
    let lines = lines(&output);
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["verdict"], "fake");
    assert_eq!(lines[1]["verdict"], "fake");
    assert!(stdout(&output).contains("forwarded-as-attachment"));
}

#[test]
fn a_bundle_gives_the_same_verdict_again() {
    let folder = TempDir::new().unwrap();
    let mail = put(&folder, "fake.eml", FAKE);
    let bundle = folder.path().join("kept.bundle").display().to_string();
    sellkeep(&["check", "--dns", "none", "--save", &bundle, &mail]);
    let again = sellkeep(&["verify", &bundle]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert!(stdout(&again).contains("same verdict, same knowledge"));
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/knowledge")
        .display()
        .to_string();
    let changed = sellkeep(&["verify", "--knowledge", &overlay, &bundle]);
    assert!(stdout(&changed).contains("the knowledge has changed since"));
    let second = sellkeep(&["check", "--dns", "none", "--save", &bundle, &mail]);
    assert_eq!(
        second.status.code(),
        Some(1),
        "an existing bundle must not be overwritten"
    );
}

#[test]
fn a_report_is_a_draft_in_the_manner_its_recipient_wants() {
    let folder = TempDir::new().unwrap();
    let mail = put(&folder, "fake.eml", FAKE);
    let out = folder.path().join("drafts");
    let output = sellkeep(&[
        "report",
        "--dns",
        "none",
        "--out",
        &out.display().to_string(),
        &mail,
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let draft = fs::read_to_string(out.join("report-amazon-stop-spoofing-email.eml")).unwrap();
    assert!(draft.contains("stop-spoofing@amazon.com"));
    assert!(draft.contains("message/rfc822"));
    assert!(draft.contains("X-Unsent: 1"));
    let refused = sellkeep(&["report", "--dns", "none", &put(&folder, "plain.eml", PLAIN)]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn links_and_texts_say_their_confidence() {
    let link = sellkeep(&[
        "check-link",
        "--json",
        "https://amazon.com.verify.example.net/x",
    ]);
    assert_eq!(link.status.code(), Some(10));
    assert!(
        lines(&link)[0]["confidence"]
            .as_str()
            .unwrap()
            .starts_with("low")
    );
    let official = sellkeep(&["check-link", "--json", "https://sellercentral.amazon.com/"]);
    assert_eq!(lines(&official)[0]["verdict"], "genuine");
    let redirect = sellkeep(&[
        "check-link",
        "--json",
        "https://sellercentral.amazon.com/?u=https%3A%2F%2Fevil.example.net",
    ]);
    assert_ne!(lines(&redirect)[0]["verdict"], "genuine");
}

#[test]
fn every_finding_can_be_explained_and_every_brand_shown() {
    let folder = TempDir::new().unwrap();
    let output = check(&put(&folder, "fake.eml", FAKE));
    for finding in lines(&output)[0]["findings"].as_array().unwrap() {
        let explained = sellkeep(&["explain", finding["id"].as_str().unwrap()]);
        assert_eq!(explained.status.code(), Some(0));
    }
    assert_eq!(sellkeep(&["explain", "nothing"]).status.code(), Some(2));
    assert!(stdout(&sellkeep(&["brands"])).lines().count() > 36);
    assert!(stdout(&sellkeep(&["brands", "amazon"])).contains("reportascam@amazon.com"));
}

#[test]
fn a_terminal_is_safe_from_what_a_mail_says() {
    let folder = TempDir::new().unwrap();
    let mail = "From: Amazon \u{1b}[2J <a@shop.example.org>\nTo: b@example.org\nSubject: x\n\ny\n";
    let output = sellkeep(&["check", "--dns", "none", &put(&folder, "esc.eml", mail)]);
    assert!(!stdout(&output).contains('\u{1b}'));
}
