//! Samples of every source that speaks by hooks or uploads: a record, and what is read from it.
//!
//! `NAME.json` is a record as it is replayed; `NAME.txt` is the reading, a line a fact. Names
//! of people in the samples are invented; none may show in a reading.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use sellkeep_connect::read;
use sellkeep_model::{DigestKey, Fields, Reading, Record, Value};

/// Sources with samples of this form.
const SOURCES: &[&str] = &[
    "ebay", "etsy", "generic", "paypal", "shopify", "square", "stripe", "upload", "walmart",
];

/// Everything private that stands in the samples.
const PRIVATE: &[&str] = &[
    "Berta",
    "Beispiel",
    "berta",
    "Iva",
    "Primjer",
    "iva@",
    "Mia",
    "mia@",
    "Kai",
    "kai@",
    "owner@",
    "new@",
    "Musterweg",
    "8630",
    "+43",
];

fn samples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for source in SOURCES {
        let folder = root.join(source).join("samples");
        let entries = std::fs::read_dir(&folder).expect("a folder of samples");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let json = paths.filter(|path| path.extension().is_some_and(|end| end == "json"));
        let before = files.len();
        files.extend(json);
        assert!(files.len() > before, "{source} has no samples");
    }
    files.sort();
    files
}

fn record(path: &Path) -> Record {
    let text = std::fs::read_to_string(path).expect("a sample");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn key() -> DigestKey {
    DigestKey::new([7; 32])
}

/// A reading as a person checks it; digests are shortened.
fn shown(reading: &Reading) -> String {
    let mut text = String::new();
    for event in &reading.events {
        let object = event
            .object
            .as_ref()
            .map_or_else(|| "-".to_owned(), ToString::to_string);
        let proof = event.proof.as_str();
        let kind = event.kind.as_str();
        let when = event.happened;
        let _ = writeln!(text, "{proof} {kind} [{object}] at {when}");
        lines(&mut text, "before", &event.before);
        lines(&mut text, "after", &event.after);
    }
    for state in &reading.states {
        let group = serde_json::to_string(&state.group).unwrap_or_default();
        let extent = if state.complete { "all of" } else { "some of" };
        let _ = writeln!(text, "{} {extent} {group}", state.proof.as_str());
        for item in &state.items {
            lines(&mut text, &item.id, &item.fields);
        }
    }
    for problem in &reading.problems {
        let weight = if problem.harmless {
            "remark"
        } else {
            "problem"
        };
        let _ = writeln!(text, "{weight} {}: {}", problem.place, problem.says);
    }
    text
}

fn is_digest(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn lines(text: &mut String, title: &str, fields: &Fields) {
    if fields.is_empty() {
        return;
    }
    let _ = write!(text, "  {title}:");
    for (field, value) in fields.iter() {
        let value = match value {
            Value::Text(text) if is_digest(text) => format!("#{}", &text[..6]),
            value => value.shown().into_owned(),
        };
        let _ = write!(text, " {}={value};", field.as_str());
    }
    text.push('\n');
}

#[test]
fn every_sample_is_read_as_its_expectation_says() {
    for path in samples() {
        let reading = read(&record(&path), &key());
        let expected = path.with_extension("txt");
        if std::env::var_os("SELLKEEP_WRITE_EXPECTED").is_some() {
            std::fs::write(&expected, shown(&reading)).expect("written");
        }
        let expected = std::fs::read_to_string(&expected)
            .unwrap_or_else(|_| panic!("{} has no expectation beside it", path.display()));
        assert_eq!(shown(&reading), expected, "{}", path.display());
    }
}

#[test]
fn no_name_and_no_address_shows() {
    for path in samples() {
        let reading = read(&record(&path), &key());
        let mut all = serde_json::to_string(&reading).expect("json");
        all = all
            .replace("Banka Primjer", "")
            .replace("BANKA PRIMJER", "");
        for word in PRIVATE {
            assert!(!all.contains(word), "{word} of {} shows", path.display());
        }
    }
}

#[test]
fn the_same_delivery_read_twice_is_one_event() {
    for path in samples() {
        let first = record(&path);
        if first.status.is_some() {
            continue;
        }
        let mut again = first.clone();
        again.at = "2026-11-01T12:00:00Z".parse().expect("a time");
        let ids = |record| -> Vec<String> {
            read(record, &key())
                .events
                .into_iter()
                .map(|event| event.id)
                .collect()
        };
        let first = ids(&first);
        assert_eq!(first, ids(&again), "{}", path.display());
        let distinct: std::collections::BTreeSet<&String> = first.iter().collect();
        assert_eq!(distinct.len(), first.len(), "{}", path.display());
    }
}

#[test]
fn an_answer_that_refuses_again_is_told_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stripe/samples");
    let first = record(&folder.join("refused.json"));
    let mut later = first.clone();
    later.at = "2026-12-01T12:00:00Z".parse().expect("a time");
    let id = |record: &Record| read(record, &key()).events[0].id.clone();
    assert_eq!(id(&first), id(&first));
    assert_ne!(id(&first), id(&later));
}

#[test]
fn creation_and_payment_of_an_order_are_one_event() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shopify/samples");
    let id = |name: &str| read(&record(&folder.join(name)), &key()).events[0].clone();
    let (created, paid) = (id("orders-create.json"), id("orders-paid.json"));
    assert_eq!((created.id, created.happened), (paid.id, paid.happened));
}
