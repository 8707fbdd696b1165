//! The nouns of Sellkeep, as plain values.
//!
//! Nothing here reads a file, a socket, a clock or a random source, and nothing
//! here decides anything: a verdict is reached in `mail`, a fact about a brand
//! comes from `knowledge`. A string becomes a [`Domain`] in one place only.

mod account;
mod alert;
mod check_result;
mod digest;
mod dns;
mod domain;
mod envelope;
mod event;
mod examination;
mod field;
mod kind;
mod message;
mod money;
mod reading;
mod record;
mod route;
mod state;
mod words;

pub use account::{Account, ExpectedSource, Length, PlannedChange, TENANT_DEFAULT};
pub use alert::{Alert, AlertLevel, AlertState, Cause, Detection};
pub use check_result::{Answered, CheckResult, Exception, FixStep};
pub use digest::{DigestKey, hexadecimal, id_of, masked, masked_address, sha256};
pub use dns::{Answer, DnsAnswers, DnsQuestion, RecordType, RecordedZone, ZoneEntry, ZoneError};
pub use domain::{Domain, DomainError};
pub use envelope::{Envelope, EnvelopeError};
pub use event::{Event, Object, ProofLevel, TimeQuality};
pub use examination::{
    Advice, Caution, Claim, ClaimPlace, DnsUse, Examination, Finding, Level, Proof, ProofKind,
    Verdict,
};
pub use field::{Field, Fields, Value};
pub use jiff::Timestamp;
pub use kind::EventKind;
pub use message::{Action, Detail, Message, MessageState};
pub use money::Money;
pub use reading::{ReadProblem, Reading};
pub use record::{Record, SignatureCheck};
pub use route::{LadderStep, QuietHours, Route};
pub use state::{Item, State, StateGroup};
