//! What all facts of one record have in common: account, operation, times, proof.
//!
//! Invariants: an event's id is made from what identifies the fact in the source, so
//! the same fact read twice has the same id; no event happens later than a few minutes
//! after we learned of it.

use std::borrow::Cow;
use std::cell::RefCell;

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::{
    DigestKey, Event, EventKind, Field, Fields, Item, ProofLevel, ReadProblem, Reading, Record,
    State, StateGroup, TimeQuality, id_of, masked,
};

/// How far a source's clock may run ahead of ours before its time is not believed.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// More problems than a person reads; a body beyond this is not an answer of Amazon's.
const PROBLEMS_MAX: usize = 20;

/// The marketplace's name in events.
const MARKETPLACE: &str = "amazon";

/// What could not be understood so far.
#[derive(Default)]
pub(super) struct Problems(RefCell<Reading>);

impl Problems {
    /// Notes one, up to a limit; the last place is kept for saying that there are more.
    pub(super) fn note(&self, place: impl Into<String>, says: &str) {
        let mut noted = self.0.borrow_mut();
        let real = |problem: &&ReadProblem| !problem.harmless;
        match noted.problems.iter().filter(real).count() {
            count if count < PROBLEMS_MAX - 1 => noted.problem(place, says),
            count if count == PROBLEMS_MAX - 1 => {
                noted.problem("body", "has more problems than are listed here");
            }
            _ => {}
        }
    }

    /// Says once that something is understood and needs nothing.
    pub(super) fn remark(&self, place: &str, says: &str) {
        let mut noted = self.0.borrow_mut();
        let said = |problem: &ReadProblem| problem.harmless && problem.says == says;
        if !noted.problems.iter().any(said) {
            noted.remark(place, says);
        }
    }

    pub(super) fn move_into(self, reading: &mut Reading) {
        reading.problems.extend(self.0.into_inner().problems);
    }
}

/// What all facts of one record have in common.
pub(super) struct Frame<'a> {
    pub record: &'a Record,
    pub key: &'a DigestKey,
    /// The operation, report or notification type by its official name.
    pub operation: Cow<'a, str>,
    pub proof: ProofLevel,
    pub problems: &'a Problems,
}

impl Frame<'_> {
    /// An event of this record; `identity` says which fact it is, in the source's words.
    pub fn event(&self, kind: EventKind, identity: &[&str], told: Option<Timestamp>) -> Event {
        let mut parts = vec![self.record.account.as_str(), kind.as_str()];
        parts.extend(identity);
        let (happened, time_quality) = self.happened(told);
        Event {
            id: id_of(&parts),
            kind,
            account: self.record.account.clone(),
            marketplace: MARKETPLACE.to_owned(),
            store: None,
            happened,
            learned: self.record.at,
            time_quality,
            source: self.record.source.clone(),
            operation: (!self.operation.is_empty()).then(|| self.operation.to_string()),
            proof: self.proof,
            object: None,
            before: Fields::new(),
            after: Fields::new(),
            record: None,
        }
    }

    /// A state of this record.
    pub fn state(&self, group: StateGroup, store: Option<String>, items: Items) -> State {
        State {
            group,
            store,
            complete: items.complete,
            proof: self.proof,
            as_of: self.record.at,
            items: items.items,
        }
    }

    /// The time that the source names, cut to what can be.
    pub fn happened(&self, told: Option<Timestamp>) -> (Timestamp, TimeQuality) {
        let latest = self
            .record
            .at
            .saturating_add(AHEAD_MAX)
            .unwrap_or(self.record.at);
        match told {
            None => (self.record.at, TimeQuality::Learned),
            Some(told) if told > latest => (latest, TimeQuality::Clamped),
            Some(told) => (told, TimeQuality::Source),
        }
    }

    /// Every value of a parameter that was asked with.
    pub fn asked(&self, name: &str) -> Vec<String> {
        let request = &self.record.request;
        let key = request.keys().find(|key| key.eq_ignore_ascii_case(name));
        let value = key.and_then(|key| self.record.parameter(key));
        let words = value.unwrap_or_default();
        let words = words
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    }

    /// The one store that was asked about.
    pub fn asked_store(&self) -> Option<String> {
        match self.asked_stores().as_slice() {
            [store] => Some(store.clone()),
            _ => None,
        }
    }

    /// Every store that was asked about.
    pub fn asked_stores(&self) -> Vec<String> {
        let mut stores = self.asked("marketplaceIds");
        stores.extend(self.asked("marketplaceId"));
        stores
    }

    /// Whether the question left nothing out: no parameter but these was asked with.
    pub fn asked_for_all(&self, harmless: &[&str]) -> bool {
        let known = |key: &String| harmless.iter().any(|name| key.eq_ignore_ascii_case(name));
        self.record.request.keys().all(known)
    }

    /// Keeps a private name as digest and first letters.
    pub fn holder(&self, fields: &mut Fields, name: Option<&str>) {
        if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
            fields.set(Field::Holder, self.key.digest(name));
            fields.set(Field::HolderShown, masked(name));
        }
    }
}

/// The things of a state under way.
pub(super) struct Items {
    /// Whether everything is listed.
    pub complete: bool,
    items: Vec<Item>,
}

impl Items {
    /// No thing yet.
    pub fn new(complete: bool) -> Items {
        Items {
            complete,
            items: Vec::new(),
        }
    }

    /// One more thing.
    pub fn push(&mut self, id: impl Into<String>, fields: Fields) {
        self.items.push(Item {
            id: id.into(),
            fields,
        });
    }

    /// Whether there is nothing to say: no thing, and not everything is listed.
    pub fn says_nothing(&self) -> bool {
        self.items.is_empty() && !self.complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_have_a_limit_and_say_so() {
        let problems = Problems::default();
        for _ in 0..100 {
            problems.note("payouts[0].tail", "is not text; left out");
        }
        let mut reading = Reading::default();
        problems.move_into(&mut reading);
        assert_eq!(reading.problems.len(), PROBLEMS_MAX);
        assert!(
            reading.problems[PROBLEMS_MAX - 1]
                .says
                .contains("more problems")
        );
    }

    #[test]
    fn a_time_ahead_of_ours_is_cut() {
        let line = r#"{"at":"2026-11-01T10:00:00Z","source":"amazon.api"}"#;
        let record: Record = serde_json::from_str(line).expect("a record");
        let problems = Problems::default();
        let key = DigestKey::new([1; 32]);
        let frame = Frame {
            record: &record,
            key: &key,
            operation: Cow::Borrowed(""),
            proof: ProofLevel::Proven,
            problems: &problems,
        };
        let told = |text: &str| frame.happened(Some(text.parse().expect("a time")));
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(
            told("2027-01-01T00:00:00Z"),
            (at("2026-11-01T10:05:00Z"), TimeQuality::Clamped)
        );
        assert_eq!(
            told("2026-11-01T10:04:59Z"),
            (at("2026-11-01T10:04:59Z"), TimeQuality::Source)
        );
        assert_eq!(frame.happened(None), (record.at, TimeQuality::Learned));
    }
}
