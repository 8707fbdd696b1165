//! Rules, accounts, events and states for these tests, in few words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use sellkeep_detect::{AccountState, Origin, Rehearsal, RuleSet, step};
use sellkeep_model::{
    Account, Detection, Event, EventKind, Field, Fields, Item, Object, ProofLevel, State,
    StateGroup, TimeQuality, Value, id_of,
};

/// One rule: its id, the lines below `sellkeep:` (or a whole `correlation:`), its parts.
pub struct Text {
    pub id: &'static str,
    pub block: &'static str,
    pub parts: &'static [(&'static str, &'static str)],
}

const META: &str = "  alert: act-now\n  family: payout\n  weight: 0.5\n  says: Something\n  first_step: Look\n  object: none\n";

/// The rules of these texts.
pub fn rules(texts: &[Text]) -> RuleSet {
    let mut files = BTreeMap::new();
    for text in texts {
        let folder = format!("rules/money/{}", text.id);
        let case = r#"{"kind":"user.added","happened":"2026-01-01T00:00:00Z"}"#;
        files.insert(format!("{folder}/rule.yml"), yaml(text));
        files.insert(format!("{folder}/fires/case.jsonl"), case.to_owned());
        files.insert(format!("{folder}/silent/case.jsonl"), case.to_owned());
    }
    RuleSet::load(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

fn yaml(text: &Text) -> String {
    let mut yaml = format!(
        "title: {}\ndescription: Why\nfalsepositives: [None]\nlevel: high\nlogsource: {{product: marketplace, category: money}}\n",
        text.id
    );
    let mut meta = META.to_owned();
    for line in text.block.lines() {
        let word = line.trim_start().split(':').next().unwrap_or_default();
        let own = |known: &&str| !known.trim_start().starts_with(&format!("{word}:"));
        let kept: Vec<&str> = meta.lines().filter(own).collect();
        meta = kept.join("\n") + "\n";
    }
    match text.block.split_once("correlation:") {
        Some((own, correlation)) => {
            let _ = write!(yaml, "correlation:{correlation}\nsellkeep:\n{META}{own}");
        }
        None => {
            let _ = writeln!(yaml, "sellkeep:\n{meta}{}", text.block);
        }
    }
    for (name, selection) in text.parts {
        let part = if name.is_empty() {
            String::new()
        } else {
            format!(
                "---\ntitle: {name}\nname: {name}\nlogsource: {{product: marketplace, category: money}}\n"
            )
        };
        let _ = write!(
            yaml,
            "{part}detection:\n  selection: {{{selection}}}\n  condition: selection\n"
        );
    }
    yaml
}

/// A plain confirmed account.
pub fn account() -> Account {
    account_of(r#"{"id":"shop","marketplace":"amazon","baseline_confirmed":true}"#)
}

pub fn account_of(json: &str) -> Account {
    serde_json::from_str(json).expect("an account")
}

/// The first of January 2026, and so many minutes.
pub fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    start + SignedDuration::from_mins(minutes)
}

pub const DAY: i64 = 24 * 60;

/// An event so many minutes after the first of January.
pub fn event(kind: &str, minutes: i64, object: &str) -> Event {
    let happened = at(minutes);
    let object = (!object.is_empty()).then(|| Object::new("thing", object));
    let id = object.as_ref().map_or("", |object| object.id.as_str());
    Event {
        id: id_of(&[kind, &happened.to_string(), id]),
        kind: EventKind::of(kind).unwrap_or_else(|| panic!("no kind {kind}")),
        account: "shop".to_owned(),
        marketplace: "amazon".to_owned(),
        store: None,
        happened,
        learned: happened,
        time_quality: TimeQuality::Source,
        source: "amazon.api".to_owned(),
        operation: None,
        proof: ProofLevel::Proven,
        object,
        before: Fields::new(),
        after: Fields::new(),
        record: None,
    }
}

pub fn with(mut event: Event, field: Field, value: impl Into<Value>) -> Event {
    event.after.set(field, value);
    event
}

pub fn claimed(mut event: Event) -> Event {
    event.proof = ProofLevel::Claimed;
    event.id = id_of(&[&event.id, "claimed"]);
    event
}

pub fn from_mail(mut event: Event) -> Event {
    "mailbox".clone_into(&mut event.source);
    event
}

/// What the rules find in events, in the order given.
pub fn found(rules: &RuleSet, events: &[Event]) -> Vec<Detection> {
    let account = account();
    let mut host = Rehearsal::new(rules, &account);
    for event in events {
        host.event(event);
    }
    host.found
}

/// The rules that find something, each as often as it does.
pub fn names(found: &[Detection]) -> Vec<&str> {
    found.iter().map(|one| one.rule.as_str()).collect()
}

/// Steps only, without time passing by itself.
pub fn stepped(rules: &RuleSet, state: &mut AccountState, events: &[Event]) -> Vec<Detection> {
    let account = account();
    let step = |event: &Event| step(rules, &account, state, event, event.learned);
    events.iter().flat_map(step).collect()
}

pub fn item(id: &str, fields: &[(Field, Value)]) -> Item {
    Item {
        id: id.to_owned(),
        fields: fields.iter().cloned().collect(),
    }
}

pub fn state_of(group: StateGroup, minutes: i64, items: Vec<Item>) -> State {
    State {
        group,
        store: None,
        complete: true,
        proof: ProofLevel::Proven,
        as_of: at(minutes),
        items,
    }
}

pub fn origin(minutes: i64) -> Origin {
    Origin {
        source: "amazon.api".to_owned(),
        operation: Some("getPaymentMethods".to_owned()),
        record: None,
        learned: at(minutes),
    }
}

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % sides.max(1)
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.roll(last + 1));
        }
    }
}
