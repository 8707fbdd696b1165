//! What people say in the console: answers to alerts, confirmations, closed incidents.
//!
//! One word is one record, filed and read like any other, so that a rebuilt state knows
//! what people said. Invariant: nobody else can say these words; a hook or an upload that
//! tries is refused (`generic`), and a person cannot speak for a marketplace here.

use sellkeep_model::{DigestKey, EventKind, Fields, Object, ProofLevel, Reading, Record, sha256};

use crate::place::Place;
use crate::told::{Told, reading};

/// The words that a person can say.
pub const WORDS: &[EventKind] = &[
    EventKind::AttestationRecorded,
    EventKind::BaselineConfirmed,
    EventKind::IncidentClosed,
    EventKind::OwnerConfirmed,
    EventKind::OwnerDenied,
];

/// What stands in a person's word: `{kind, happened, id, object: {type, id}}`.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    reading(record, key, "", ProofLevel::Proven, word)
}

fn word(told: &mut Told<'_>, place: &Place<'_>) {
    let kind = place.text("kind").and_then(|word| EventKind::of(&word));
    let Some(kind) = kind.filter(|kind| WORDS.contains(kind)) else {
        place.wrong::<()>("has a `kind` that is no word of a person; left out");
        return;
    };
    told.id = place
        .text("id")
        .unwrap_or_else(|| sha256(place.json().to_string().as_bytes()));
    told.happened = place.time("happened");
    let object = place.text("object.type").zip(place.text("object.id"));
    let object = object.map(|(kind, id)| Object::new(&kind, id));
    told.event(kind, object, Fields::new(), Fields::new());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, kind: &str) -> Reading {
        let line = serde_json::json!({
            "at": "2026-11-01T10:00:00Z", "account": "a", "source": source,
            "body": {"kind": kind, "object": {"type": "alert", "id": "x"}},
        });
        let record: Record = serde_json::from_value(line).expect("a record");
        crate::read(&record, &DigestKey::new([1; 32]))
    }

    #[test]
    fn a_person_says_what_only_a_person_may() {
        for kind in WORDS {
            let reading = said("person.console", kind.as_str());
            assert_eq!(reading.events.len(), 1, "{kind:?} {:?}", reading.problems);
            let event = &reading.events[0];
            assert_eq!((event.kind, event.proof), (*kind, ProofLevel::Proven));
            assert_eq!(event.object, Some(Object::new("alert", "x")));
            assert!(said("generic.webhook", kind.as_str()).events.is_empty());
            assert!(said("upload.json", kind.as_str()).events.is_empty());
        }
    }

    #[test]
    fn a_person_does_not_speak_for_the_marketplace() {
        for kind in ["payout.method_added", "mail.received", "nonsense", ""] {
            let reading = said("person.console", kind);
            assert!(reading.events.is_empty());
            assert_eq!(reading.problems.len(), 1);
        }
    }
}
