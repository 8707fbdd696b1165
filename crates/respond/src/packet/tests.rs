//! Each reader sees what he needs; the packet can be checked without us.

use super::*;
use crate::evidence::{self, Piece, verify};
use crate::incident::{Act, Entry, Incident};
use aws_lc_rs::signature::Ed25519KeyPair;
use sellkeep_knowledge::Knowledge;
use sellkeep_model::{AlertLevel, Event, EventKind, Field, Fields, ProofLevel, sha256};

fn at(minute: u32) -> Timestamp {
    format!("2026-11-24T10:{minute:02}:00Z")
        .parse()
        .expect("a time")
}

fn event(kind: EventKind, minute: u32, after: Fields) -> Event {
    let text = serde_json::json!({
        "id": format!("e{minute}"), "kind": kind, "account": "shop", "happened": at(minute),
        "learned": at(minute + 1), "source": "mailbox", "proof": ProofLevel::Proven,
    });
    let mut event: Event = serde_json::from_value(text).expect("an event");
    event.after = after;
    event
}

/// Details that only some readers may see, each findable in the packet's bytes.
fn events() -> Vec<Event> {
    vec![
        event(
            EventKind::SigninNewDevice,
            1,
            Fields::new()
                .with(Field::Device, "DEVICE-7Q")
                .with(Field::Place, "PLACE-7Q")
                .with(Field::Address, "ADDRESS-7Q"),
        ),
        event(
            EventKind::PayoutMethodAdded,
            2,
            Fields::new()
                .with(Field::Tail, "TAIL-7Q")
                .with(Field::Bank, "BANK-7Q")
                .with(Field::Trace, "TRACE-7Q")
                .with(Field::Holder, "DIGEST-7Q"),
        ),
        event(
            EventKind::ListingPriceChanged,
            3,
            Fields::new()
                .with(Field::Sku, "SKU-7Q")
                .with(Field::Price, 1.0),
        ),
    ]
}

const MAIL: &[u8] = br#"{"at":"2026-11-24T10:01:00Z","account":"shop","source":"mailbox","eml":"Subject: MAIL-7Q\r\n\r\nHello.\r\n"}"#;
const MONEY: &[u8] = br#"{"at":"2026-11-24T10:02:00Z","account":"shop","source":"amazon.api","body":{"secret":"MONEY-7Q"}}"#;

/// The case with everything in it.
struct Made {
    owner: Owner,
    incident: Incident,
    events: Vec<Event>,
    originals: Vec<Original>,
    chain: Vec<Link>,
    heads: Vec<Head>,
    alerts: Vec<Alert>,
    knowledge: Knowledge,
}

fn entry(minute: u32, by: &str, what: Act) -> Entry {
    Entry {
        at: at(minute),
        by: by.to_owned(),
        what,
    }
}

fn made() -> Made {
    let mut incident = Incident::open("i1", "shop", "TITLE-7Q", "PERSON-7Q", at(5));
    let note = Act::Note {
        text: "NOTE-7Q".to_owned(),
    };
    incident.enter(entry(6, "PERSON-7Q", note)).expect("noted");
    let answered = Act::Answered {
        question: "apps".to_owned(),
        answer: crate::incident::Evicted::Yes,
        proof: "PROOF-7Q".to_owned(),
    };
    incident
        .enter(entry(7, "PERSON-7Q", answered))
        .expect("answered");
    let mut chain: Vec<Link> = Vec::new();
    for (title, content) in [("mail", MAIL), ("answer", MONEY)] {
        let piece = Piece {
            content,
            title: title.to_owned(),
            media_type: "application/json".to_owned(),
            happened: None,
            learned: at(8),
        };
        chain.push(evidence::next(chain.last(), &piece, "sellkeep", at(9)));
    }
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key");
    let heads = vec![evidence::head(&chain, &key, at(10)).expect("a head")];
    let original = |content: &[u8], theme| Original {
        sha256: sha256(content),
        themes: vec![theme],
        by_person: false,
    };
    Made {
        owner: Owner {
            business: "Mia Ltd".to_owned(),
            account: "Shop".to_owned(),
            marketplace: "Amazon".to_owned(),
        },
        incident,
        events: events(),
        originals: vec![original(MAIL, Theme::Access), original(MONEY, Theme::Money)],
        chain,
        heads,
        alerts: vec![alert()],
        knowledge: Knowledge::builtin().expect("knowledge"),
    }
}

fn alert() -> Alert {
    let text = serde_json::json!({"id": "a1", "count": 1, "revision": 1, "raised": at(4),
        "changed": at(4), "state": {"state": "open"}, "detection": {"id": "a1", "rule": "r",
        "rule_version": "v", "account": "shop", "level": AlertLevel::ActNow, "title": "ALERT-7Q",
        "happened": at(1), "at": at(4), "object": null, "how_we_know": [], "first_step": "",
        "deadline": null, "causes": [], "proof": "proven", "family": "access", "weight": 0.5,
        "playbook": null, "tags": []}});
    serde_json::from_value(text).expect("an alert")
}

impl Made {
    fn case(&self) -> Case<'_> {
        Case {
            owner: &self.owner,
            incident: &self.incident,
            alerts: &self.alerts,
            events: &self.events,
            originals: &self.originals,
            chain: &self.chain,
            heads: &self.heads,
            playbooks: &self.knowledge.playbooks,
            facts: &self.knowledge.facts,
            contacts: &[],
            made: at(30),
        }
    }

    fn files(&self, reader: Reader) -> Vec<File> {
        files(&self.case(), reader, content)
    }
}

fn content(hash: &str) -> Option<Vec<u8>> {
    let pieces = [MAIL, MONEY];
    let piece = pieces.into_iter().find(|piece| sha256(piece) == hash);
    piece.map(<[u8]>::to_vec)
}

/// Everything that stands in the files. Our PDF files are not compressed, but a line may
/// end in the middle of a word; none of our marks is that long.
fn words(files: &[File]) -> String {
    let texts = files
        .iter()
        .map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    texts.collect::<Vec<_>>().join("\n")
}

/// What of all marks stands in a reader's packet.
fn check(reader: Reader, expected: &[&str]) {
    const MARKS: &[&str] = &[
        "ADDRESS", "ALERT", "BANK", "DEVICE", "DIGEST", "MAIL", "MONEY", "NOTE", "PERSON", "PLACE",
        "PROOF", "SKU", "TAIL", "TITLE", "TRACE",
    ];
    let words = words(&made().files(reader));
    let found: Vec<&str> = MARKS
        .iter()
        .copied()
        .filter(|mark| words.contains(&format!("{mark}-7Q")))
        .collect();
    assert_eq!(found, expected, "{}", reader.as_str());
}

#[test]
fn a_bank_sees_payments_and_nothing_of_people_devices_or_mails() {
    check(Reader::Bank, &["BANK", "TAIL", "TRACE"]);
}

#[test]
fn the_police_see_traces_and_originals_and_not_our_notes_or_defences() {
    check(
        Reader::Police,
        &[
            "ADDRESS", "ALERT", "BANK", "DEVICE", "MAIL", "MONEY", "PERSON", "PLACE", "TAIL",
            "TITLE", "TRACE",
        ],
    );
}

#[test]
fn a_marketplace_sees_its_own_account_and_not_our_people_or_bank() {
    check(
        Reader::Marketplace,
        &[
            "ADDRESS", "ALERT", "DEVICE", "MAIL", "PLACE", "PROOF", "SKU", "TAIL", "TITLE",
        ],
    );
}

#[test]
fn an_insurer_and_amazon_see_no_personal_data_at_all() {
    check(Reader::Insurer, &[]);
    check(Reader::AmazonApi, &[]);
}

#[test]
fn a_client_sees_her_account_and_not_who_worked_on_it() {
    check(
        Reader::Client,
        &[
            "ADDRESS", "ALERT", "DEVICE", "PLACE", "PROOF", "SKU", "TAIL", "TITLE",
        ],
    );
}

#[test]
fn keyed_digests_and_notes_are_in_no_packet() {
    for reader in Reader::ALL {
        let words = words(&made().files(*reader));
        for never in ["DIGEST-7Q", "NOTE-7Q"] {
            assert!(!words.contains(never), "{} {never}", reader.as_str());
        }
        assert_eq!(Reader::of(reader.as_str()), Some(*reader));
    }
}

#[test]
fn every_file_is_in_the_sums_and_the_chain_holds_for_every_reader() {
    for reader in Reader::ALL {
        let files = made().files(*reader);
        let sums = files.iter().find(|file| file.path == SUMS).expect("sums");
        let sums = String::from_utf8(sums.bytes.clone()).expect("words");
        for file in files.iter().filter(|file| file.path != SUMS) {
            let line = format!("{}  {}\n", sha256(&file.bytes), file.path);
            assert!(sums.contains(&line), "{}", file.path);
        }
        let lines = |path: &str| {
            let file = files
                .iter()
                .find(|file| file.path == path)
                .expect("the file");
            String::from_utf8(file.bytes.clone()).expect("words")
        };
        let chain: Vec<Link> = lines(CHAIN)
            .lines()
            .map(|line| serde_json::from_str(line).expect("a link"))
            .collect();
        let heads: Vec<Head> = lines(HEADS)
            .lines()
            .map(|line| serde_json::from_str(line).expect("a head"))
            .collect();
        let at_hand: Vec<&File> = files
            .iter()
            .filter(|file| file.path.contains("-record."))
            .collect();
        let by_hash = |hash: &str| {
            let mut at_hand = at_hand.iter();
            let file = at_hand.find(|file| sha256(&file.bytes) == hash);
            file.map(|file| file.bytes.as_slice())
        };
        assert_eq!(verify(&chain, by_hash, &heads), Ok(()));
    }
}

#[test]
fn a_mail_is_handed_over_as_it_was_received() {
    let files = made().files(Reader::Police);
    let mail = files
        .iter()
        .find(|file| file.path == "originals/000-mail.eml");
    assert_eq!(
        mail.expect("the mail").bytes,
        b"Subject: MAIL-7Q\r\n\r\nHello.\r\n"
    );
}

#[test]
fn the_duty_to_tell_amazon_counts_from_the_first_alert_and_names_its_source() {
    let made = made();
    let due = made.case().amazon_api_deadline();
    assert_eq!(due, at(4) + SignedDuration::from_hours(24));
    let words = words(&made.files(Reader::AmazonApi));
    assert!(words.contains("2026-11-25 10:04:00 UTC"), "the deadline");
    assert!(words.contains("developer-docs.amazon.com"), "the source");
    let knowledge = &made.knowledge;
    let contact = knowledge
        .contacts
        .iter()
        .find(|one| one.id == AMAZON_API_CONTACT);
    assert_eq!(contact.expect("the contact").channel, "email");
}

#[test]
fn an_empty_case_is_a_packet_too() {
    let made = made();
    let case = Case {
        alerts: &[],
        events: &[],
        originals: &[],
        chain: &[],
        heads: &[],
        ..made.case()
    };
    for reader in Reader::ALL {
        let files = files(&case, *reader, |_| None);
        assert!(files.iter().all(|file| file.path != "head.txt"));
        assert!(files.len() >= 7);
    }
}
