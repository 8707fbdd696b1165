//! From "a rule is met" to what a person is told: what, since when, how we know, what
//! to do first, how long is left.

mod sentence;
mod words;

use jiff::Timestamp;
use sellkeep_model::{
    Account, AlertLevel, Cause, Detection, Event, EventKind, Field, Fields, Object, ProofLevel,
    TimeQuality, id_of,
};

pub(crate) use sentence::{cause, time_shown};

use crate::context::context;
use crate::evaluate::Outcome;
use crate::flat::{Context, FlatEvent, Name};
use crate::moment::{Millis, length, millis, stamp};
use crate::payout_clock;
use crate::planned::announced;
use crate::rule::{Body, Deadline, ObjectOf, Planned, Rule, Seen};
use crate::sigma::Datum;
use crate::state::{Facts, Kept, Key};

/// Causes that are told one by one; a person reads no more of them.
const CAUSES_MAX: usize = 12;

/// What happened, in one sentence: what, when, from which source, how proven.
pub fn tell(event: &Event) -> String {
    cause(event)
}

/// What a detection is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Material<'a> {
    pub account: &'a Account,
    pub rule: &'a Rule,
    pub facts: &'a Facts,
    pub kept: &'a Kept,
}

impl Material<'_> {
    /// The detection of a rule that is met at a place.
    pub fn detection(&self, outcome: &Outcome, place: Key) -> Detection {
        let events: Vec<&Event> = outcome
            .causes
            .iter()
            .filter_map(|key| self.kept.get(*key))
            .collect();
        let stand_in;
        let last = if let Some(last) = events.last() {
            last
        } else {
            stand_in = stand_in_event(self.account, EventKind::OrderMetrics, place.0);
            &stand_in
        };
        self.about(outcome, &events, last, place)
    }

    /// The detection that a source is silent.
    pub fn silence(
        &self,
        outcome: &Outcome,
        source: &str,
        last: Option<Millis>,
        from: Millis,
    ) -> Detection {
        let mut event = stand_in_event(self.account, EventKind::SourcePermissionLost, from);
        source.clone_into(&mut event.source);
        event.object = Some(Object::new("source", source));
        event.after.set_if(Field::Since, last.map(stamp));
        self.about(outcome, &[], &event, Key::at(from))
    }

    fn about(&self, outcome: &Outcome, events: &[&Event], last: &Event, place: Key) -> Detection {
        let around = context(self.account, self.facts, last);
        let flat = FlatEvent {
            event: last,
            context: &around,
        };
        let rule = self.rule;
        let object = self.object(&flat);
        let happened = outcome
            .anchor
            .map_or(last.happened, |(anchor, _)| stamp(anchor.0));
        let proof = events
            .iter()
            .map(|event| event.proof)
            .min()
            .unwrap_or(ProofLevel::Observed);
        Detection {
            id: self.id(object.as_ref(), outcome.part_only),
            rule: rule.id.clone(),
            rule_version: rule.version.clone(),
            account: self.account.id.clone(),
            level: self.level(outcome, events),
            title: self.title(&flat, outcome.seen),
            happened,
            at: known(outcome, events, happened),
            object,
            how_we_know: self.how_we_know(outcome, events, &around),
            first_step: rule.meta.first_step.render(&flat, outcome.seen),
            deadline: self.deadline(last, place),
            causes: events.iter().map(|event| told(event)).collect(),
            proof,
            family: rule.meta.family.as_str().to_owned(),
            weight: rule.meta.weight,
            playbook: rule.meta.playbook.clone(),
            tags: rule.tags.clone(),
        }
    }

    /// The id of a detection: rule, account and object are one thread.
    pub fn id(&self, object: Option<&Object>, part_only: bool) -> String {
        let (kind, id) = object.map_or(("", ""), |object| (&object.kind, &object.id));
        let part = if part_only { "part" } else { "" };
        id_of(&[
            &self.rule.id,
            &self.account.tenant,
            &self.account.id,
            kind,
            id,
            part,
        ])
    }

    fn object(&self, event: &FlatEvent<'_>) -> Option<Object> {
        // What many events did together is about none of them.
        let crowd = matches!(self.rule.body, Body::Baseline { .. } | Body::Risk(_));
        match self.rule.meta.object {
            ObjectOf::None => None,
            _ if crowd => None,
            ObjectOf::Event => event.event.object.clone(),
            ObjectOf::Field(name) => field_object(name, event),
        }
    }

    /// An announced change is told for information; so is a mere part.
    fn level(&self, outcome: &Outcome, events: &[&Event]) -> AlertLevel {
        let level = self.rule.meta.alert.unwrap_or(AlertLevel::ForInformation);
        if outcome.part_only || self.lowered(events).is_some() {
            return AlertLevel::ForInformation;
        }
        level
    }

    /// Who announced all of it, if it all was announced.
    fn lowered(&self, events: &[&Event]) -> Option<String> {
        if self.rule.meta.planned != Planned::Lowers || events.is_empty() {
            return None;
        }
        let mut by = None;
        for event in events {
            by = Some(announced(self.account, event)?.by.clone());
        }
        by.map(|by| by.unwrap_or_else(|| "the owner".to_owned()))
    }

    fn title(&self, event: &FlatEvent<'_>, seen: Seen) -> String {
        let says = self.rule.meta.says.render(event, seen);
        if says.trim().is_empty() {
            self.rule.title.clone()
        } else {
            says
        }
    }

    fn how_we_know(&self, outcome: &Outcome, events: &[&Event], around: &Context) -> Vec<String> {
        let mut says: Vec<String> = events
            .iter()
            .take(CAUSES_MAX)
            .map(|event| cause(event))
            .collect();
        if events.len() > CAUSES_MAX {
            says.push(format!(
                "And {} more of the same.",
                events.len() - CAUSES_MAX
            ));
        }
        says.extend(outcome.says.iter().cloned());
        if let Some(by) = self.lowered(events) {
            says.push(format!("This was announced by {by}."));
        }
        says.extend(sentence::around(around));
        says
    }

    fn deadline(&self, last: &Event, place: Key) -> Option<Timestamp> {
        match self.rule.meta.deadline? {
            Deadline::After(lasts) => Some(stamp(place.0.saturating_add(length(lasts)))),
            Deadline::PayoutClock => {
                let tail = last.after.text(Field::Tail);
                Some(stamp(payout_clock::deadline(
                    self.account,
                    self.facts,
                    tail,
                    place.0,
                )))
            }
        }
    }
}

fn known(outcome: &Outcome, events: &[&Event], happened: Timestamp) -> Timestamp {
    let learned = events.iter().map(|event| event.learned).max();
    learned.max(outcome.known).unwrap_or(happened)
}

fn told(event: &Event) -> Cause {
    Cause {
        happened: event.happened,
        event: event.id.clone(),
        kind: event.kind.as_str().to_owned(),
        proof: event.proof,
        says: cause(event),
    }
}

fn field_object(name: Name, event: &FlatEvent<'_>) -> Option<Object> {
    let value = event.get(name)?;
    let word = name.to_string();
    let word = word.rsplit('.').next().unwrap_or_default();
    (value != Datum::Null).then(|| Object::new(word, value.shown()))
}

/// What stands for an event where a rule is met by none.
fn stand_in_event(account: &Account, kind: EventKind, at: Millis) -> Event {
    Event {
        id: String::new(),
        kind,
        account: account.id.clone(),
        marketplace: account.marketplace.clone(),
        store: None,
        happened: stamp(at),
        learned: stamp(at),
        time_quality: TimeQuality::Learned,
        source: "sellkeep".to_owned(),
        operation: None,
        proof: ProofLevel::Observed,
        object: None,
        before: Fields::new(),
        after: Fields::new(),
        record: None,
    }
}

/// The causes of a detection in 64 bits, to see whether there is anything new to tell.
pub(crate) fn print(outcome: &Outcome) -> u64 {
    if let Some((_, print)) = outcome.anchor {
        return print;
    }
    let words: Vec<String> = outcome
        .causes
        .iter()
        .map(|key| format!("{key:?}"))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    crate::state::hash(&words)
}

/// The time of a detection's event in milliseconds.
pub(crate) fn deadline_millis(detection: &Detection) -> Option<Millis> {
    detection.deadline.map(millis)
}
