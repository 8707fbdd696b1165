//! What a hook or an answer tells: the frame that all its events and states share.
//!
//! Invariants: an event's id is made of the source's own id of it, so the same delivery read
//! twice is one event; no event happens later than a few minutes after we learned of it;
//! names of people are kept as keyed digest and first letters. A hook is proven if its
//! receiver verified its signature, claimed if he could not, and observed where
//! nobody could check (a recorded file).

use std::cell::RefCell;

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::{
    DigestKey, Event, EventKind, Field, Fields, Item, Object, ProofLevel, Reading, Record,
    SignatureCheck, State, StateGroup, TimeQuality, id_of, masked, masked_address, sha256,
};

use crate::place::{Notes, Place};

/// How far a source's clock may run ahead of ours before its time is not believed.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// What all facts of one record share.
pub(crate) struct Told<'a> {
    /// The record.
    pub record: &'a Record,
    /// Digests private names.
    pub key: &'a DigestKey,
    /// The brand's id; empty where only the accounts file knows it.
    pub marketplace: &'static str,
    /// The topic, type or operation.
    pub topic: String,
    /// How it is known.
    pub proof: ProofLevel,
    /// The source's own id of what it tells.
    pub id: String,
    /// When it happened, where the source names it.
    pub happened: Option<Timestamp>,
    reading: RefCell<Reading>,
}

/// Proof of a hook by what its receiver found.
pub(crate) fn hook_proof(record: &Record) -> ProofLevel {
    match record.signature {
        Some(SignatureCheck::Verified) => ProofLevel::Proven,
        Some(SignatureCheck::Unverified) => ProofLevel::Claimed,
        None => ProofLevel::Observed,
    }
}

/// Reads a record whose body is JSON.
pub(crate) fn reading(
    record: &Record,
    key: &DigestKey,
    marketplace: &'static str,
    proof: ProofLevel,
    read: impl FnOnce(&mut Told<'_>, &Place<'_>),
) -> Reading {
    let notes = Notes::default();
    let mut told = Told {
        record,
        key,
        marketplace,
        topic: record.operation.clone().unwrap_or_default(),
        proof,
        id: own_id(record),
        happened: None,
        reading: RefCell::default(),
    };
    match record.json() {
        Some(body) if body.is_object() || body.is_array() => {
            read(&mut told, &Place::root(&body, &notes));
        }
        _ => notes.problem(
            "body",
            "is no JSON object; nothing was read, the record is kept",
        ),
    }
    let mut reading = told.reading.into_inner();
    notes.move_into(&mut reading);
    reading
}

/// An id for what names none: a hook that is sent again has the same body; an answer that is
/// given again is another one.
fn own_id(record: &Record) -> String {
    let body = sha256(record.body.to_string().as_bytes());
    if record.source.rsplit('.').next() == Some("api") {
        return id_of(&[&record.at.to_string(), &body]);
    }
    body
}

impl Told<'_> {
    /// Tells an event. What it is about is part of its id.
    pub fn event(&self, kind: EventKind, object: Option<Object>, before: Fields, after: Fields) {
        let about = object.as_ref().map(ToString::to_string).unwrap_or_default();
        let id = [
            &self.record.account,
            self.marketplace,
            &self.id,
            kind.as_str(),
            &about,
        ];
        self.push(id_of(&id), kind, object, before, after);
    }

    /// Tells an event that other deliveries tell too: its id is made of its object alone.
    pub fn event_once(&self, kind: EventKind, object: Object, after: Fields) {
        let about = object.to_string();
        let id = [
            &self.record.account,
            self.marketplace,
            kind.as_str(),
            &about,
        ];
        self.push(id_of(&id), kind, Some(object), Fields::new(), after);
    }

    fn push(
        &self,
        id: String,
        kind: EventKind,
        object: Option<Object>,
        before: Fields,
        after: Fields,
    ) {
        let (happened, time_quality) = self.when();
        let mut reading = self.reading.borrow_mut();
        if reading.events.iter().any(|event| event.id == id) {
            return;
        }
        reading.events.push(Event {
            id,
            kind,
            account: self.record.account.clone(),
            marketplace: self.marketplace.to_owned(),
            store: None,
            happened,
            learned: self.record.at,
            time_quality,
            source: self.record.source.clone(),
            operation: (!self.topic.is_empty()).then(|| self.topic.clone()),
            proof: self.proof,
            object,
            before,
            after,
            record: None,
        });
    }

    fn when(&self) -> (Timestamp, TimeQuality) {
        let learned = self.record.at;
        let latest = learned.saturating_add(AHEAD_MAX).unwrap_or(learned);
        match self.happened {
            None => (learned, TimeQuality::Learned),
            Some(at) if at > latest => (latest, TimeQuality::Clamped),
            Some(at) => (at, TimeQuality::Source),
        }
    }

    /// Tells what is so now.
    pub fn state(&self, group: StateGroup, complete: bool, items: Vec<Item>) {
        if items.is_empty() && !complete {
            return;
        }
        self.reading.borrow_mut().states.push(State {
            group,
            store: None,
            complete,
            proof: self.proof,
            as_of: self.record.at,
            items,
        });
    }

    /// Tells that the source refused us, and how.
    pub fn refused(&self, error: &str) {
        let source = Object::new("source", self.record.source.as_str());
        let after = Fields::new()
            .with(Field::Operation, self.topic.as_str())
            .with(Field::Error, error);
        self.event(
            EventKind::SourcePermissionLost,
            Some(source),
            Fields::new(),
            after,
        );
    }

    /// Whether the answer is one: otherwise its refusal is told or noted.
    pub fn is_answer(&self, body: &Place<'_>) -> bool {
        match self.record.status {
            None | Some(200..=299) => true,
            Some(status @ (401 | 403)) => {
                self.refused(&format!("HTTP {status}"));
                false
            }
            Some(_) => {
                body.wrong::<()>("is no answer but an error; nothing was read");
                false
            }
        }
    }

    /// Keeps a holder's name as digest and first letters.
    pub fn holder(&self, fields: &mut Fields, name: Option<String>) {
        if let Some(name) = name {
            fields.set(Field::Holder, self.key.digest(&name));
            fields.set(Field::HolderShown, masked(&name));
        }
    }

    /// Keeps a person with access as digest and first letters.
    pub fn user(&self, fields: &mut Fields, name: Option<String>) {
        if let Some(name) = name {
            fields.set(Field::UserDigest, self.key.digest(&name));
            let shown = if name.contains('@') {
                masked_address(&name)
            } else {
                masked(&name)
            };
            fields.set(Field::User, shown);
        }
    }

    /// Keeps a mail address as digest, first letter and domain.
    pub fn address(&self, fields: &mut Fields, address: Option<String>) {
        if let Some(address) = address {
            fields.set(Field::AddressDigest, self.key.digest(&address));
            fields.set(Field::Address, masked_address(&address));
        }
    }
}

/// An item of a state.
pub(crate) fn item(id: impl Into<String>, fields: Fields) -> Item {
    Item {
        id: id.into(),
        fields,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Reading {
        let record: Record = serde_json::from_str(line).expect("a record");
        let proof = hook_proof(&record);
        reading(
            &record,
            &DigestKey::new([3; 32]),
            "shopify",
            proof,
            |told, body| {
                told.happened = body.time("at");
                told.event(EventKind::PolicyNotice, None, Fields::new(), Fields::new());
            },
        )
    }

    #[test]
    fn proof_is_what_the_receiver_found() {
        let proof = |mark: &str| {
            let line = format!(r#"{{"at":"2026-11-01T10:00:00Z","body":{{}}{mark}}}"#);
            told(&line).events[0].proof
        };
        assert_eq!(proof(r#","signature":"verified""#), ProofLevel::Proven);
        assert_eq!(proof(r#","signature":"unverified""#), ProofLevel::Claimed);
        assert_eq!(proof(""), ProofLevel::Observed);
        let forged = r#","headers":{"signature":"verified"}"#;
        assert_eq!(proof(forged), ProofLevel::Observed);
    }

    #[test]
    fn a_time_ahead_of_ours_is_cut() {
        let when = |at: &str| {
            let line = format!(r#"{{"at":"2026-11-01T10:00:00Z","body":{{"at":"{at}"}}}}"#);
            let event = told(&line).events.remove(0);
            (event.happened.to_string(), event.time_quality)
        };
        let clamped = ("2026-11-01T10:05:00Z".to_owned(), TimeQuality::Clamped);
        assert_eq!(when("2030-01-01T00:00:00Z"), clamped);
        assert_eq!(when("2026-10-31").1, TimeQuality::Source);
        assert_eq!(when("never").1, TimeQuality::Learned);
    }

    #[test]
    fn what_is_no_json_is_a_problem() {
        for body in ["null", "\"text\"", "7", "\"<xml/>\""] {
            let reading = told(&format!(r#"{{"at":"2026-11-01T10:00:00Z","body":{body}}}"#));
            assert_eq!(reading.problems.len(), 1, "{body}");
            assert!(reading.events.is_empty());
        }
    }
}
