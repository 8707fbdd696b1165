//! The pieces of an incident: which records belong to it, and what each is called.

use jiff::Timestamp;
use sellkeep_model::{Event, Record};
use sellkeep_respond::evidence::Piece;
use sellkeep_respond::incident::{Act, Incident};
use sellkeep_respond::packet::{Original, theme};

/// The records behind the events, in the order they were learned, then what people added.
pub fn originals(incident: &Incident, events: &[Event]) -> Vec<Original> {
    let mut originals: Vec<Original> = Vec::new();
    for event in events {
        let Some(digest) = &event.record else {
            continue;
        };
        let theme = theme(event.kind);
        match originals.iter_mut().find(|one| one.sha256 == *digest) {
            Some(known) => known.themes.push(theme),
            None => originals.push(Original {
                sha256: digest.clone(),
                themes: vec![theme],
                by_person: false,
            }),
        }
    }
    for entry in &incident.log {
        if let Act::EvidenceSaved { sha256, .. } = &entry.what {
            originals.push(Original {
                sha256: sha256.clone(),
                themes: Vec::new(),
                by_person: true,
            });
        }
    }
    originals
}

/// When the earliest of what was read from a record happened.
pub fn happened(events: &[Event], digest: &str) -> Option<Timestamp> {
    let own = events
        .iter()
        .filter(|event| event.record.as_deref() == Some(digest));
    own.map(|event| event.happened).min()
}

/// A stored record as a piece. Its title names the source and the operation only: every
/// reader of a packet sees it.
pub fn piece(bytes: &[u8], happened: Option<Timestamp>, now: Timestamp) -> Piece<'_> {
    let record: Option<Record> = serde_json::from_slice(bytes).ok();
    let title = record.as_ref().map(|record| {
        let is_mail = record.eml.is_some() || record.eml_base64.is_some();
        match &record.operation {
            _ if is_mail => format!("{}: mail", record.source),
            Some(operation) => format!("{}: {operation}", record.source),
            None => record.source.clone(),
        }
    });
    Piece {
        content: bytes,
        title: title.unwrap_or_else(|| "record".to_owned()),
        media_type: "application/json".to_owned(),
        happened,
        learned: record.map_or(now, |record| record.at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_by_its_source_and_not_by_its_content() {
        let now = Timestamp::UNIX_EPOCH;
        let title = |text: &str| piece(text.as_bytes(), None, now).title;
        let mail = r#"{"at":"2026-11-24T10:00:00Z","source":"mailbox","eml":"Subject: secret"}"#;
        assert_eq!(title(mail), "mailbox: mail");
        let api = r#"{"at":"2026-11-24T10:00:00Z","source":"amazon.api","operation":"getOrders"}"#;
        assert_eq!(title(api), "amazon.api: getOrders");
        assert_eq!(title("no record"), "record");
    }
}
