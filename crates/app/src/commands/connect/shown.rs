//! What was found, for a person: what the application may read, and the first reading.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sellkeep_connect::amazon::live::{Finding, Sight, find};
use sellkeep_model::{DigestKey, Field, Fields, StateGroup};

/// What the first reading says that a person should know for his own.
#[derive(Debug, Default, PartialEq)]
pub struct FirstReading {
    /// The lines to be shown.
    pub lines: Vec<String>,
    /// Endings of deposit accounts.
    pub tails: BTreeSet<String>,
}

/// The table of what may be read.
pub fn table(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let facts = finding.operation.facts();
        let word = match finding.sight {
            Sight::Seen => "\x1b[32myes\x1b[0m",
            Sight::Refused => "\x1b[31mNO \x1b[0m",
            Sight::NotThere => "-  ",
            Sight::Unknown => "?  ",
        };
        let store = finding.store.as_deref().map_or("", country);
        // A String takes whatever is written to it.
        let _ = writeln!(text, "  {word}  {:2}  {}", store, facts.gives);
        let _ = match finding.sight {
            Sight::Seen => Ok(()),
            Sight::Refused => writeln!(
                text,
                "           {} needs the role {}: add it to the developer profile and the application, then authorise again",
                facts.name, facts.roles
            ),
            Sight::NotThere => writeln!(
                text,
                "           {} is not offered here; nothing to do",
                facts.name
            ),
            Sight::Unknown => writeln!(
                text,
                "           {}: Amazon gave no answer just now; it is asked again by itself",
                facts.name
            ),
        };
    }
    text.push_str("  Roles: https://developer-docs.amazon.com/sp-api/docs/role-mappings\n");
    text
}

fn country(store: &str) -> &str {
    find(store).map_or("?", |store| store.country)
}

/// The first reading out of the answers.
pub fn first_reading(findings: &[Finding], key: &DigestKey) -> FirstReading {
    let mut first = FirstReading::default();
    for record in findings
        .iter()
        .filter_map(|finding| finding.record.as_ref())
    {
        for state in sellkeep_connect::read(record, key).states {
            for item in &state.items {
                if state.group == StateGroup::DepositMethods {
                    let tail = item.fields.text(Field::Tail).map(str::to_owned);
                    first.tails.extend(tail);
                }
                first.lines.extend(line(state.group, &item.fields));
            }
        }
    }
    first.lines.sort();
    first.lines.dedup();
    first
}

fn line(group: StateGroup, fields: &Fields) -> Option<String> {
    let word = |field| fields.text(field).unwrap_or("?").to_owned();
    match group {
        StateGroup::DepositMethods => {
            let used = if fields.flag(Field::Default) == Some(true) {
                ", in use"
            } else {
                ""
            };
            Some(format!(
                "deposit account ending {}, in {}, holder {}{used}",
                word(Field::Tail),
                word(Field::Country),
                word(Field::HolderShown)
            ))
        }
        StateGroup::ExpectedPayouts => {
            let due = fields.text(Field::Scheduled)?.to_owned();
            Some(format!(
                "next payout {due} to the account ending {}",
                word(Field::Tail)
            ))
        }
        StateGroup::Stores => Some(format!("store named {}", word(Field::Name))),
        _ => None,
    }
}
