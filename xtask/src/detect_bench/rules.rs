//! A hundred patterns in seven shapes: as rules of ours, as plain Sigma, and by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use regex::Regex;
use sellkeep_model::{Event, EventKind, Field};

use super::events::KINDS;

/// How many rules.
pub const RULES: usize = 100;

/// Patterns from here on are counted per account instead of told at once.
const COUNTED_FROM: usize = 85;

/// Number `at` as a Sigma detection section; names are those of the JSON event.
fn section(at: usize) -> String {
    let kind = KINDS[at % KINDS.len()].as_str();
    let (fields, condition) = match at % 7 {
        0 => (
            format!(
                "after.status: [S{at:03}, S{:03}, S{:03}]",
                at + 100,
                at + 200
            ),
            "s",
        ),
        1 => (format!("after.title|contains: marker{at:02}"), "s"),
        2 => (format!("after.place|cidr: 10.{at}.0.0/16"), "s"),
        3 => (format!("after.sku|startswith: K{at:03}"), "s and not f"),
        4 => (format!("after.amount|gte: {}", 990 + at / 12), "s"),
        5 => (format!("after.device|re: '^dev-{at:02}[0-9]{{2}}x$'"), "s"),
        _ => (
            format!("after.reason|contains|all: [marker{at:02}, summer, pallet]"),
            "s",
        ),
    };
    let mut text = format!("detection:\n  s:\n    kind: {kind}\n    {fields}\n");
    if at % 7 == 3 {
        text.push_str("  f:\n    after.currency: EUR\n");
    }
    let _ = writeln!(text, "  condition: {condition}");
    text
}

/// All as plain Sigma rules.
pub fn sigma() -> Vec<String> {
    let rule = |at| {
        format!(
            "title: Rule {at}\nlogsource: {{product: marketplace, category: orders}}\n{}",
            section(at)
        )
    };
    (0..RULES).map(rule).collect()
}

/// All as files of the knowledge folder.
pub fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for at in 0..RULES {
        let folder = format!("rules/orders/rule-{at:03}");
        files.insert(format!("{folder}/rule.yml"), ours(at));
        for proof in ["fires", "silent"] {
            files.insert(format!("{folder}/{proof}/a.jsonl"), String::new());
        }
    }
    files
}

fn ours(at: usize) -> String {
    let head = format!(
        "title: Rule {at}\ndescription: Speed.\nlogsource: {{product: marketplace, category: orders}}\n\
         falsepositives: [All of them.]\nlevel: low\n"
    );
    let meta = "sellkeep:\n  alert: for-information\n  family: orders\n  weight: 0.1\n  object: none\n  \
                says: Found.\n  first_step: Nothing.\n";
    if at < COUNTED_FROM {
        return format!("{head}{}{meta}", section(at));
    }
    let correlation = "correlation:\n  type: event_count\n  rules: [one]\n  group-by: [account]\n  \
                       timespan: 24h\n  condition: {gte: 50}\n";
    format!("{head}{correlation}{meta}---\nname: one\n{}", section(at))
}

/// One pattern by hand.
pub struct Hand {
    kind: EventKind,
    test: Test,
}

enum Test {
    Status([String; 3]),
    Title(String),
    Place(String),
    Sku(String),
    Amount(f64),
    Device(Regex),
    Reason([String; 3]),
}

/// All by hand, by the place of the kind in the vocabulary.
pub fn by_hand() -> Result<Vec<Vec<Hand>>> {
    let mut by_kind: Vec<Vec<Hand>> = EventKind::ALL.iter().map(|_| Vec::new()).collect();
    for at in 0..RULES {
        let kind = KINDS[at % KINDS.len()];
        by_kind[kind as usize].push(Hand {
            kind,
            test: test(at)?,
        });
    }
    Ok(by_kind)
}

fn test(at: usize) -> Result<Test> {
    let marker = format!("marker{at:02}");
    Ok(match at % 7 {
        0 => Test::Status([at, at + 100, at + 200].map(|status| format!("s{status:03}"))),
        1 => Test::Title(marker),
        2 => Test::Place(format!("10.{at}.")),
        3 => Test::Sku(format!("k{at:03}")),
        4 => Test::Amount(f64::from(u32::try_from(990 + at / 12)?)),
        5 => Test::Device(Regex::new(&format!("^dev-{at:02}[0-9]{{2}}x$"))?),
        _ => Test::Reason([marker, "summer".to_owned(), "pallet".to_owned()]),
    })
}

impl Hand {
    /// Whether an event matches.
    pub fn matches(&self, event: &Event) -> bool {
        let text = |field| event.after.text(field).unwrap_or_default();
        event.kind == self.kind
            && match &self.test {
                Test::Status(known) => known
                    .iter()
                    .any(|status| text(Field::Status).eq_ignore_ascii_case(status)),
                Test::Title(word) => text(Field::Title)
                    .to_ascii_lowercase()
                    .contains(word.as_str()),
                Test::Place(start) => text(Field::Place).starts_with(start.as_str()),
                Test::Sku(start) => {
                    let sku = text(Field::Sku).get(..start.len()).unwrap_or_default();
                    sku.eq_ignore_ascii_case(start) && text(Field::Currency) != "EUR"
                }
                Test::Amount(least) => event
                    .after
                    .number(Field::Amount)
                    .is_some_and(|amount| amount >= *least),
                Test::Device(regex) => regex.is_match(text(Field::Device)),
                Test::Reason(words) => {
                    let reason = text(Field::Reason).to_ascii_lowercase();
                    words.iter().all(|word| reason.contains(word.as_str()))
                }
            }
    }
}
