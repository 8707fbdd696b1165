//! The desk: what pages ask of the parts that this crate may not import.

use jiff::Timestamp;
use sellkeep_knowledge::Knowledge;
use sellkeep_model::{Account, CheckResult, Event, Examination, Money, State, StateGroup};
use sellkeep_store::{AccountState, ReadFacts, SaidOfAccount};
use serde::Serialize;

/// What the host does for the console. Calls may take their time (an examination may ask
/// the DNS) and are made off the threads that serve pages.
pub trait Desk: Send + Sync {
    /// Facts: playbooks, contacts, brands.
    fn knowledge(&self) -> &Knowledge;
    /// Judges a mail as received: `.eml`, or Outlook's `.msg`.
    fn check_mail(&self, bytes: &[u8]) -> Examination;
    /// Judges a pasted text.
    fn check_text(&self, text: &str) -> Examination;
    /// Judges a link without opening it.
    fn check_link(&self, link: &str) -> Examination;
    /// When money can leave an account, from what is remembered of it.
    fn clock(&self, account: &Account, state: &AccountState, now: Timestamp) -> Option<Clock>;
    /// What happened, in one sentence.
    fn tell(&self, event: &Event) -> String;
    /// What is watched for.
    fn rules(&self) -> Vec<RuleLine>;
    /// How well an account is prepared.
    fn prepared(&self, asked: &Asked<'_>, now: Timestamp) -> Prepared;
    /// What is known now of users, applications or deposit methods, a state for each store.
    fn known(&self, state: &AccountState, group: StateGroup) -> Vec<State>;
    /// When a rule would have found something in these events of an account, oldest first;
    /// `None` where there is no such rule.
    fn rehearse(&self, rule: &str, account: &Account, events: &[Event]) -> Option<Vec<Timestamp>>;
    /// A word about the way out to people: how many channels there are.
    fn channels(&self) -> usize;
}

/// How much time is left before money leaves an account.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Clock {
    /// Ending of the deposit method that was added last.
    pub tail: Option<String>,
    /// Whether the owner attests that ending; unknown where he attests none.
    pub attested: Option<bool>,
    /// When it was added.
    pub added: Option<Timestamp>,
    /// When the hold after that ends.
    pub hold_ends: Option<Timestamp>,
    /// When the method that payouts go to was last switched.
    pub switched: Option<Timestamp>,
    /// When the next payout is due.
    pub next_payout: Option<Timestamp>,
    /// How much is due then.
    pub next_amount: Option<Money>,
    /// What lies on the account, by currency.
    pub balances: Vec<Money>,
    /// The earliest moment money can leave to a new method.
    pub deadline: Option<Timestamp>,
}

/// What is known of an account's preparation.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The account's id; empty before any account is set up.
    pub id: &'a str,
    /// The account and what is remembered of it.
    pub account: Option<(&'a Account, &'a AccountState)>,
    /// What people said.
    pub said: &'a SaidOfAccount,
    /// What was read from outside.
    pub facts: &'a ReadFacts,
}

/// How well an account is prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prepared {
    /// What every check found.
    pub checks: Vec<CheckResult>,
    /// Points of checks that pass.
    pub points: u32,
    /// Points of all.
    pub points_max: u32,
    /// The one best thing to do next.
    pub next: Option<NextStep>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// The check: `theme/name`.
    pub check: String,
    /// What to do.
    pub action: String,
    /// How long it takes.
    pub minutes: u32,
    /// What it is worth.
    pub points: u32,
}

/// One rule, for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleLine {
    /// Its id.
    pub id: String,
    /// Its theme.
    pub theme: String,
    /// What it finds, in one line.
    pub title: String,
    /// Why that matters.
    pub why: String,
    /// How soon a person must look; `feeds the risk` where it never asks anybody.
    pub level: String,
    /// What innocent things look the same.
    pub false_positives: Vec<String>,
}
