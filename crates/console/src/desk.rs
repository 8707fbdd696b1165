//! The desk: what pages ask of the parts that this crate may not import.

use jiff::Timestamp;
use sellkeep_knowledge::Knowledge;
use sellkeep_model::{Account, Event, Examination};
use sellkeep_store::AccountState;
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
    pub next_amount: Option<f64>,
    /// What lies on the account.
    pub open_balance: Option<f64>,
    /// The earliest moment money can leave to a new method.
    pub deadline: Option<Timestamp>,
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
