//! Mails built to exhaust or break their reader: every examination ends, soon,
//! with a verdict.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::fmt::Write as _;

use sellkeep_knowledge::Knowledge;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{Envelope, RecordedZone, Timestamp, Verdict};

fn examine(examiner: &Examiner, mail: &[u8]) -> Verdict {
    let envelope = Envelope::default();
    let record = Record {
        mail,
        envelope: &envelope,
        trust: &[],
        at: None,
        now: Timestamp::UNIX_EPOCH,
        recipient: None,
    };
    examiner.examine(&record, &RecordedZone::default()).verdict
}

fn examiner() -> Examiner {
    Examiner::new(Knowledge::builtin().unwrap())
}

const HEAD: &str =
    "From: Amazon <a@shop.example.org>\r\nTo: b@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n";

#[test]
fn bombs_end_and_never_become_genuine() {
    let examiner = examiner();
    let mut nested_parts = String::new();
    for depth in 0..10_000 {
        let _ = write!(
            nested_parts,
            "Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n"
        );
    }
    let nested_mails = "Content-Type: message/rfc822\r\n\r\n".repeat(10_000);
    let html = |body: String| format!("{HEAD}Content-Type: text/html\r\n\r\n{body}");
    let bombs = [
        format!("{HEAD}{nested_parts}"),
        format!("{HEAD}{nested_mails}"),
        html("<div>".repeat(400_000)),
        html("<".repeat(1_000_000)),
        html(format!("<a {}>", "x=y ".repeat(100_000))),
        html("&".repeat(1_000_000)),
        html("<!--".repeat(300_000)),
        html("<script>".repeat(100_000)),
        html("<a href=https://a.example/?u=https%3A%2F%2F>".repeat(20_000)),
        format!("{HEAD}\r\n{}", "call +1 (808) 555-0123 ".repeat(50_000)),
        format!("{HEAD}\r\n{}", "(((((((((1234567890".repeat(50_000)),
        format!("From: {}\r\n\r\n", "(".repeat(1_000_000)),
        format!("From: {}\r\n\r\n", "a@b.c,".repeat(200_000)),
        format!("{}\r\n", "A: b\r\n".repeat(200_000)),
        format!("{HEAD}\r\n{}", "\u{202e}\u{73f}".repeat(200_000)),
        "Received: x;\r\n".repeat(100_000),
    ];
    for (number, bomb) in bombs.iter().enumerate() {
        assert_ne!(
            examine(&examiner, bomb.as_bytes()),
            Verdict::Genuine,
            "bomb {number}"
        );
    }
}

#[test]
fn a_mail_of_fifty_mebibytes_ends() {
    let mail = format!(
        "{HEAD}Content-Type: text/plain\r\n\r\n{}",
        "All work and no play makes Jack a dull boy.\r\n".repeat(50 * 1024 * 1024 / 45)
    );
    assert_ne!(examine(&examiner(), mail.as_bytes()), Verdict::Genuine);
}

#[test]
fn a_mail_cut_anywhere_is_still_judged() {
    let examiner = examiner();
    let mail = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=\"b\"\r\nDKIM-Signature: v=1; a=rsa-sha256; d=amazon.com; s=x; h=from:to; bh=AAAA; b=BBBB\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D\"https://amaz=\r\non-verify.com/=C3=A9\">=E2=80=8B&eacute;&#x41;</a><form><input type=3Dpassword>\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{HEAD}\r\nhi\r\n--b--\r\n"
    );
    for end in 0..mail.len() {
        examine(&examiner, &mail.as_bytes()[..end]);
    }
    for byte in [0_u8, 0x80, 0xff, b'\n', b'<', b'='] {
        for at in (0..mail.len()).step_by(3) {
            let mut changed = mail.clone().into_bytes();
            changed[at] = byte;
            examine(&examiner, &changed);
        }
    }
}
