//! A mail becomes events: what a notice says happened to the account, and how surely.
//!
//! Invariant: a mail that is not genuine gives claimed events only ([`write`]). What a
//! notice looks like is data (`knowledge/brands/*/notices`, `knowledge/deeds`); there is
//! no code for a single notice. Not here: whether the mail is genuine (`examine`).

mod catalogue;
mod claimed;
mod details;
mod genuine;
mod language;
mod money;
mod page;
mod phrases;
mod record;
mod seen;
pub(crate) mod senders;
mod sentence;
mod write;

use sellkeep_knowledge::Knowledge;
use sellkeep_model::{Account, DigestKey, Event, Examination, Reading, Record, Verdict};

use self::claimed::Claimed;
use self::genuine::Genuine;
use self::page::Pages;
use self::write::Writer;

pub use catalogue::Catalogue;
pub use record::Read;
pub use seen::Seen;

/// More kinds of deeds than one notice tells.
const KINDS_MAX: usize = 3;

/// A mail as it was received for one account.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Whose mail it is.
    pub account: &'a Account,
    /// The record it stands in.
    pub record: &'a Record,
    /// The key for digests of private names.
    pub key: &'a DigestKey,
}

/// What an examined mail says. Every mail gives one counted `mail.received`.
pub fn read(
    knowledge: &Knowledge,
    catalogue: &Catalogue,
    examination: &Examination,
    seen: &Seen,
    letter: &Letter<'_>,
) -> Reading {
    let writer = Writer {
        letter,
        seen,
        verdict: examination.verdict,
    };
    let mut events = vec![writer.received()];
    events.extend(said(knowledge, catalogue, examination, writer));
    Reading {
        events,
        ..Reading::default()
    }
}

fn said(
    knowledge: &Knowledge,
    catalogue: &Catalogue,
    examination: &Examination,
    writer: Writer<'_>,
) -> Vec<Event> {
    if examination.verdict == Verdict::Unrelated {
        return Vec::new();
    }
    let seen = writer.seen;
    let pages = Pages::of(&seen.subject, &seen.text, &catalogue.phrases);
    let proof = examination.proof.as_ref();
    let proven = proof.and_then(|proof| knowledge.brand(&proof.brand));
    match (examination.verdict, proven) {
        (Verdict::Genuine, Some(brand)) => Genuine {
            knowledge,
            catalogue,
            brand,
            examination,
            pages: &pages,
            writer,
        }
        .events(),
        _ => Claimed {
            knowledge,
            catalogue,
            examination,
            pages: &pages,
            writer,
        }
        .events(),
    }
}

/// Whether a genuine mail is one of the brand's notices that we know.
pub(crate) fn is_known(
    knowledge: &Knowledge,
    catalogue: &Catalogue,
    brand: &sellkeep_knowledge::Brand,
    address: &str,
    (subject, text): (&str, &str),
) -> bool {
    let pages = Pages::of(subject, text, &catalogue.phrases);
    let met = catalogue.notices(knowledge, brand, address, &pages);
    !met.is_empty()
}
