//! What is fuzzed, and what each promises of any input.

use anyhow::{Context, Result};
use sellkeep_knowledge::{Files, Knowledge};
use sellkeep_mail::sender::Sender;
use sellkeep_mail::{Examiner, Headers, Record, content};
use sellkeep_model::{Domain, Envelope, RecordedZone, Timestamp, Verdict};

/// One reader of bytes.
pub struct Target {
    /// Also the folder of its seeds.
    pub name: &'static str,
    /// Reads one input; panics where a promise is broken.
    pub read: fn(&Reader, &[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target {
        name: "headers",
        read: headers,
    },
    Target {
        name: "sender",
        read: sender,
    },
    Target {
        name: "content",
        read: read_content,
    },
    Target {
        name: "examine",
        read: examine,
    },
    Target {
        name: "text",
        read: text,
    },
    Target {
        name: "link",
        read: link,
    },
    Target {
        name: "envelope",
        read: envelope,
    },
    Target {
        name: "zone",
        read: zone,
    },
    Target {
        name: "domain",
        read: domain,
    },
    Target {
        name: "knowledge",
        read: knowledge,
    },
];

/// What is prepared once for all inputs.
pub struct Reader {
    examiner: Examiner,
    now: Timestamp,
}

impl Reader {
    /// With the built-in knowledge, at a time that never changes.
    pub fn new() -> Result<Reader> {
        let knowledge = Knowledge::builtin().context("the built-in knowledge cannot be loaded")?;
        Ok(Reader {
            examiner: Examiner::new(knowledge),
            now: Timestamp::UNIX_EPOCH,
        })
    }
}

fn headers(_: &Reader, input: &[u8]) {
    let headers = Headers::read(input);
    for header in headers.iter() {
        std::hint::black_box(header.value());
    }
}

fn sender(_: &Reader, input: &[u8]) {
    let sender = Sender::read(&Headers::read(input));
    let named = sender.domain.is_some() || !sender.is_unambiguous();
    assert!(named, "an unambiguous sender without a domain");
}

fn read_content(_: &Reader, input: &[u8]) {
    let content = content::read(input);
    assert!(
        content.text.len() <= content::TEXT_BYTES_MAX,
        "too much text"
    );
    assert!(content.links.len() <= content::LINKS_MAX, "too many links");
}

/// Without a key and without a trusted server nothing is proven.
fn examine(reader: &Reader, input: &[u8]) {
    let record = Record {
        mail: input,
        envelope: &Envelope::default(),
        trust: &[],
        at: None,
        now: reader.now,
        recipient: None,
    };
    let examination = reader.examiner.examine(&record, &RecordedZone::default());
    assert!(
        examination.verdict != Verdict::Genuine,
        "genuine without a proof"
    );
    assert!(examination.proof.is_none(), "a proof out of nothing");
}

fn text(reader: &Reader, input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let examination = reader.examiner.examine_text(&text, reader.now);
    assert!(
        examination.verdict != Verdict::Genuine,
        "a text is never genuine"
    );
}

fn link(reader: &Reader, input: &[u8]) {
    let link = String::from_utf8_lossy(input);
    std::hint::black_box(reader.examiner.examine_link(&link, reader.now));
}

fn envelope(_: &Reader, input: &[u8]) {
    std::hint::black_box(Envelope::from_json(&String::from_utf8_lossy(input)).is_ok());
}

fn zone(_: &Reader, input: &[u8]) {
    if let Ok(zone) = RecordedZone::from_json(&String::from_utf8_lossy(input)) {
        std::hint::black_box(zone.iter().count());
    }
}

/// A domain is the same when it is read again, and lies within its organisation.
fn domain(reader: &Reader, input: &[u8]) {
    let Ok(domain) = Domain::parse(&String::from_utf8_lossy(input)) else {
        return;
    };
    let again = Domain::parse(domain.as_str());
    assert!(
        again.is_ok_and(|again| again == domain),
        "{domain:?} read again differs"
    );
    assert!(
        domain.is_within_str(domain.organisation()),
        "{domain:?} is not its own"
    );
    std::hint::black_box(domain.to_unicode());
    std::hint::black_box(reader.examiner.knowledge().host(&domain));
    std::hint::black_box(reader.examiner.knowledge().sender(&domain));
}

/// The first line is the path below the knowledge folder, the rest the file.
fn knowledge(_: &Reader, input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let (path, text) = input.split_once('\n').unwrap_or((&input, ""));
    let files = Files::from([(path.to_owned(), text.to_owned())]);
    if let Err(problems) = Knowledge::load(&files) {
        assert!(!problems.to_string().is_empty(), "refused without a reason");
    }
}
