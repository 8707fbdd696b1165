//! Every notice with mails that are it and mails that only look like it:
//! `knowledge/brands/<brand>/notices/<notice>/{genuine,forged}/<language>.{eml,expect}`.
//!
//! Genuine ones are signed here with a test key; forged ones are judged as they lie.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

mod post;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use sellkeep_knowledge::{Knowledge, NoticeClass};
use sellkeep_mail::Examiner;
use sellkeep_model::{
    Account, DigestKey, Event, EventKind, Field, ProofLevel, Reading, Record, RecordedZone,
    TimeQuality, Timestamp, Verdict,
};

static EXAMINER: LazyLock<Examiner> =
    LazyLock::new(|| Examiner::new(Knowledge::builtin().unwrap()));

fn account(marketplace: &str) -> Account {
    let json = format!(
        r#"{{"id":"a1","marketplace":"{marketplace}","addresses":["seller@shop.example.org"]}}"#
    );
    serde_json::from_str(&json).unwrap()
}

/// The signer writes the present into the signature, so a mail arrives a little later.
fn now() -> Timestamp {
    Timestamp::now() + Duration::from_mins(1)
}

fn record(mail: &str) -> Record {
    let line = serde_json::json!({
        "at": now(), "account": "a1", "source": "mailbox", "folder": "INBOX", "eml": mail,
    });
    serde_json::from_value(line).unwrap()
}

fn read(mail: &str, zone: &RecordedZone, account: &Account) -> (Verdict, Reading) {
    let read = EXAMINER.read(&record(mail), account, &DigestKey::new([7; 32]), zone);
    (read.examination.unwrap().verdict, read.reading)
}

/// The events in words, without the counted mail itself.
fn told(events: &[Event]) -> Vec<String> {
    let counted = |event: &&Event| event.kind != EventKind::MailReceived;
    events.iter().filter(counted).map(tell).collect()
}

fn tell(event: &Event) -> String {
    let words = [
        ("ending", Field::Tail),
        ("of", Field::Amount),
        ("", Field::Currency),
        ("order", Field::Order),
        ("status", Field::Status),
        ("at", Field::Place),
        ("with", Field::Device),
        ("to", Field::Address),
        ("user", Field::User),
        ("app", Field::App),
        ("title", Field::Title),
        ("leads to", Field::Domain),
        ("in", Field::Language),
    ];
    let mut told = vec![
        event.proof.as_str().to_owned(),
        event.kind.as_str().to_owned(),
    ];
    for (word, field) in words {
        let value = event.after.get(field);
        told.extend(value.map(|value| format!("{word} {}", value.shown()).trim().to_owned()));
    }
    told.join(" ")
}

struct Sample {
    brand: String,
    notice: String,
    path: PathBuf,
    expected: Vec<String>,
}

fn samples(folder: &str) -> Vec<Sample> {
    let brands = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/brands");
    let mut samples = Vec::new();
    for brand in entries(&brands) {
        for notice in entries(&brand.join("notices")) {
            for path in entries(&notice.join(folder)) {
                if path.extension().is_none_or(|ending| ending != "eml") {
                    continue;
                }
                let expect = fs::read_to_string(path.with_extension("expect"))
                    .unwrap_or_else(|error| panic!("{}: no .expect: {error}", path.display()));
                let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
                samples.push(Sample {
                    brand: name(&brand),
                    notice: name(&notice),
                    path: path.clone(),
                    expected: expect.lines().map(str::to_owned).collect(),
                });
            }
        }
    }
    samples
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn genuine_notices_tell_what_happened() {
    let mut wrong = Vec::new();
    let samples = samples("genuine");
    for sample in &samples {
        let mail = fs::read_to_string(&sample.path).unwrap();
        let (mail, zone) = post::sign(&mail);
        let (verdict, reading) = read(&mail, &zone, &account(&sample.brand));
        let told = told(&reading.events);
        if verdict != Verdict::Genuine || told != sample.expected {
            let path = sample.path.display();
            wrong.push(format!(
                "{path}: {verdict:?}\n  got  {told:?}\n  want {:?}",
                sample.expected
            ));
        }
        for event in reading
            .events
            .iter()
            .filter(|event| event.after.get(Field::Notice).is_some())
        {
            let notice = event.after.text(Field::Notice);
            if notice != Some(&sample.notice) {
                wrong.push(format!(
                    "{}: was taken for {notice:?}",
                    sample.path.display()
                ));
            }
        }
    }
    assert!(samples.len() > 150, "only {} samples", samples.len());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn forged_notices_only_claim() {
    let mut wrong = Vec::new();
    let samples = samples("forged");
    for sample in &samples {
        let mail = fs::read_to_string(&sample.path).unwrap();
        let (verdict, reading) = read(&mail, &RecordedZone::default(), &account(&sample.brand));
        let told = told(&reading.events);
        let claims = |event: &Event| event.proof == ProofLevel::Claimed;
        if told != sample.expected || !reading.events.iter().all(claims) {
            let path = sample.path.display();
            wrong.push(format!(
                "{path}: {verdict:?}\n  got  {told:?}\n  want {:?}",
                sample.expected
            ));
        }
    }
    assert!(samples.len() > 50, "only {} samples", samples.len());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A notice in which an intruder's deed can show is not there without its proof.
#[test]
fn every_security_notice_has_both_samples() {
    let of = |folder| -> BTreeSet<String> {
        samples(folder)
            .into_iter()
            .map(|sample| sample.notice)
            .collect()
    };
    let (genuine, forged) = (of("genuine"), of("forged"));
    for brand in &EXAMINER.knowledge().brands {
        let security = |class| class == NoticeClass::Security;
        for notice in brand.notices.iter().filter(|notice| security(notice.class)) {
            assert!(
                genuine.contains(&notice.id),
                "{}: no genuine sample",
                notice.id
            );
            assert!(
                forged.contains(&notice.id),
                "{}: no forged sample",
                notice.id
            );
        }
    }
}

fn mail(from: &str, subject: &str, text: &str) -> String {
    format!(
        "Date: Mon, 02 Mar 2026 10:00:00 +0000\nFrom: {from}\nTo: seller@shop.example.org\n\
         Message-ID: <1@x>\nSubject: {subject}\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}

/// One mail, signed by its sender, in the mailbox of an account on Amazon.
fn check(from: &str, subject: &str, text: &str, expected: &[&str]) {
    let (mail, zone) = post::sign(&mail(from, subject, text));
    let (verdict, reading) = read(&mail, &zone, &account("amazon"));
    assert_eq!(
        told(&reading.events),
        expected,
        "{from}: {subject}, {verdict:?}"
    );
}

#[test]
fn words_of_an_unknown_notice_are_a_guess() {
    check(
        "Amazon <no-reply@amazon.com>",
        "Your account",
        "A new bank account ending in 9021 was added to your deposit methods.",
        &["observed payout.method_added ending 9021 in en"],
    );
    check(
        "Amazon <do-not-reply@amazon.de>",
        "Ihr Konto",
        "Ihre Bankverbindung wurde gestern ge\u{e4}ndert.",
        &["observed payout.settings_changed in de"],
    );
}

#[test]
fn an_unknown_security_mail_is_worth_a_look() {
    check(
        "Amazon <account-update@amazon.com>",
        "About your account",
        "We have something new for you to see in your settings.",
        &["proven mail.unclassified_security in en"],
    );
    check(
        "Amazon <no-reply@amazon.com>",
        "Your bank account needs your attention",
        "Please have a look at the settings of your account.",
        &["proven mail.unclassified_security in en"],
    );
}

#[test]
fn ordinary_business_says_nothing_of_the_account() {
    let webinar = "Join our webinar about your listings and the new reports for the season.";
    check(
        "Amazon <no-reply@amazon.com>",
        "Webinar for sellers",
        webinar,
        &[],
    );
    check(
        "Jo <jo.employee@amazon.com>",
        "Re: bank account",
        "Your bank account was changed.",
        &[],
    );
    check(
        "Amazon <seller-notification@amazon.com>",
        "Sold, ship now: 1 x Steel kettle",
        "Order 112-1234567-7654321. Ship it before the date on your order page. If your password was changed, tell us.",
        &["proven order.received order 112-1234567-7654321 in en"],
    );
}

#[test]
fn a_strangers_words_are_a_message_whatever_they_say() {
    check(
        "Buyer <x7@marketplace.amazon.com>",
        "Your bank account was changed",
        "Your password was changed. A new bank account was added.",
        &["proven message.received in en"],
    );
    check(
        "PayPal <service@paypal.com>",
        "Invoice from Your bank account was added",
        "Note from seller: a new bank account ending in 1111 was added to your wallet.",
        &["proven message.received in en"],
    );
    check(
        "Shopify <mailer@shopify.com>",
        "New customer message on March 2",
        "Your bank account was changed. Call us.",
        &["proven message.received in en"],
    );
}

#[test]
fn another_marketplaces_notice_is_no_event_of_this_account() {
    check(
        "eBay <ebay@ebay.com>",
        "Your account",
        "Your password was changed.",
        &["proven mail.notice in en"],
    );
}

/// A genuine notice that somebody else received proves the brand, not the account.
#[test]
fn a_notice_to_another_mailbox_is_only_observed() {
    let replayed = mail(
        "Amazon <account-update@amazon.com>",
        "Revision",
        "We have successfully changed your password.",
    )
    .replace("seller@shop", "thief@shop");
    let (replayed, zone) = post::sign(&replayed);
    let (_, reading) = read(&replayed, &zone, &account("amazon"));
    assert_eq!(
        told(&reading.events),
        ["observed credential.password_changed in en"]
    );
    assert_eq!(reading.events[1].after.flag(Field::Addressed), Some(false));
}

#[test]
fn the_same_mail_in_two_folders_has_one_id_and_another_mail_has_its_own() {
    let text = "We have successfully changed your password.";
    let first = mail("Amazon <account-update@amazon.com>", "Revision", text);
    let (signed, zone) = post::sign(&first);
    let ids = |mail: &str, folder: &str| -> Vec<String> {
        let record = Record {
            folder: Some(folder.to_owned()),
            ..record(mail)
        };
        let read = EXAMINER.read(&record, &account("amazon"), &DigestKey::new([7; 32]), &zone);
        read.reading
            .events
            .into_iter()
            .map(|event| event.id)
            .collect()
    };
    let inbox = ids(&signed, "INBOX");
    assert_eq!(inbox.len(), 2);
    let received = "Received: from a by mx.example.org; Mon, 02 Mar 2026 10:00:05 +0000\r\n";
    let judged_earlier = ids(&signed, "Trash");
    assert_eq!(inbox, judged_earlier);
    let other = ids(
        &format!("{received}{}", signed.replace("<1@x>", "<2@x>")),
        "INBOX",
    );
    assert!(other.iter().all(|id| !inbox.contains(id)));
}

#[test]
fn a_mail_from_the_future_is_clamped_and_an_undated_one_counts_from_now() {
    let with = |received: &str| {
        let mail = mail("A <a@shop.example.org>", "Hi", "Hello you.");
        let record = record(&format!("{received}{mail}"));
        let read = EXAMINER.read(
            &record,
            &account("amazon"),
            &DigestKey::new([7; 32]),
            &RecordedZone::default(),
        );
        let event = read.reading.events[0].clone();
        (
            event.happened.duration_since(record.at).as_secs(),
            event.time_quality,
        )
    };
    let future = "Received: from a by mx.example.org; Mon, 02 Mar 2099 10:00:00 +0000\n";
    assert_eq!(with(future), (300, TimeQuality::Clamped));
    assert_eq!(with(""), (0, TimeQuality::Learned));
    let past = "Received: from a by mx.example.org; Mon, 02 Mar 2026 10:00:00 +0000\n";
    assert_eq!(with(past).1, TimeQuality::Mail);
}

#[test]
fn a_record_without_a_mail_is_a_problem_and_nothing_else() {
    let mut record = record("");
    record.eml = None;
    let key = DigestKey::new([7; 32]);
    let read =
        |record: &Record| EXAMINER.read(record, &account("amazon"), &key, &RecordedZone::default());
    assert_eq!(read(&record).reading.problems[0].place, "eml");
    record.eml_base64 = Some("no base64!".to_owned());
    assert_eq!(read(&record).reading.problems[0].place, "eml_base64");
    record.eml_base64 = Some("RnJvbTogYUBleGFtcGxl\nLmNvbQ0KDQpIaQ==".to_owned());
    assert_eq!(read(&record).reading.events.len(), 1);
}

/// Whatever is not genuine only claims, over every real fake and ordinary mail at hand.
#[test]
fn no_mail_of_the_corpus_gives_more_than_claims() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: no corpus");
        return;
    }
    let (mut mails, mut forged, mut deeds) = (0, 0, 0);
    for folder in ["phish", "espoofer", "ham"] {
        for path in entries(&corpus.join(folder)).into_iter().take(1_000) {
            let bytes = fs::read(&path).unwrap();
            let mail = String::from_utf8_lossy(&bytes);
            let (verdict, reading) = read(&mail, &RecordedZone::default(), &account("amazon"));
            assert_ne!(verdict, Verdict::Genuine, "{}", path.display());
            for event in &reading.events {
                assert_eq!(
                    event.proof,
                    ProofLevel::Claimed,
                    "{}: {}",
                    path.display(),
                    tell(event)
                );
            }
            mails += 1;
            forged += usize::from(
                reading
                    .events
                    .iter()
                    .any(|event| event.kind == EventKind::MailForged),
            );
            deeds += reading.events.len().saturating_sub(2);
        }
    }
    println!("{mails} mails: {forged} forged, {deeds} claimed deeds");
    assert!(mails > 500 && forged > 50, "{mails} mails, {forged} forged");
}

/// Words built to be met everywhere: reading them ends soon, with a handful of events.
#[test]
fn hostile_words_end() {
    let bombs = [
        "bank account ".repeat(40_000) + &"changed ".repeat(40_000),
        "Your bank account was changed. Your password was changed! ".repeat(10_000),
        "bank account changed if not ".repeat(20_000),
        "ending in ".repeat(50_000),
        "1,".repeat(100_000) + " USD",
        "9 999 ".repeat(50_000),
        "\u{9280}\u{884c}\u{53e3}\u{5ea7}\u{5909}\u{66f4}\u{3055}\u{308c}\u{307e}\u{3057}\u{305f}"
            .repeat(5_000),
        "112-1234567-7654321-".repeat(20_000),
        "\u{202e}\u{200b}changed to @ . <@>".repeat(20_000),
    ];
    for (number, bomb) in bombs.iter().enumerate() {
        let (mail, zone) = post::sign(&mail(
            "Amazon <seller-notification@amazon.com>",
            "Your bank account was changed",
            bomb,
        ));
        let start = std::time::Instant::now();
        let (_, reading) = read(&mail, &zone, &account("amazon"));
        assert!(
            reading.events.len() <= 5,
            "bomb {number}: {:?}",
            told(&reading.events)
        );
        let seconds = start.elapsed().as_secs_f64();
        println!("bomb {number}: {seconds:.2} s");
        assert!(seconds < 10.0, "bomb {number} took {seconds} s");
    }
}

/// Ways of saying it that stand in no sample: the lists are about the thing, not about
/// one sentence.
#[test]
fn other_words_for_the_same_deed() {
    let sender = "Amazon <seller-notification@amazon.com>";
    let check = |text: &str, expected: &str| check(sender, "A notice for you", text, &[expected]);
    check(
        "This is a confirmation of a recent change to your bank account information.",
        "proven payout.settings_changed in en",
    );
    check(
        "You've successfully updated your deposit method to the account ending in 12.",
        "proven payout.settings_changed ending 12 in en",
    );
    check(
        "Wir best\u{e4}tigen die \u{c4}nderung der Auszahlungsmethode f\u{fc}r Amazon.de.",
        "proven payout.settings_changed in de",
    );
    check(
        "Nous vous confirmons la mise \u{e0} jour de vos coordonn\u{e9}es bancaires.",
        "proven payout.settings_changed in fr",
    );
    check(
        "Te confirmamos el cambio de cuenta bancaria que has pedido.",
        "proven payout.settings_changed in es",
    );
    check(
        "Ti confermiamo la modifica del conto bancario che hai chiesto.",
        "proven payout.settings_changed in it",
    );
    check(
        "\u{9280}\u{884c}\u{53e3}\u{5ea7}\u{60c5}\u{5831}\u{5909}\u{66f4}\u{306e}\u{304a}\u{77e5}\u{3089}\u{305b}\u{3067}\u{3059}\u{3002}",
        "proven payout.settings_changed in ja",
    );
}

/// Advice and conditions name the same things and tell of no deed.
#[test]
fn advice_is_no_deed() {
    let sender = "Amazon <seller-notification@amazon.com>";
    for text in [
        "How to add a bank account: open the settings.",
        "If you changed your bank account, wait three days.",
        "Never share your password. Your bank account must be verified.",
        "Falls Ihre Bankverbindung ge\u{e4}ndert wurde, warten Sie drei Tage.",
        "Si vos coordonn\u{e9}es bancaires ont \u{e9}t\u{e9} modifi\u{e9}es, attendez trois jours.",
        "Si tu cuenta bancaria se ha cambiado, espera tres d\u{ed}as.",
        "Se il tuo conto bancario \u{e8} stato modificato, attendi tre giorni.",
        "\u{9280}\u{884c}\u{53e3}\u{5ea7}\u{3092}\u{5909}\u{66f4}\u{3057}\u{3066}\u{304f}\u{3060}\u{3055}\u{3044}\u{3002}",
    ] {
        let (mail, zone) = post::sign(&mail(sender, "Tips for your shop", text));
        let (_, reading) = read(&mail, &zone, &account("amazon"));
        let told = told(&reading.events);
        let only_a_look = told
            .iter()
            .all(|event| event.contains("mail.unclassified_security"));
        assert!(only_a_look, "{text}: {told:?}");
    }
}
