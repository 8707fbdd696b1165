//! One entry of a generic hook or an upload: `{kind, happened, id, object, before, after}`.
//!
//! Names of people and addresses come in clear and are kept as digest and first letters.
//! Words that only this program or its owner may say (an answer to an alert, a confirmed
//! baseline, what a mail is) are refused: a sender could silence the watch with them.

use sellkeep_model::{EventKind, Field, Fields, Object, sha256};

use crate::place::Place;
use crate::told::Told;

/// Beginnings of words that are not for others to say.
const OURS: &[&str] = &[
    "attestation.",
    "baseline.",
    "incident.",
    "mail.",
    "owner.",
    "queue.",
    "secret.",
    "source.",
    "submission.",
    "subscription.",
];

/// Details that are made here from others.
const MADE_HERE: &[Field] = &[Field::AddressDigest, Field::HolderShown, Field::UserDigest];

/// Details that hold a number.
const NUMBERS: &[Field] = &[
    Field::Amount,
    Field::Count,
    Field::Price,
    Field::PromiseDays,
    Field::Quantity,
    Field::Share,
    Field::Units,
];

/// Reads one entry.
pub(crate) fn entry(told: &mut Told<'_>, place: &Place<'_>) {
    let Some(word) = place.text("kind") else {
        place.wrong::<()>("has no `kind`; nothing was read of it");
        return;
    };
    if OURS.iter().any(|beginning| word.starts_with(beginning)) {
        place.wrong::<()>("has a `kind` that only this program itself may say; left out");
        return;
    }
    let Some(kind) = EventKind::of(&word) else {
        place.wrong::<()>("has a `kind` that is not in the vocabulary; left out");
        return;
    };
    told.id = place
        .text("id")
        .unwrap_or_else(|| sha256(place.json().to_string().as_bytes()));
    told.happened = place.time("happened");
    let object = place.text("object.type").zip(place.text("object.id"));
    let object = object.map(|(kind, id)| Object::new(&kind, id));
    let (before, after) = (
        details(told, place, "before"),
        details(told, place, "after"),
    );
    told.event(kind, object, before, after);
}

fn details(told: &Told<'_>, place: &Place<'_>, path: &str) -> Fields {
    let mut fields = Fields::new();
    let Some(details) = place.get(path) else {
        return fields;
    };
    for name in details.names() {
        match Field::of(name) {
            Some(field) if !MADE_HERE.contains(&field) => put(told, &details, &mut fields, field),
            _ => {
                details.wrong::<()>("has a name that is no detail of ours; left out");
            }
        }
    }
    fields
}

fn put(told: &Told<'_>, details: &Place<'_>, fields: &mut Fields, field: Field) {
    let name = field.as_str();
    match field {
        Field::Holder => told.holder(fields, details.text(name)),
        Field::User => told.user(fields, details.text(name)),
        Field::Address => told.address(fields, details.text(name)),
        Field::Default | Field::Participating | Field::Suspended => {
            fields.set_if(field, details.flag(name));
        }
        field if NUMBERS.contains(&field) => details.put_number(fields, field, name),
        Field::Tail => fields.set_if(field, details.text(name).map(|text| ending(&text))),
        _ => details.put(fields, field, name),
    }
}

/// More digits than any marketplace shows of an account; a longer number is cut to its end,
/// so that a whole account number is never kept.
const TAIL_MAX: usize = 4;

fn ending(text: &str) -> String {
    let signs: Vec<char> = text.chars().filter(|sign| sign.is_alphanumeric()).collect();
    signs[signs.len().saturating_sub(TAIL_MAX)..]
        .iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_account_number_is_cut_to_its_end() {
        assert_eq!(ending("DE89 3704 0044 0532 0130 00"), "3000");
        assert_eq!(ending("677"), "677");
        assert_eq!(ending("··"), "");
    }
}
