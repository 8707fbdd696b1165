//! Reads the `sellkeep:` block.

use sellkeep_model::AlertLevel;
use serde_json::Value as Json;

use super::block::Block;
use super::body;
use crate::flat::Name;
use crate::rule::{Claimed, Deadline, Family, Meta, ObjectOf, Planned, Template};

const ALERTS: &[AlertLevel] = &[
    AlertLevel::ForInformation,
    AlertLevel::CheckToday,
    AlertLevel::ActNow,
];
const FIELDS: &[&str] = &[
    "alert",
    "family",
    "weight",
    "playbook",
    "object",
    "says",
    "first_step",
    "deadline",
    "planned",
    "claimed",
];

/// Reads the block of a rule of that theme; all its mistakes, not only the first.
pub(super) fn read(json: &Json, theme: &str) -> Result<Meta, Vec<String>> {
    let mut known = FIELDS.to_vec();
    known.extend(body::BLOCKS);
    let block = Block::new("sellkeep", json, &known).map_err(|reason| vec![reason])?;
    let mut mistakes = Vec::new();
    let meta = all(&block, theme, &mut mistakes);
    meta.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

fn all(block: &Block<'_>, theme: &str, mistakes: &mut Vec<String>) -> Option<Meta> {
    let mut note = Note(mistakes);
    let alert = note.take(optional(block, "alert", |block, field| {
        block.word(field, ALERTS, AlertLevel::as_str)
    }));
    let family = note.take(block.word("family", Family::ALL, Family::as_str));
    let weight = note.take(block.number("weight", 0.0, 1.0));
    let playbook = note.take(optional(block, "playbook", |block, field| {
        block.text(field).map(str::to_owned)
    }));
    let object = note.take(object(block));
    let says = note.take(template(block, "says"));
    let first_step = note.take(template(block, "first_step"));
    let deadline = note.take(optional(block, "deadline", deadline));
    let planned = note.take(optional(block, "planned", |block, field| {
        block.word(field, Planned::ALL, Planned::as_str)
    }));
    let claimed = note.take(optional(block, "claimed", |block, field| {
        block.word(field, Claimed::ALL, Claimed::as_str)
    }));
    Some(Meta {
        alert: alert?,
        family: family?,
        weight: weight?,
        playbook: playbook?,
        object: object?,
        says: says?,
        first_step: first_step?,
        deadline: deadline?,
        planned: planned?.unwrap_or(Planned::Lowers),
        claimed: claimed?.unwrap_or_else(|| claimed_by_default(theme)),
    })
}

/// A message is a claim until it is proven, so a rule about messages that did not look at
/// claims would see nothing.
fn claimed_by_default(theme: &str) -> Claimed {
    if theme == "messages" {
        Claimed::Counts
    } else {
        Claimed::Never
    }
}

struct Note<'a>(&'a mut Vec<String>);

impl Note<'_> {
    fn take<T>(&mut self, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mistake) => {
                self.0.push(mistake);
                None
            }
        }
    }
}

fn optional<'a, T>(
    block: &Block<'a>,
    field: &str,
    read: impl Fn(&Block<'a>, &str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if block.has(field) {
        return read(block, field).map(Some);
    }
    Ok(None)
}

fn template(block: &Block<'_>, field: &str) -> Result<Template, String> {
    Template::parse(block.text(field)?).map_err(|reason| block.wrong(field, &reason))
}

fn object(block: &Block<'_>) -> Result<ObjectOf, String> {
    if !block.has("object") {
        return Ok(ObjectOf::Event);
    }
    match block.text("object")? {
        "event" => Ok(ObjectOf::Event),
        "none" => Ok(ObjectOf::None),
        word => Name::of(word).map(ObjectOf::Field).ok_or_else(|| {
            let what = format!("{word:?} is neither `event`, `none` nor a field");
            block.wrong("object", &what)
        }),
    }
}

fn deadline(block: &Block<'_>, field: &str) -> Result<Deadline, String> {
    match block.text(field)? {
        "payout-clock" => Ok(Deadline::PayoutClock),
        _ => block.length(field).map(Deadline::After),
    }
}
