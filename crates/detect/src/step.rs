//! One event → detections.
//!
//! The event takes its place in the account's order; every rule that it meets is asked
//! at that place, and again at the later places that it may have changed. What was
//! found there before and no longer holds is withdrawn. So the set of what stands
//! depends on the set of events only.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::{Account, Detection, Event, ProofLevel, TimeQuality};

use crate::context::context;
use crate::evaluate::{self, Outcome, View};
use crate::explain::{Material, deadline_millis, print};
use crate::flat::FlatEvent;
use crate::learn::{Reach, is_deed, learn};
use crate::moment::{DAY, Millis, millis};
use crate::risk;
use crate::rule::{Body, Claimed, Rule, RuleSet};
use crate::state::{AccountState, Change, Found, Key, Seen};

/// A clock may be wrong by so much; what claims to happen later did not.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Different things that one rule finds on one account in a day before it is told as
/// one storm: nobody reads a hundred alerts.
const STORM_MAX: usize = 100;

/// The same thing is told again so often; after that at every doubling.
const AGAIN_MAX: usize = 8;

/// Takes one event in and gives what the rules find. An event that was here gives nothing.
pub fn step(
    rules: &RuleSet,
    account: &Account,
    state: &mut AccountState,
    event: &Event,
    now: Timestamp,
) -> Vec<Detection> {
    let event = bounded(event);
    state.hot.now = state.hot.now.max(millis(now)).max(millis(event.learned));
    let key = Key::of(&event);
    state.hot.newest = state.hot.newest.max(key.0);
    let seen = state.hot.recent.note(key.3, key.0, state.hot.newest);
    if seen == Seen::Known {
        return Vec::new();
    }
    let mut engine = Engine::new(rules, account, state);
    if let Seen::Later(was) = seen {
        engine.take_back(was, key.3);
    }
    engine.take_in(&event, key);
    engine.finish()
}

/// The event with a time that can be.
fn bounded(event: &Event) -> Cow<'_, Event> {
    let latest = event
        .learned
        .saturating_add(AHEAD_MAX)
        .unwrap_or(event.learned);
    let mut event = Cow::Borrowed(event);
    if event.happened > latest {
        let event = event.to_mut();
        event.happened = latest;
        event.time_quality = TimeQuality::Clamped;
    }
    event
}

/// The work of one step or tick on one account.
pub(crate) struct Engine<'a> {
    pub rules: &'a RuleSet,
    pub account: &'a Account,
    pub state: &'a mut AccountState,
    /// Rules to be asked, each from a place on.
    work: Vec<(usize, Key)>,
    found: Vec<Detection>,
    /// The first place at which what stands has changed.
    changed: Option<Key>,
}

impl<'a> Engine<'a> {
    pub fn new(rules: &'a RuleSet, account: &'a Account, state: &'a mut AccountState) -> Self {
        Engine {
            rules,
            account,
            state,
            work: Vec::new(),
            found: Vec::new(),
            changed: None,
        }
    }

    /// Everything that is left to do, and what was found.
    pub fn finish(mut self) -> Vec<Detection> {
        self.ask_all();
        self.weigh();
        self.settle();
        self.found
    }

    fn take_in(&mut self, event: &Event, key: Key) {
        let reach = learn(&mut self.state.cold.facts, event);
        if is_deed(event) && event.proof != ProofLevel::Claimed {
            self.state.cold.kept.keep(key, event);
        }
        self.match_parts(event, key, true);
        self.look_again(key, reach);
    }

    /// The event happened earlier than we thought: it leaves its old place.
    fn take_back(&mut self, was: Millis, id: u64) {
        let places = self
            .state
            .cold
            .kept
            .between(Key::at(was - 1), Key::end_of(was));
        let Some(key) = places.map(|(key, _)| key).find(|key| key.3 == id) else {
            return;
        };
        for (index, rule) in self.rules.rules().iter().enumerate() {
            let Some(own) = self.state.cold.rules.get_mut(&rule.id) else {
                continue;
            };
            let counted = own.hits.all().iter().find(|hit| hit.key == key).copied();
            if let Some(hit) = counted {
                evaluate::baseline_uncount(rule, &mut own.buckets, &hit);
                own.hits.remove(key, |_| true);
                own.first.moved(key);
                self.work.push((index, key));
            }
        }
        self.state.cold.kept.remove(key);
    }

    /// Gives an event to the rules that it meets. Counters count it the first time only.
    fn match_parts(&mut self, event: &Event, key: Key, first: bool) {
        let around = context(self.account, &self.state.cold.facts, event);
        let flat = FlatEvent {
            event,
            context: &around,
        };
        let rules = self.rules;
        for matched in rules.matches(&flat) {
            let Some(rule) = rules.rules().get(matched.rule) else {
                continue;
            };
            if !first && matches!(rule.body, Body::Baseline { .. }) {
                continue;
            }
            if rule.meta.claimed == Claimed::Never && event.proof == ProofLevel::Claimed {
                continue;
            }
            if let Some(hit) = evaluate::hit(rule, matched.part, key, &flat) {
                self.add(matched.rule, rule, hit, event);
            }
        }
    }

    fn add(&mut self, index: usize, rule: &Rule, hit: crate::state::Hit, event: &Event) {
        self.state.cold_changed = true;
        let own = self.state.rule(rule);
        let Some(lost) = own.hits.insert(hit, evaluate::room(rule)) else {
            self.work.push((index, hit.key));
            return;
        };
        evaluate::baseline_count(rule, &mut own.buckets, &hit);
        if !hit.claimed && matches!(rule.body, Body::FirstSeen { .. }) {
            own.first.note(hit.of, hit.key);
        }
        self.state.cold.kept.hold(hit.key, event);
        for key in lost {
            self.state.cold.kept.release(key);
        }
        self.work.push((index, hit.key));
    }

    /// Looks again at later events around which something else is known now.
    fn look_again(&mut self, key: Key, reach: Reach) {
        let until = match reach {
            Reach::Nothing => return,
            Reach::Until(until) => until,
            Reach::Open => Key::end_of(Millis::MAX),
        };
        self.state.cold_changed = true;
        // A flood reaches back to the begin of its hour.
        let from = if matches!(reach, Reach::Until(_)) {
            Key::at(key.0 - crate::moment::HOUR)
        } else {
            key
        };
        let later = self.state.cold.kept.between(from, until);
        let later: Vec<(Key, Event)> = later.map(|(key, event)| (key, event.clone())).collect();
        for (place, event) in later.into_iter().filter(|(place, _)| *place != key) {
            self.match_again(place, &event);
        }
    }

    fn match_again(&mut self, key: Key, event: &Event) {
        let around = context(self.account, &self.state.cold.facts, event);
        let flat = FlatEvent {
            event,
            context: &around,
        };
        let matched: Vec<_> = self.rules.matches(&flat).collect();
        for (index, rule) in self.rules.rules().iter().enumerate() {
            let Some(own) = self.state.cold.rules.get_mut(&rule.id) else {
                continue;
            };
            let still = |part: u16| {
                matched
                    .iter()
                    .any(|hit| hit.rule == index && hit.part == usize::from(part))
            };
            if matches!(rule.body, Body::Baseline { .. }) {
                continue;
            }
            let gone = own.hits.remove(key, |hit| !still(hit.part));
            if gone > 0 {
                own.first.moved(key);
                self.work.push((index, key));
            }
            for _ in 0..gone {
                self.state.cold.kept.release(key);
            }
        }
        self.match_parts(event, key, false);
    }

    fn ask_all(&mut self) {
        let mut work: BTreeMap<usize, Vec<Key>> = BTreeMap::new();
        for (rule, from) in std::mem::take(&mut self.work) {
            work.entry(rule).or_default().push(from);
        }
        for (index, from) in work {
            let rules = self.rules;
            if let Some(rule) = rules.rules().get(index) {
                self.ask_from(rule, &from);
            }
        }
    }

    /// Asks a rule at places and at the later ones that they reach, in order.
    fn ask_from(&mut self, rule: &Rule, from: &[Key]) {
        let spans = from
            .iter()
            .filter_map(|from| evaluate::span_of(rule, from.0));
        if let Some(first) = spans.min() {
            return self.ask_spans(rule, first);
        }
        let places: BTreeSet<Key> = from
            .iter()
            .flat_map(|from| self.places(rule, *from))
            .collect();
        for place in places {
            self.ask(rule, place);
        }
    }

    fn places(&mut self, rule: &Rule, from: Key) -> Vec<Key> {
        let until = from.0.saturating_add(evaluate::reach(rule));
        let hits = &self.state.rule(rule).hits;
        let mut places = vec![from];
        let later = &hits.all()[hits.from(from)..];
        // Of first times only those of the same value change each other.
        let same = later
            .first()
            .map(|hit| hit.of)
            .filter(|_| is_first_seen(rule));
        let later = later
            .iter()
            .filter(|hit| same.is_none_or(|same| hit.of == same));
        places.extend(later.map(|hit| hit.key).take_while(|key| key.0 <= until));
        places.extend(earlier_facts(rule, hits, from));
        places.dedup();
        places
    }

    fn ask_spans(&mut self, rule: &Rule, span: i64) {
        let own = self.state.rule(rule);
        if let Some(width) = evaluate::span_of(rule, DAY).filter(|width| *width > 0) {
            own.buckets.prune(span, DAY / width);
        }
        for (span, place) in evaluate::baseline_anchors(rule, &own.buckets, span) {
            let unusual = self.ask(rule, place);
            self.state.rule(rule).buckets.quarantine(span, unusual);
        }
    }

    /// Asks a rule at one place; says whether it is met there.
    pub fn ask(&mut self, rule: &Rule, place: Key) -> bool {
        self.state.rule(rule);
        let outcomes = self
            .view(rule)
            .map(|view| evaluate::at(&view, place))
            .unwrap_or_default();
        let met = outcomes.iter().any(|outcome| !outcome.part_only);
        self.note(rule, place, &outcomes);
        met
    }

    pub fn view<'s>(&'s self, rule: &'s Rule) -> Option<View<'s>> {
        let cold = &self.state.cold;
        Some(View {
            account: self.account,
            rule,
            state: cold.rules.get(&rule.id)?,
            facts: &cold.facts,
            snapshot: &cold.snapshot,
            kept: &cold.kept,
            eyes: &self.state.hot.eyes,
            now: self.state.hot.now,
        })
    }

    /// Notes what a rule finds at a place, and what it no longer finds there.
    pub fn note(&mut self, rule: &Rule, place: Key, outcomes: &[Outcome]) {
        let material = self.material(rule);
        let found = outcomes.iter();
        let found = found.map(|outcome| (material.detection(outcome, place), print(outcome)));
        let found: Vec<(Detection, u64)> = found.collect();
        let ids: Vec<&str> = found.iter().map(|(one, _)| one.id.as_str()).collect();
        let gone = self.state.rule(rule).standing.keep_only(place, &ids);
        if !gone.is_empty() {
            self.changed_at(place);
            self.state.cold.withdrawn.extend(gone);
        }
        for (detection, causes) in found {
            if self.storms(rule, place, &detection) {
                self.put_storm(rule, place, detection);
            } else {
                self.put(rule, place, detection, causes);
            }
        }
    }

    pub fn material<'s>(&'s self, rule: &'s Rule) -> Material<'s> {
        let cold = &self.state.cold;
        Material {
            account: self.account,
            rule,
            facts: &cold.facts,
            kept: &cold.kept,
        }
    }

    /// Whether a rule has found so many other things in a day that one more is no news.
    fn storms(&mut self, rule: &Rule, place: Key, detection: &Detection) -> bool {
        let standing = &self.state.rule(rule).standing;
        standing.all().len() >= STORM_MAX
            && standing.different(place, DAY) >= STORM_MAX
            && standing.times(&detection.id) == 0
    }

    /// A rule that finds a hundred things in a day has found one storm, told once a day.
    fn put_storm(&mut self, rule: &Rule, place: Key, mut detection: Detection) {
        detection.id = self.material(rule).id(None, true);
        detection.object = None;
        detection.deadline = None;
        detection.title = format!("{} (and many more like it)", detection.title);
        self.put(rule, Key::at(place.0.div_euclid(DAY) * DAY), detection, 0);
    }

    /// Notes one finding, and tells it if there is anything new about it.
    pub fn put(&mut self, rule: &Rule, anchor: Key, detection: Detection, causes: u64) {
        let found = Found {
            anchor,
            id: detection.id.clone(),
            level: rule.meta.alert.map(|_| detection.level),
            deadline: deadline_millis(&detection),
            proof: detection.proof,
            causes,
        };
        let standing = &mut self.state.rule(rule).standing;
        let change = standing.put(found);
        if change == Change::Same {
            return;
        }
        let times = standing.times(&detection.id);
        self.state.cold_changed = true;
        self.changed_at(anchor);
        let again = times <= AGAIN_MAX || times.is_power_of_two();
        if rule.meta.alert.is_some() && (change != Change::Again || again) {
            self.found.push(detection);
        }
    }

    pub fn changed_at(&mut self, place: Key) {
        self.state.cold_changed = true;
        self.changed = Some(self.changed.map_or(place, |changed| changed.min(place)));
    }

    /// Asks the risk rules from the first place at which what stands has changed.
    fn weigh(&mut self) {
        let Some(from) = self.changed.take() else {
            return;
        };
        let rules = self.rules;
        let risky = rules
            .rules()
            .iter()
            .filter(|rule| matches!(rule.body, Body::Risk(_)));
        for rule in risky {
            let Body::Risk(trigger) = rule.body else {
                continue;
            };
            let evidence = risk::evidence(rules, self.state);
            let found = risk::at(trigger, &evidence, from);
            let own = self
                .state
                .rule(rule)
                .standing
                .all()
                .iter()
                .map(|found| found.anchor);
            let before: Vec<Key> = own.filter(|anchor| *anchor >= from).collect();
            let met = |place: &Key| found.iter().any(|(other, _)| other == place);
            for place in before.into_iter().filter(|place| !met(place)) {
                self.note(rule, place, &[]);
            }
            for (place, outcome) in found {
                self.note(rule, place, &[outcome]);
            }
        }
    }

    /// What was withdrawn at one place and found at another still holds.
    fn settle(&mut self) {
        self.state.hot.next = self.next_decision();
        let mut withdrawn = std::mem::take(&mut self.state.cold.withdrawn);
        withdrawn.retain(|id| !self.state.standing().any(|(_, found)| found.id == *id));
        withdrawn.sort_unstable();
        withdrawn.dedup();
        self.state.cold.withdrawn = withdrawn;
    }

    /// When time alone changes an answer next.
    fn next_decision(&self) -> Option<Millis> {
        let rules = self.rules.rules().iter();
        let views = rules
            .filter(|rule| evaluate::waits(rule))
            .filter_map(|rule| self.view(rule));
        views
            .filter_map(|view| evaluate::next_decision(&view))
            .min()
    }
}

fn is_first_seen(rule: &Rule) -> bool {
    matches!(rule.body, Body::FirstSeen { .. })
}

/// The counterpart of an earlier event may have come: that event is asked again too.
fn earlier_facts(rule: &Rule, hits: &crate::state::Hits, from: Key) -> Vec<Key> {
    if !matches!(rule.body, Body::Contradiction { .. } | Body::Absence { .. }) {
        return Vec::new();
    }
    let earliest = from.0.saturating_sub(evaluate::reach(rule));
    let earlier = hits.all()[..hits.from(from)].iter().map(|hit| hit.key);
    earlier.filter(|key| key.0 >= earliest).collect()
}
