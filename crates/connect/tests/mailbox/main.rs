//! A mailbox read from a real server, and from servers that behave badly.

#![allow(clippy::expect_used, reason = "only tests use it")]

mod dovecot;
mod hostile;
mod oauth;
mod proxy;
mod rules;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dovecot::{Dovecot, PASSWORD, USER};
use sellkeep_connect::connector::{Batch, Connector, Trouble};
use sellkeep_connect::mailbox::{Mailbox, MailboxSecret, Settings, backfill};
use sellkeep_model::Record;

fn settings(server: &Dovecot, port: u16) -> Settings {
    Settings {
        host: "localhost".to_owned(),
        port,
        user: USER.to_owned(),
        ca: Some(server.certificate()),
        oauth: None,
        folder: None,
    }
}

fn secret(main: &str) -> MailboxSecret {
    MailboxSecret {
        main: main.to_owned(),
        client: None,
    }
}

fn mailbox(server: &Dovecot) -> Mailbox {
    Mailbox::new(settings(server, server.port), secret(PASSWORD)).expect("settings")
}

fn mail(number: usize) -> Vec<u8> {
    let text =
        "Somebody bought something, and here is what there is to say about it.\r\n".repeat(10);
    format!("From: shop@example.com\r\nTo: mia@example.net\r\nSubject: {number}\r\nMessage-ID: <{number}@example.com>\r\n\r\n{text}").into_bytes()
}

/// The subject of a mail, which is its number.
fn subject(record: &Record) -> usize {
    let bytes = STANDARD
        .decode(record.eml_base64.as_ref().expect("a mail"))
        .expect("base64");
    let text = String::from_utf8(bytes).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix("Subject: "));
    line.expect("a subject").parse().expect("a number")
}

/// Fetches until a number of mails came; the cursor moves as the runner moves it.
async fn read(mailbox: &mut Mailbox, cursor: &mut String, count: usize) -> Vec<Record> {
    let mut records = Vec::new();
    while records.len() < count {
        let batch = mailbox.fetch(cursor).await.expect("a batch");
        records.extend(batch.records);
        *cursor = batch.next_cursor;
    }
    records
}

#[tokio::test]
async fn the_past_is_read_newest_first_and_no_flag_changes() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    server.fill((1..=250).map(mail));
    server.deliver("Junk", &mail(900));
    server.deliver("Papierkorb", &mail(901));
    server.deliver("Archive", &mail(902));
    let before = ["INBOX", "Junk"].map(|folder| server.flags(folder));

    let mut mailbox = mailbox(&server);
    assert_eq!(
        mailbox.test().await.expect("entered"),
        ["INBOX", "Junk", "Papierkorb", "Archive"]
    );
    let mut cursor = String::new();
    let records = read(&mut mailbox, &mut cursor, 253).await;
    let subjects: Vec<usize> = records.iter().map(subject).collect();
    let expected: Vec<usize> = (1..=250).rev().chain([900, 901, 902]).collect();
    assert_eq!(subjects, expected);
    assert_eq!(records[250].folder.as_deref(), Some("Junk"));
    assert_eq!(["INBOX", "Junk"].map(|folder| server.flags(folder)), before);
    assert!(
        !before[0].contains("Seen") && before[0].contains("uid"),
        "{}",
        before[0]
    );
}

#[tokio::test]
async fn what_arrives_is_there_within_seconds() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    server.deliver("INBOX", &mail(1));
    let mut mailbox = mailbox(&server);
    let mut cursor = String::new();
    read(&mut mailbox, &mut cursor, 1).await;
    let mut took = Vec::new();
    for number in 2..5 {
        let waiting = tokio::spawn(async move {
            let records = read(&mut mailbox, &mut cursor, 1).await;
            (mailbox, cursor, records, Instant::now())
        });
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.deliver("INBOX", &mail(number));
        let delivered = Instant::now();
        let came = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        let (read_on, place, records, at) = came.expect("within ten seconds").expect("no panic");
        (mailbox, cursor) = (read_on, place);
        assert_eq!(records.iter().map(subject).collect::<Vec<_>>(), [number]);
        took.push(at.saturating_duration_since(delivered).as_millis());
    }
    println!("IDLE: from delivery to record {took:?} ms");
}

#[tokio::test]
async fn a_restart_resumes_exactly() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    server.fill((1..=350).map(mail));
    let mut cursor = String::new();
    let mut seen = Vec::new();
    let mut extra = 351;
    // A new process after every batch, and mail that comes while nobody looks.
    while seen.len() < 354 {
        let mut mailbox = mailbox(&server);
        let batch = mailbox.fetch(&cursor).await.expect("a batch");
        cursor = batch.next_cursor;
        seen.extend(batch.records.iter().map(subject));
        if extra <= 354 {
            server.deliver("INBOX", &mail(extra));
            extra += 1;
        }
    }
    let once: BTreeSet<usize> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert_eq!(once, (1..=354).collect(), "nothing lost");
}

#[tokio::test]
async fn a_connection_cut_anywhere_loses_and_doubles_nothing() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    server.fill((1..=120).map(mail));
    let (mut cursor, mut seen, mut cuts) = (String::new(), Vec::new(), 0);
    // Cut during TLS, while entering, in lists, in the middle of a mail.
    for bytes in (500..).step_by(7_000) {
        let port = proxy::cutting(server.port, bytes).await;
        let mut mailbox =
            Mailbox::new(settings(&server, port), secret(PASSWORD)).expect("settings");
        while seen.len() < 120 {
            match mailbox.fetch(&cursor).await {
                Ok(Batch {
                    records,
                    next_cursor,
                    ..
                }) => {
                    seen.extend(records.iter().map(subject));
                    cursor = next_cursor;
                }
                Err(trouble) => {
                    assert!(matches!(trouble, Trouble::Cut(_)), "{trouble}");
                    cuts += 1;
                    break;
                }
            }
        }
        if seen.len() == 120 {
            break;
        }
    }
    println!("cut {cuts} times");
    assert!(cuts > 5, "{cuts} cuts");
    let once: BTreeSet<usize> = seen.iter().copied().collect();
    assert_eq!((once.len(), once), (seen.len(), (1..=120).collect()));
}

#[tokio::test]
async fn another_numbering_is_read_again_and_said() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    server.deliver("Archive", &mail(1));
    let mut cursor = String::new();
    read(&mut mailbox(&server), &mut cursor, 1).await;
    server.admin(&["mailbox", "delete", "-u", USER, "Archive"]);
    std::thread::sleep(Duration::from_millis(1100));
    server.admin(&["mailbox", "create", "-u", USER, "Archive"]);
    server.deliver("Archive", &mail(2));
    server.deliver("Archive", &mail(3));
    let batch = mailbox(&server).fetch(&cursor).await.expect("a batch");
    assert_eq!(
        batch.records.iter().map(subject).collect::<Vec<_>>(),
        [3, 2]
    );
    assert!(batch.problems[0].contains("anew"), "{:?}", batch.problems);
}

#[tokio::test]
async fn of_a_huge_mail_the_beginning_is_kept_and_the_rest_goes_on() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    let mut huge = mail(2);
    huge.extend(b"0123456789abcdefghijklmnopqrstuvwxyz\r\n".repeat(1_000_000));
    server.deliver("INBOX", &mail(1));
    server.deliver("INBOX", &huge);
    server.deliver("INBOX", &mail(3));
    let batch = mailbox(&server).fetch("").await.expect("a batch");
    let subjects: BTreeSet<usize> = batch.records.iter().map(subject).collect();
    assert_eq!(subjects, BTreeSet::from([1, 2, 3]));
    let cut = batch
        .records
        .iter()
        .find(|record| subject(record) == 2)
        .expect("the huge one");
    assert_eq!(cut.request["bytes"], 256 * 1024);
    assert!(cut.request["size"].as_u64() > Some(38_000_000));
    assert_eq!(batch.problems.len(), 1, "{:?}", batch.problems);
}

#[tokio::test]
async fn every_trouble_has_its_own_words() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    let good = settings(&server, server.port);
    let strange = Settings {
        ca: None,
        ..good.clone()
    };
    let elsewhere = Settings {
        host: "127.0.0.1".to_owned(),
        ..good.clone()
    };
    let nowhere = Settings {
        host: "no-such-host.invalid".to_owned(),
        ..good.clone()
    };
    let closed = Settings {
        port: 1,
        ..good.clone()
    };
    for (settings, password, expected) in [
        (good.clone(), "wrong", "app password"),
        (good.clone(), "falsch ß", "app password"),
        (strange, PASSWORD, "no known authority vouches"),
        (elsewhere, PASSWORD, "made for another name"),
        (nowhere, PASSWORD, "name is unknown"),
        (closed, PASSWORD, "does not take the connection"),
    ] {
        let mut mailbox = Mailbox::new(settings, secret(password)).expect("settings");
        let trouble = mailbox.fetch("").await.expect_err(expected).to_string();
        assert!(trouble.contains(expected), "{trouble}");
        assert!(
            !trouble.contains(password) && !trouble.contains(USER),
            "{trouble}"
        );
    }
    assert!(matches!(
        Mailbox::new(good, secret("")),
        Err(Trouble::NoSecret)
    ));
}

/// Read as a whole; `SELLKEEP_MAILS` says how many, and a person compares the figure.
const MAILS: usize = 2_000;

#[tokio::test]
async fn a_large_mailbox_is_caught_up_newest_first_in_pieces() {
    let count = std::env::var("SELLKEEP_MAILS").ok();
    let count = count.and_then(|text| text.parse().ok()).unwrap_or(MAILS);
    let Some(server) = Dovecot::start() else {
        return;
    };
    server.fill((1..=count).map(mail));
    let begin = Instant::now();
    let (mut cursor, mut seen, mut said) = (String::new(), Vec::with_capacity(count), 0);
    // A new connection now and then, as after a restart.
    while seen.len() < count {
        let mut mailbox = mailbox(&server);
        for _ in 0..count.div_ceil(500) {
            let batch = mailbox.fetch(&cursor).await.expect("a batch");
            seen.extend(batch.records.iter().map(subject));
            cursor = batch.next_cursor;
            let Some(under_way) = backfill(&cursor, jiff::Timestamp::now()) else {
                break;
            };
            assert_eq!(usize::try_from(under_way.total), Ok(count));
            assert_eq!(usize::try_from(under_way.left), Ok(count - seen.len()));
            said += 1;
        }
    }
    let took = begin.elapsed();
    println!(
        "{count} mails in {took:?}: {:.0} a second; progress was told {said} times",
        f64::from(u32::try_from(count).expect("a number")) / took.as_secs_f64()
    );
    assert!(said > 0 && backfill(&cursor, jiff::Timestamp::now()).is_none());
    assert!(
        seen.iter().copied().eq((1..=count).rev()),
        "each once, newest first"
    );
}
