//! The nouns of Sellkeep, as plain values.
//!
//! Nothing here reads a file, a socket, a clock or a random source, and nothing
//! here decides anything: a verdict is reached in `mail`, a fact about a brand
//! comes from `knowledge`. A string becomes a [`Domain`] in one place only.

mod dns;
mod domain;
mod envelope;
mod examination;

pub use dns::{Answer, DnsAnswers, DnsQuestion, RecordType, RecordedZone, ZoneEntry, ZoneError};
pub use domain::{Domain, DomainError};
pub use envelope::{Envelope, EnvelopeError};
pub use examination::{
    Advice, Caution, Claim, ClaimPlace, DnsUse, Examination, Finding, Level, Proof, ProofKind,
    Verdict,
};
pub use jiff::Timestamp;
