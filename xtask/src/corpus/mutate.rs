//! Mutations of genuine mails that change what the reader sees or who signed.
//!
//! Seeded: the same seed makes the same mutations. None of them may be called
//! genuine. A mutation that leaves the mail's meaning as it is (white space that
//! the signature's canonical form ignores) is not made.

use sellkeep_mail::Examiner;
use sellkeep_model::{RecordedZone, Verdict};

use super::dice::Dice;
use super::notices::Notice;

type Mutation = fn(&str, &mut Dice) -> String;

/// Every way to change a mail, with its name.
pub const MUTATIONS: &[(&str, Mutation)] = &[
    ("second From on top", |mail, dice| {
        on_top(mail, &format!("From: {}", dice.pick(SENDERS)))
    }),
    ("second From below", |mail, dice| {
        at_end_of_header(mail, &format!("From: {}", dice.pick(SENDERS)))
    }),
    ("From replaced", |mail, dice| {
        replace_field(mail, "From", dice.pick(SENDERS))
    }),
    ("From with an odd name", |mail, dice| {
        on_top(
            mail,
            &format!(
                "{}: {}",
                dice.pick(&["From ", " From", "FROM\t"]),
                dice.pick(SENDERS)
            ),
        )
    }),
    ("second Subject on top", |mail, dice| {
        on_top(mail, &format!("Subject: {}", dice.pick(WORDS)))
    }),
    ("second Subject below", |mail, dice| {
        at_end_of_header(mail, &format!("Subject: {}", dice.pick(WORDS)))
    }),
    ("Subject replaced", |mail, dice| {
        replace_field(mail, "Subject", dice.pick(WORDS))
    }),
    ("Reply-To added", |mail, dice| {
        on_top(mail, &format!("Reply-To: {}", dice.pick(SENDERS)))
    }),
    ("Sender added", |mail, dice| {
        on_top(mail, &format!("Sender: {}", dice.pick(SENDERS)))
    }),
    ("Cc added", |mail, dice| {
        on_top(mail, &format!("Cc: {}", dice.pick(SENDERS)))
    }),
    ("second To", |mail, dice| {
        on_top(mail, &format!("To: {}", dice.pick(SENDERS)))
    }),
    ("second Date", |mail, _| {
        on_top(mail, "Date: Tue, 03 Mar 2026 10:00:00 +0000")
    }),
    ("second Content-Type on top", |mail, dice| {
        on_top(mail, dice.pick(TYPES))
    }),
    ("second Content-Type below", |mail, dice| {
        at_end_of_header(mail, dice.pick(TYPES))
    }),
    ("Content-Type replaced", |mail, dice| {
        let value = dice
            .pick(TYPES)
            .split_once(": ")
            .map_or("text/plain", |(_, value)| value);
        replace_field(mail, "Content-Type", value)
    }),
    ("second Content-Transfer-Encoding", |mail, dice| {
        on_top(
            mail,
            &format!(
                "Content-Transfer-Encoding: {}",
                dice.pick(&["7bit", "quoted-printable", "8bit"])
            ),
        )
    }),
    ("Content-Transfer-Encoding replaced", |mail, dice| {
        replace_field(
            mail,
            "Content-Transfer-Encoding",
            dice.pick(&["7bit", "quoted-printable"]),
        )
    }),
    ("text appended", |mail, dice| {
        format!("{mail}{}\r\n", dice.pick(WORDS))
    }),
    ("text put in front", |mail, dice| {
        match mail.split_once("\r\n\r\n") {
            Some((header, body)) => format!("{header}\r\n\r\n{}\r\n{body}", dice.pick(WORDS)),
            None => format!("{mail}x"),
        }
    }),
    ("a body byte changed", change_body_byte),
    ("a signed header byte changed", change_header_byte),
    ("body replaced", |mail, dice| {
        match mail.split_once("\r\n\r\n") {
            Some((header, _)) => format!("{header}\r\n\r\n{}\r\n", dice.pick(WORDS)),
            None => format!("{mail}x"),
        }
    }),
    ("signer changed", |mail, dice| {
        change_tag(mail, "d=", dice.pick(SIGNERS))
    }),
    ("selector changed", |mail, dice| {
        change_tag(mail, "s=", dice.pick(&["evil", "s1", "x"]))
    }),
    ("signature removed", |mail, _| {
        remove_field(mail, "DKIM-Signature")
    }),
    ("body length tag added", |mail, dice| {
        change_tag(mail, "bh=", &format!("{}; l={}", "AAAA", dice.below(9)))
    }),
    ("signed field list shortened", |mail, _| {
        mail.replacen("Subject:", "X-Subject:", 1)
    }),
];

const SENDERS: &[&str] = &[
    "Amazon <service@amazon-verify.example.net>",
    "PayPal <x@example.net>",
    "\"seller-notification@amazon.com\" <a@example.org>",
    "attacker@example.com",
    "Support <support@amazon.com.example.net>",
];
const WORDS: &[&str] = &[
    "Your account is suspended, verify now",
    "Call +1 (808) 555-0123 to cancel",
    "https://example.net/verify",
    "urgent",
];
const TYPES: &[&str] = &[
    "Content-Type: text/plain; charset=utf-8; x=1",
    "Content-Type: multipart/mixed; boundary=\"zz\"",
    "Content-Type: text/html; charset=utf-7",
    "Content-Type: message/rfc822",
];
const SIGNERS: &[&str] = &[
    "example.net",
    "amazon.com.example.net",
    "amazonses.com",
    "evil.com.be",
];

fn on_top(mail: &str, line: &str) -> String {
    format!("{line}\r\n{mail}")
}

fn at_end_of_header(mail: &str, line: &str) -> String {
    mail.replacen("\r\n\r\n", &format!("\r\n{line}\r\n\r\n"), 1)
}

/// Byte range of a field with its continuation lines, final line end included.
fn field(mail: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let header = mail.split("\r\n\r\n").next()?.len() + 2;
    let start = if mail.starts_with(&format!("{name}:")) {
        0
    } else {
        mail[..header].find(&format!("\r\n{name}:"))? + 2
    };
    let mut end = start;
    loop {
        end += mail[end..header].find("\r\n")? + 2;
        if !mail[end..].starts_with([' ', '\t']) {
            return Some(start..end);
        }
    }
}

fn replace_field(mail: &str, name: &str, value: &str) -> String {
    let Some(range) = field(mail, name) else {
        return format!("{mail}x");
    };
    format!(
        "{}{name}: {value}\r\n{}",
        &mail[..range.start],
        &mail[range.end..]
    )
}

fn remove_field(mail: &str, name: &str) -> String {
    field(mail, name).map_or_else(
        || format!("{mail}x"),
        |range| format!("{}{}", &mail[..range.start], &mail[range.end..]),
    )
}

fn change_tag(mail: &str, tag: &str, value: &str) -> String {
    let Some(range) = field(mail, "DKIM-Signature") else {
        return format!("{mail}x");
    };
    let signature = &mail[range.clone()];
    let Some(at) = signature
        .find(&format!(" {tag}"))
        .or_else(|| signature.find(&format!(";{tag}")))
    else {
        return format!("{mail}x");
    };
    let start = range.start + at + 1 + tag.len();
    let end = mail[start..range.end]
        .find([';', '\r'])
        .map_or(range.end, |end| start + end);
    format!("{}{value}{}", &mail[..start], &mail[end..])
}

/// Changes one character of the body that is not white space.
fn change_body_byte(mail: &str, dice: &mut Dice) -> String {
    let Some(body) = mail.find("\r\n\r\n").map(|at| at + 4) else {
        return format!("{mail}x");
    };
    change_within(mail, body..mail.len(), dice)
}

/// Changes one character of a signed field's value.
fn change_header_byte(mail: &str, dice: &mut Dice) -> String {
    let name = dice.pick(&[
        "From",
        "Subject",
        "To",
        "Date",
        "Message-ID",
        "Content-Type",
    ]);
    match field(mail, name) {
        Some(range) => change_within(mail, range.start + name.len() + 2..range.end, dice),
        None => format!("{mail}x"),
    }
}

fn change_within(mail: &str, range: std::ops::Range<usize>, dice: &mut Dice) -> String {
    let bytes = mail.as_bytes();
    let places: Vec<usize> = range
        .filter(|at| bytes[*at].is_ascii_alphanumeric())
        .collect();
    if places.is_empty() {
        return format!("{mail}x");
    }
    let at = dice.pick(&places);
    let mut changed = bytes.to_vec();
    changed[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
    String::from_utf8_lossy(&changed).into_owned()
}

/// Names of the mutations that were called genuine, out of `count` on two threads.
pub fn measure(
    examiner: &Examiner,
    notices: &[Notice],
    zone: &RecordedZone,
    count: usize,
) -> Vec<String> {
    let halves = [0, 1].map(|half| (half..count).step_by(2));
    std::thread::scope(|scope| {
        let runs = halves.map(|half| {
            scope.spawn(move || {
                half.filter_map(|seed| one(examiner, notices, zone, seed))
                    .collect::<Vec<_>>()
            })
        });
        runs.into_iter()
            .flat_map(|run| {
                run.join()
                    .unwrap_or_else(|_| vec!["a mutation ended in a panic".to_owned()])
            })
            .collect()
    })
}

fn one(
    examiner: &Examiner,
    notices: &[Notice],
    zone: &RecordedZone,
    seed: usize,
) -> Option<String> {
    let mut dice = Dice::new(seed as u64 + 1);
    let notice = &notices[seed % notices.len()];
    let (name, mutation) = &MUTATIONS[(seed / notices.len()) % MUTATIONS.len()];
    let mail = String::from_utf8_lossy(&notice.mail);
    let changed = mutation(&mail, &mut dice);
    let examination = super::notices::examine(examiner, changed.as_bytes(), zone);
    (changed != mail && examination.verdict == Verdict::Genuine)
        .then(|| format!("{name} on {} (seed {seed})", notice.name))
}
