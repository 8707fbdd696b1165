//! An account that is read by its interface: asks what is due, keeps what is new.
//!
//! [`Amazon::step`] asks everything that is due and never waits; [`Connector::fetch`] waits
//! until something is. An answer that says the same as the last one is kept once an hour,
//! as proof that we looked. Faults are waited for by the plan, each watch by itself, so
//! that one operation that fails delays no other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Record;
use serde_json::{Map, Value as Json, json};

use super::answer::{Answer, Meaning};
use super::gate::{Access, Asked, Gate};
use super::grant::{Grant, NoToken};
use super::operation::Operation;
use super::plan::{self, Kind, Marks, Rhythm, Row, State, Told, Watch, marks};
use super::question::Question;
use super::report::{self, Step};
use super::scrub;
use super::settings::Settings;
use crate::connector::{Batch, Connector, Fetching, Trouble};

/// Calls of one step: a crash repeats little, and other accounts get their turn.
const CALLS_MAX: usize = 100;
/// Bytes of one step, but for a single large answer.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// The clock is looked at so often while nothing is due.
const NAP_MAX: Duration = Duration::from_secs(10);
/// Where nothing is due for so long, the account cannot be read at all.
const IDLE_MAX: SignedDuration = SignedDuration::from_mins(15);
/// Where a budget is used up or Amazon asks to wait, at least so long.
const SLOW_MIN: SignedDuration = SignedDuration::from_secs(2);
/// Amazon may ask to wait longer; then we look whether it still wants that.
const SLOW_MAX: SignedDuration = SignedDuration::from_mins(15);
/// That the right to read is gone is kept again after this.
const SHUT_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// From how far back a stream is read at first.
const FIRST_SPAN: SignedDuration = SignedDuration::from_hours(48);
/// The hours that order numbers are asked for at first: a week, for what is usual.
const FIRST_METRICS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Later: an hour's numbers are settled within a few.
const METRICS_SPAN: SignedDuration = SignedDuration::from_hours(6);
/// Payouts change their status for days after they were started.
const PAYOUTS_SPAN: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Groups of events last two weeks; the one before is kept in sight.
const GROUPS_SPAN: SignedDuration = SignedDuration::from_hours(45 * 24);
/// Events of two days may be late (https://developer-docs.amazon.com/sp-api/docs/finances-api-v0-reference).
const EVENTS_LATE: SignedDuration = SignedDuration::from_hours(48);
/// Lists of changes are read again from so far before.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// Failures in a row before a person is told in words: one is nothing.
const FAILURES_TOLD: u32 = 3;

/// The source's name in records of answers.
const API: &str = "amazon.api";
/// The same for reports.
const REPORT: &str = "amazon.report";
/// The name that the exchange of tokens has in records.
const TOKEN: &str = "getAccessToken";

/// An account that is read by its interface.
#[derive(Debug)]
pub struct Amazon {
    access: Access,
    gate: Arc<Gate>,
}

/// Why a step ends early.
enum Stop {
    /// The right to read is gone.
    Shut { status: u16, code: &'static str },
    /// The way is cut: whatever else is due would fail as well.
    Trouble(Trouble),
}

impl From<NoToken> for Stop {
    fn from(no_token: NoToken) -> Stop {
        match no_token {
            NoToken::Refused { status, code } => Stop::Shut { status, code },
            NoToken::Trouble(trouble) => Stop::Trouble(trouble),
        }
    }
}

impl Connector for Amazon {
    fn fetch<'a>(&'a mut self, cursor: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            loop {
                let wait = self.due(cursor)?.duration_since(self.gate.now());
                if wait <= SignedDuration::ZERO {
                    return self.step(cursor).await;
                }
                if wait > IDLE_MAX {
                    return Err(Trouble::Refused("let us read anything of this account"));
                }
                let nap = Duration::try_from(wait).unwrap_or(NAP_MAX);
                tokio::time::sleep(nap.min(NAP_MAX)).await;
            }
        })
    }
}

impl Amazon {
    /// An account; nothing is asked yet.
    pub fn new(settings: Settings, grant: Grant, gate: Arc<Gate>) -> Result<Amazon, Trouble> {
        settings.check()?;
        if grant.refresh.is_empty() || grant.client_secret.is_empty() {
            return Err(Trouble::NoSecret);
        }
        let access = Access { settings, grant };
        Ok(Amazon { access, gate })
    }

    /// When something is due.
    pub fn due(&self, cursor: &str) -> Result<Timestamp, Trouble> {
        let state = parse(cursor)?;
        let settings = &self.access.settings;
        if self.gate.is_hinted(&settings.seller) {
            return Ok(self.gate.now());
        }
        Ok(plan::next_due(
            &settings.seller,
            &settings.stores,
            &state,
            self.gate.now(),
        ))
    }

    /// Asks everything that is due now, and never waits for more.
    pub async fn step(&mut self, cursor: &str) -> Result<Batch, Trouble> {
        let mut state = parse(cursor)?;
        self.hasten(&mut state);
        let mut batch = Batch::default();
        let (mut calls, mut bytes) = (0, 0);
        while calls < CALLS_MAX && bytes < BYTES_MAX {
            let Some(watch) = self.first_due(&state) else {
                break;
            };
            calls += 1;
            match self.once(&watch, &mut state).await {
                Ok(None) => {}
                Ok(Some(record)) => {
                    bytes += record.body.as_str().map_or(1024, str::len);
                    batch.records.push(record);
                }
                Err(Stop::Shut { status, code }) => {
                    self.shut(status, code, &mut state, &mut batch)?;
                    break;
                }
                Err(Stop::Trouble(trouble)) if calls == 1 => return Err(trouble),
                Err(Stop::Trouble(trouble)) => {
                    batch.problems.push(trouble.to_string());
                    break;
                }
            }
        }
        batch.problems.extend(self.problems(&state));
        batch.next_cursor = state.text();
        Ok(batch)
    }

    /// What notifications hint at is asked for now.
    fn hasten(&self, state: &mut State) {
        let settings = &self.access.settings;
        let hints = self.gate.take_hints(&settings.seller);
        let watches = plan::watches(&settings.stores).into_iter();
        for watch in watches.filter(|watch| hints.contains(&watch.kind)) {
            let rhythm = state.rhythm_mut(&watch.key());
            rhythm.hasten(self.gate.now());
        }
    }

    fn first_due(&self, state: &State) -> Option<Watch> {
        let settings = &self.access.settings;
        plan::first_due(&settings.seller, &settings.stores, state, self.gate.now())
    }

    /// The right to read is gone: that is news once, and trouble after that.
    fn shut(
        &self,
        status: u16,
        code: &'static str,
        state: &mut State,
        batch: &mut Batch,
    ) -> Result<(), Trouble> {
        let now = self.gate.now();
        let told = state
            .shut
            .is_some_and(|at| now.duration_since(at) < SHUT_EVERY);
        if told && batch.records.is_empty() {
            return Err(Trouble::Token);
        }
        state.shut = Some(now);
        batch.problems.push(Trouble::Token.to_string());
        batch.records.push(Record {
            operation: Some(TOKEN.to_owned()),
            status: Some(status),
            body: json!({"error": code}),
            ..bare(now, API)
        });
        Ok(())
    }

    /// Asks one question of a watch and learns from the answer.
    async fn once(&self, watch: &Watch, state: &mut State) -> Result<Option<Record>, Stop> {
        let record = match watch.row().report {
            Some(_) => self.report(watch, state).await?,
            None => self.page(watch, state).await?,
        };
        state.shut = None;
        Ok(record)
    }

    async fn page(&self, watch: &Watch, state: &mut State) -> Result<Option<Record>, Stop> {
        let key = watch.key();
        let question = question(
            &self.access.settings,
            watch,
            state.rhythm(&key),
            self.gate.now(),
        );
        let asked = self.gate.ask(&self.access, &question).await?;
        let now = self.gate.now();
        let answer = match asked {
            Asked::Answered(answer) => answer,
            Asked::Later(until) => {
                self.learn(watch, state, Told::Slow(until.max(later(now, SLOW_MIN))));
                return Ok(None);
            }
        };
        let told = told(watch.kind, &question, &answer, now);
        let payout = match &told {
            Told::Page(marks) => marks.payout,
            _ => None,
        };
        if watch.kind == Kind::ExpectedPayouts && payout.is_some() {
            state.payout = payout;
        }
        let keep = self.learn(watch, state, told);
        Ok(keep.then(|| record(&question, answer, now)))
    }

    /// Learns; returns whether the answer is to be kept.
    fn learn(&self, watch: &Watch, state: &mut State, told: Told) -> bool {
        let now = self.gate.now();
        let row = watch.row();
        let about = self.about(row, state, now);
        let lesson = state.rhythm_mut(&watch.key()).learn(about, told, now);
        if lesson.changed && row.picture {
            state.changed = Some(now);
        }
        lesson.keep
    }

    fn about(&self, row: &Row, state: &State, now: Timestamp) -> plan::About {
        let seller = self.access.settings.seller.bytes();
        let dice = seller.fold(
            u64::try_from(row.name.len()).unwrap_or_default(),
            |dice, byte| dice.wrapping_mul(31).wrapping_add(u64::from(byte)),
        );
        plan::About {
            picture: row.picture,
            every: plan::every(state, row, now),
            overlap: if row.kind == Kind::Events {
                EVENTS_LATE
            } else {
                OVERLAP
            },
            dice: dice.wrapping_mul(0x9E37_79B9_7F4A_7C15),
        }
    }

    /// One step on the way to a report.
    async fn report(&self, watch: &Watch, state: &mut State) -> Result<Option<Record>, Stop> {
        let key = watch.key();
        let step = Step::of(watch, state.rhythm(&key), self.gate.now());
        let question = step.question();
        let asked = self.gate.ask(&self.access, &question).await?;
        let now = self.gate.now();
        let answer = match asked {
            Asked::Answered(answer) => answer,
            Asked::Later(until) => {
                self.learn(watch, state, Told::Slow(until.max(later(now, SLOW_MIN))));
                return Ok(None);
            }
        };
        if answer.meaning() != Meaning::Good {
            let told = told(watch.kind, &question, &answer, now);
            let keep = self.learn(watch, state, told);
            return Ok(keep.then(|| record(&question, answer, now)));
        }
        let body = answer.body.unwrap_or_default();
        let Some((place, packed)) = step.leads_to(&body) else {
            report::learn(state.rhythm_mut(&key), &step, &body, now);
            return Ok(None);
        };
        let text = self.gate.document(&self.access, place, packed).await;
        let Ok(text) = text else {
            self.learn(watch, state, Told::Fault);
            return Ok(None);
        };
        self.learn(watch, state, Told::Page(report::whole()));
        Ok(Some(step.record(
            text,
            answer.request_id,
            bare(now, REPORT),
        )))
    }

    /// What a person should know, each time anew from the state.
    fn problems(&self, state: &State) -> Vec<String> {
        let mut problems: BTreeMap<&str, String> = BTreeMap::new();
        for watch in plan::watches(&self.access.settings.stores) {
            let rhythm = state.rhythm(&watch.key());
            let name = watch.row().operation.name();
            if rhythm.refused {
                let roles = watch.row().operation.facts().roles;
                let says = format!("{name} may not be read (it needs the role {roles})");
                problems.insert(name, says);
            } else if rhythm.failures >= FAILURES_TOLD {
                let says = format!("{name} has failed {} times in a row", rhythm.failures);
                problems.insert(name, says);
            }
        }
        problems.into_values().collect()
    }
}

/// The question of a watch, from where it was read to.
fn question(settings: &Settings, watch: &Watch, rhythm: &Rhythm, now: Timestamp) -> Question {
    let stores = &settings.stores;
    let store = watch.store.as_deref().unwrap_or_default();
    // The pages of one round belong to one question: its times must not move.
    let asked = rhythm.began.unwrap_or(now);
    let back = |span: SignedDuration| asked.saturating_sub(span).unwrap_or(asked);
    let since = rhythm.since.unwrap_or_else(|| back(FIRST_SPAN));
    let question = match watch.kind {
        Kind::PaymentMethods => Question::payment_methods(store),
        Kind::ExpectedPayouts => Question::expected_payouts(stores),
        Kind::Payouts => Question::payouts(stores, back(PAYOUTS_SPAN)),
        Kind::Listings => Question::listings(&settings.seller, store, since),
        Kind::Account => Question::account(),
        Kind::Participations => Question::participations(),
        Kind::Events => Question::events(since, asked),
        Kind::Balances => Question::balances(stores),
        Kind::Metrics => {
            let span = rhythm.since.map_or(FIRST_METRICS, |_| METRICS_SPAN);
            Question::metrics(store, hour(back(span)), asked)
        }
        Kind::Orders => Question::orders(stores, since),
        Kind::EventGroups => Question::event_groups(back(GROUPS_SPAN)),
        Kind::Health | Kind::AllListings => Step::of(watch, rhythm, now).question(),
    };
    question.page(rhythm.page.as_deref())
}

/// The question of a watch of which nothing is known yet.
pub(super) fn first_question(settings: &Settings, watch: &Watch, now: Timestamp) -> Question {
    question(settings, watch, &Rhythm::default(), now)
}

fn parse(cursor: &str) -> Result<State, Trouble> {
    State::parse(cursor).ok_or_else(|| {
        Trouble::Settings("the place it was read to cannot be understood".to_owned())
    })
}

fn told(kind: Kind, question: &Question, answer: &Answer, now: Timestamp) -> Told {
    match answer.meaning() {
        Meaning::Good => {
            let token = question.operation().facts().paging.map(|(_, place)| place);
            let body = answer.body.as_ref();
            Told::Page(body.map_or_else(Marks::default, |body| marks(kind, body, token, now)))
        }
        Meaning::TooOften => {
            let asked = answer
                .wait
                .and_then(|wait| SignedDuration::try_from(wait).ok());
            let seconds = 1.0 / question.operation().facts().rate;
            let usual = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SLOW_MIN);
            let wait = asked.unwrap_or(usual).clamp(SLOW_MIN, SLOW_MAX);
            Told::Slow(later(now, wait))
        }
        Meaning::Refused => Told::Refused,
        Meaning::NotThere => Told::NotThere,
        Meaning::Wrong => Told::Wrong,
        Meaning::Fault => Told::Fault,
    }
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(now)
}

fn hour(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(3600) * 3600).unwrap_or(at)
}

/// An answer as it is kept.
pub(super) fn record(question: &Question, answer: Answer, now: Timestamp) -> Record {
    let body = answer.body.unwrap_or(Json::Null);
    let body = match question.operation() {
        Operation::SearchOrders => scrub::orders(body),
        _ => body,
    };
    let mut headers = BTreeMap::new();
    headers.extend(
        answer
            .request_id
            .map(|id| ("x-amzn-RequestId".to_owned(), id)),
    );
    Record {
        operation: Some(question.operation().name().to_owned()),
        request: question.recorded(),
        status: Some(answer.status),
        body,
        headers,
        ..bare(now, API)
    }
}

/// A record with nothing but its time and source; the account is the runner's to fill in.
fn bare(at: Timestamp, source: &str) -> Record {
    Record {
        at,
        account: String::new(),
        source: source.to_owned(),
        operation: None,
        request: Map::new(),
        status: None,
        body: Json::Null,
        headers: BTreeMap::new(),
        signature: None,
        eml: None,
        eml_base64: None,
        folder: None,
        clock: false,
    }
}
