//! The check@ desk as people use it: through a real Postfix, and past it by those who should not.

#![allow(clippy::expect_used, reason = "a test that cannot go on ends")]

#[path = "../../connect/tests/mailbox/dovecot.rs"]
mod dovecot;
mod program;
mod served;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use dovecot::{Dovecot, PASSWORD, USER};
use program::{FAKE, Place};
use sellkeep_simulate::{Seller, bank_notice};
use served::{PATIENCE, Served};

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// A Postfix with its own folders and port; it ends with the test.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
}

impl Postfix {
    /// `None` where there is no Postfix, or where we are not root, which it needs.
    fn start(protocol: &str, desk: u16) -> Option<Postfix> {
        let folder = tempfile::tempdir_in("/tmp").expect("a folder");
        let port = free_port();
        let output = Command::new("sh")
            .args(["-c", include_str!("peers/postfix-desk.sh"), "sh", "start"])
            .arg(folder.path())
            .args([&port.to_string(), protocol, &desk.to_string()])
            .output()
            .expect("a shell");
        if output.status.code() == Some(77) {
            println!("skipped: no Postfix, or not root (tests/setup-postfix installs it)");
            return None;
        }
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words}");
        Some(Postfix { folder, port })
    }

    fn mails(&self) -> Vec<PathBuf> {
        let new = self.folder.path().join("mail/new");
        let entries = std::fs::read_dir(new).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }

    /// The answers, once there are so many.
    fn answers(&self, count: usize) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let mails = self.mails();
            if mails.len() >= count {
                let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a mail");
                return mails.iter().map(read).collect();
            }
            let log =
                || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < end, "no answer:\n{}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let script = include_str!("peers/postfix-desk.sh");
        let mut stop = Command::new("sh");
        let _ = stop
            .args(["-c", script, "sh", "stop"])
            .arg(self.folder.path())
            .output();
    }
}

/// A server with a desk; `door` says where, `more` who is believed.
fn desk(door: &str, answers: u16, more: &str, zone: &str) -> Served {
    let place = Place::new();
    place.put("zone.json", zone);
    place.put("desk.toml", format!(
        "{door}\nname = 'desk.shop.example'\naddresses = ['check@shop.example']\nallow = ['shop.example']\n{more}\n\
         [answer]\nhost = '127.0.0.1'\nport = {answers}\nsecurity = 'plain'\nfrom = 'Check <check@shop.example>'\n"));
    Served::start_in(place, &["--desk", "desk.toml", "--dns", "zone.json"])
}

/// One SMTP dialogue; the last answer.
fn submit(port: u16, from: &str, mail: &str) -> String {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    let mut reader = BufReader::new(stream);
    let mut said = heard(&mut reader);
    let text = mail.replace("\r\n.", "\r\n..");
    for command in [
        "EHLO client.shop.example",
        &format!("MAIL FROM:<{from}>"),
        "RCPT TO:<check@shop.example>",
        "DATA",
        &format!("{text}\r\n."),
    ] {
        assert!(said.starts_with(['2', '3']), "{said}");
        reader
            .get_mut()
            .write_all(format!("{command}\r\n").as_bytes())
            .expect("sent");
        said = heard(&mut reader);
    }
    said
}

fn heard(reader: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("an answer");
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

/// A mail of Ann's that holds another one as an attachment.
fn attached(inner: &str) -> String {
    format!(
        "From: Ann <ann@shop.example>\r\nTo: check@shop.example\r\nSubject: Fwd: is this real?\r\nMessage-ID: <ask-1@shop.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease look.\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename=suspicious.eml\r\n\r\n{inner}\r\n--b--\r\n"
    )
}

/// A mail of Ann's that holds another one in its text.
const INLINE: &str = "From: Ann <ann@shop.example>\r\nTo: check@shop.example\r\nSubject: Fwd: Your Amazon account\r\nMessage-ID: <ask-2@shop.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n---------- Forwarded message ---------\r\nFrom: Amazon Seller Central <seller-notification@amazon.com>\r\nDate: Mon, 2 Mar 2026\r\nSubject: Your payment is on its way\r\nTo: <ann@shop.example>\r\n\r\nYour payment is on its way.\r\n";

const TRUSTING: &str = "submission_servers = ['127.0.0.1']";

#[test]
fn a_forwarded_fake_is_answered_through_postfix() {
    for (protocol, key) in [("smtp", "listen"), ("lmtp", "lmtp")] {
        let port = free_port();
        let Some(postfix) = Postfix::start(protocol, port) else {
            return;
        };
        let _served = desk(
            &format!("{key} = '127.0.0.1:{port}'"),
            postfix.port,
            TRUSTING,
            "{}",
        );
        let begin = Instant::now();
        let said = submit(postfix.port, "ann@shop.example", &attached(FAKE));
        assert!(said.starts_with("250"), "{said}");
        let answer = postfix.answers(1).remove(0);
        println!(
            "{protocol}: from submission to the answer in the mailbox {:?}",
            begin.elapsed()
        );
        for words in [
            "Subject: FAKE - Re: Fwd: is this real?",
            "Auto-Submitted: auto-replied",
            "In-Reply-To: <ask-1@shop.example>",
            "Return-Path: <>",
            "To: ann@shop.example",
        ] {
            assert!(answer.contains(words), "{words} is missing in\n{answer}");
        }
        // Nothing of the fake becomes a link.
        assert!(!answer.contains("amazon-verify.example"), "{answer}");
        assert!(answer.contains("amazon-verify[.]example"), "{answer}");
    }
}

#[test]
fn what_was_forwarded_in_the_text_is_unproven_with_the_recipe() {
    let port = free_port();
    let Some(postfix) = Postfix::start("smtp", port) else {
        return;
    };
    let _served = desk(
        &format!("listen = '127.0.0.1:{port}'"),
        postfix.port,
        TRUSTING,
        "{}",
    );
    assert!(submit(postfix.port, "ann@shop.example", INLINE).starts_with("250"));
    let answer = postfix
        .answers(1)
        .remove(0)
        .replace("=\r\n", "")
        .replace("=\n", "");
    assert!(answer.contains("Subject: UNPROVEN - Re: "), "{answer}");
    assert!(answer.contains("Forward as attachment"), "{answer}");
}

#[test]
fn a_forged_sender_gets_no_mail_and_a_machine_neither() {
    let port = free_port();
    let Some(postfix) = Postfix::start("smtp", port) else {
        return;
    };
    // SPF of shop.example names this machine; DKIM signs nothing.
    let zone = r#"{"shop.example":{"TXT":["v=spf1 ip4:127.0.0.1 -all"]},"other.example":{"TXT":["v=spf1 ip4:127.0.0.1 -all"]}}"#;
    let served = desk(
        &format!("listen = '127.0.0.1:{port}'"),
        postfix.port,
        "",
        zone,
    );
    let ask = attached(FAKE);

    // From says shop.example, and the envelope is of a domain that the forger owns.
    let said = submit(port, "eve@other.example", &ask);
    assert!(
        said.starts_with("550") && said.contains("Neither SPF nor DKIM"),
        "{said}"
    );
    let said = submit(
        port,
        "eve@other.example",
        &ask.replace("ann@shop.example", "eve@other.example"),
    );
    assert!(
        said.starts_with("550") && said.contains("not on the list"),
        "{said}"
    );
    let said = submit(
        port,
        "ann@shop.example",
        &ask.replacen("From: Ann", "From: x@y.example\r\nFrom: Ann", 1),
    );
    assert!(
        said.starts_with("550") && said.contains("exactly one sender"),
        "{said}"
    );
    let said = submit(
        port,
        "ann@shop.example",
        &ask.replacen("To: check@", "To: other@", 1),
    );
    assert!(
        said.starts_with("550") && said.contains("To or Cc"),
        "{said}"
    );

    // Taken, and never answered.
    for (from, more) in [
        ("", "X: y"),
        ("ann@shop.example", "Auto-Submitted: auto-replied"),
        ("ann@shop.example", "Precedence: bulk"),
        ("ann@shop.example", "List-Id: <talk.shop.example>"),
    ] {
        let said = submit(port, from, &format!("{more}\r\n{ask}"));
        assert!(said.starts_with("250"), "{from} {more}: {said}");
    }
    // SPF proves this one, so the first answer that ever comes is its own.
    let said = submit(port, "ann@shop.example", &ask.replace("ask-1", "ask-9"));
    assert!(said.starts_with("250"), "{said}");
    let answers = postfix.answers(1);
    assert!(
        answers.len() == 1 && answers[0].contains("<ask-9@shop.example>"),
        "{answers:?}"
    );
    // Through a relay SPF says nothing about the sender.
    drop(served);
    let relayed = desk(
        &format!("listen = '127.0.0.1:{port}'"),
        postfix.port,
        "relays = ['127.0.0.1']",
        zone,
    );
    let said = submit(port, "ann@shop.example", &ask);
    assert!(said.starts_with("550"), "{said}");
    drop(relayed);
    assert_eq!(postfix.mails().len(), 1, "{}", postfix.log());
}

#[test]
fn one_person_has_a_limit_and_an_answer_that_cannot_be_sent_is_asked_for_again() {
    let port = free_port();
    // Nobody takes answers there.
    let _served = desk(
        &format!("listen = '127.0.0.1:{port}'"),
        free_port(),
        TRUSTING,
        "{}",
    );
    let said = submit(port, "ann@shop.example", &attached(FAKE));
    assert!(
        said.starts_with("451"),
        "the sender's server keeps it: {said}"
    );

    let Some(postfix) = Postfix::start("smtp", port) else {
        return;
    };
    let second = free_port();
    let _served = desk(
        &format!("listen = '127.0.0.1:{second}'"),
        postfix.port,
        TRUSTING,
        "{}",
    );
    let codes: Vec<String> = (0..22)
        .map(|_| submit(second, "ann@shop.example", INLINE)[..3].to_owned())
        .collect();
    assert_eq!(
        codes.iter().filter(|code| *code == "250").count(),
        20,
        "{codes:?}"
    );
    assert_eq!(codes[20..], ["450", "450"]);
    assert!(submit(second, "bob@shop.example", &INLINE.replace("ann@", "bob@")).starts_with("250"));
}

#[test]
fn a_signed_mail_in_a_mailbox_is_answered_and_what_lay_there_before_is_not() {
    let (Some(mailbox), Some(postfix)) = (Dovecot::start(), Postfix::start("smtp", free_port()))
    else {
        return;
    };
    let place = Place::new();
    let files = ["--accounts-file", "a.json", "--zone-file", "zone.json"];
    let said = place.run(&[&["simulate", "--days", "1", "--accounts", "1"], &files[..]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let seller = Seller::new(7, 0);
    let notice = |at| bank_notice(&seller, at).eml.expect("a mail");
    let old = notice(jiff::Timestamp::UNIX_EPOCH);
    mailbox.deliver("INBOX", old.as_bytes());

    // The demo zone signs for Amazon only, so Amazon is who asks here.
    let address = seller.account().addresses.remove(0);
    place.put("cert.pem", mailbox.certificate());
    place.put("desk.toml", format!(
        "addresses = ['{address}']\nallow = ['amazon.com']\n\
         [answer]\nhost = '127.0.0.1'\nport = {}\nsecurity = 'plain'\nfrom = 'check@shop.example'\n\
         [mailbox]\nhost = 'localhost'\nport = {}\nuser = '{USER}'\npassword = '{PASSWORD}'\nca_file = 'cert.pem'\n",
        postfix.port, mailbox.port));
    let _served = Served::start_in(place, &["--desk", "desk.toml", "--dns", "zone.json"]);
    let end = Instant::now() + PATIENCE;
    // The first may come before the desk has opened the folder.
    while postfix.mails().is_empty() {
        assert!(Instant::now() < end, "no answer");
        mailbox.deliver("INBOX", notice(jiff::Timestamp::now()).as_bytes());
        std::thread::sleep(Duration::from_secs(2));
    }
    for answer in postfix.answers(1) {
        assert!(
            answer.contains("Subject: GENUINE - Re: ")
                || answer.contains("Subject: UNPROVEN - Re: "),
            "{answer}"
        );
        let id = old.lines().find(|line| line.starts_with("Message-ID:"));
        let id = id.and_then(|line| line.split('<').nth(1)).expect("an id");
        assert!(!answer.contains(id), "the past is not answered\n{answer}");
    }
}
