//! Mails wherever people keep them: mbox, Maildir, standard input, .msg, mails in mails.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

mod program;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use program::{FAKE, PLAIN, Place};

const SEPARATOR: &str = "From ann@friend.example Mon Mar  2 10:00:00 2026\n";

fn mbox(mails: &[&str]) -> String {
    let mut all = String::new();
    for mail in mails {
        let _ = writeln!(all, "{SEPARATOR}{}", mail.replace("\r\n", "\n"));
    }
    all
}

#[test]
fn an_mbox_is_judged_mail_by_mail() {
    let place = Place::new();
    let mbox = mbox(&[PLAIN, FAKE, PLAIN]);
    place.put("box.mbox", &mbox);
    let said = place.check(&["box.mbox"]);
    assert_eq!(
        said.each("file"),
        ["box.mbox#1", "box.mbox#2", "box.mbox#3"]
    );
    assert_eq!(said.each("verdict"), ["unrelated", "fake", "unrelated"]);
    assert_eq!(said.code, 10);
    let piped = place.run_with(&["check", "--json", "--dns", "none", "-"], mbox.as_bytes());
    assert_eq!(piped.each("file"), ["-#1", "-#2", "-#3"]);
    assert_eq!(piped.each("verdict"), said.each("verdict"));
}

#[test]
fn standard_input_is_a_mail() {
    let place = Place::new();
    let said = place.run_with(&["check", "--json", "--dns", "none", "-"], FAKE.as_bytes());
    assert_eq!((said.code, said.each("file")), (10, vec!["-".into()]));
}

#[test]
fn a_maildir_is_read_without_what_is_not_delivered_yet() {
    let place = Place::new();
    place.put("Maildir/cur/1:2,S", PLAIN);
    place.put("Maildir/new/2", FAKE);
    place.put("Maildir/tmp/3", FAKE);
    place.put("Maildir/.hidden", FAKE);
    let said = place.check(&["Maildir"]);
    assert_eq!(said.each("file"), ["Maildir/cur/1:2,S", "Maildir/new/2"]);
}

#[test]
fn a_folder_is_read_in_order_without_what_is_no_mail() {
    let place = Place::new();
    for name in ["b/2.eml", "b/1.eml", "a.eml", "c.eml"] {
        place.put(name, PLAIN);
    }
    place.put("zone.json", "{}");
    place.put("notes.md", "text");
    let said = place.check(&["."]);
    assert_eq!(
        said.each("file"),
        ["./a.eml", "./b/1.eml", "./b/2.eml", "./c.eml"]
    );
}

#[test]
fn the_order_of_500_mails_is_the_same_on_all_cores() {
    let place = Place::new();
    for number in 0..500 {
        let mail = if number % 7 == 0 { FAKE } else { PLAIN };
        // Sizes differ, so that workers finish out of order.
        let body = "word ".repeat(number % 13 * 200);
        place.put(&format!("{number:03}.eml"), format!("{mail}{body}\r\n"));
    }
    let said = place.check(&["."]);
    let expected: Vec<String> = (0..500).map(|n| format!("./{n:03}.eml")).collect();
    assert_eq!(said.each("file"), expected);
    assert_eq!(said.out, place.check(&["."]).out);
}

#[test]
fn an_empty_folder_says_what_was_expected() {
    let said = Place::new().check(&["."]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("no mail was found"), "{}", said.err);
}

#[test]
fn a_mail_forwarded_as_attachment_is_judged_itself() {
    let place = Place::new();
    let outer = format!(
        "From: Ann <ann@friend.example>\r\nSubject: Is this real?\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease look.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{FAKE}\r\n--b--\r\n"
    );
    place.put("outer.eml", outer);
    let said = place.check(&["outer.eml"]);
    assert_eq!(said.code, 10);
    assert_eq!(said.each("file"), ["outer.eml", "outer.eml/attachment-1"]);
    assert_eq!(said.each("verdict")[1], "fake");
    let findings = said.lines()[1]["findings"].to_string();
    assert!(findings.contains("forwarded-as-attachment"), "{findings}");
}

fn outlook(header: &str, text: &str) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (tag, value) in [("007D", header), ("1000", text)] {
        let bytes: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        file.create_stream(format!("/__substg1.0_{tag}001F"))
            .unwrap()
            .write_all(&bytes)
            .unwrap();
    }
    file.into_inner().into_inner()
}

#[test]
fn an_outlook_file_is_judged_and_says_what_it_lacks() {
    let place = Place::new();
    let (header, body) = FAKE.split_once("\r\n\r\n").unwrap();
    place.put("fake.msg", outlook(&format!("{header}\r\n"), body));
    let said = place.check(&["fake.msg"]);
    assert_eq!(said.each("verdict"), ["fake"], "{}", said.out);
    let findings = said.lines()[0]["findings"].to_string();
    assert!(findings.contains("outlook-msg"), "{findings}");
}

#[test]
fn broken_files_end_with_a_verdict() {
    let place = Place::new();
    place.put("empty.eml", "");
    place.put("nul.eml", [0_u8; 4096]);
    place.put("header-only.eml", "From: Amazon <a@b.example>");
    place.put("high.eml", [0xff_u8; 9000]);
    let said = place.check(&["."]);
    assert_eq!(said.lines().len(), 4, "{}", said.err);
    assert!(!said.each("verdict").contains(&"genuine".to_owned()));
}

#[test]
fn a_mail_beyond_the_limit_is_refused_with_its_reason() {
    let place = Place::new();
    let path = place.put("huge.eml", PLAIN);
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_len(51 * 1024 * 1024).unwrap();
    let said = place.check(&["huge.eml"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("50 MiB"), "{}", said.err);
}

#[test]
fn a_flood_is_told_but_mails_without_a_time_are_none() {
    let place = Place::new();
    let timeless = PLAIN.split_once("\r\n").unwrap().1;
    let timeless = timeless.replace("Date: Mon, 02 Mar 2026 10:00:00 +0000\r\n", "");
    for number in 0..120 {
        place.put(&format!("flood/{number}.eml"), PLAIN);
        place.put(&format!("timeless/{number}.eml"), &timeless);
    }
    assert!(place.check(&["flood"]).err.contains("mail-flood"));
    assert_eq!(place.check(&["timeless"]).err, "");
}
