//! Who reads a packet, and what each may see of it.
//!
//! Allow-lists only: what is not named here is not in the packet. A reader sees what he
//! needs to act, and nothing of other people beyond that (GDPR article 5 (1) (c)).

use sellkeep_model::{Field, Field as F};

use super::theme::Theme::{self, Access, Catalogue, Messages, Money, Orders, Ourselves, Standing};

/// Who reads a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// The marketplace's support or security team.
    Marketplace,
    /// The bank, about payouts.
    Bank,
    /// The police or another authority.
    Police,
    /// The insurer.
    Insurer,
    /// The account's owner, from whoever works for her.
    Client,
    /// Amazon, from whoever holds access to its Selling Partner API.
    AmazonApi,
}

/// What a reader may see.
pub struct View {
    /// Themes of events on the timeline.
    pub themes: &'static [Theme],
    /// Details of events.
    pub fields: &'static [Field],
    /// Themes whose records are handed over as received.
    pub originals: &'static [Theme],
    /// Titles of alerts, with what led to them.
    pub alerts: bool,
    /// Names of people who acted; others read "person 1".
    pub people: bool,
    /// What was done, with what proves it.
    pub proofs: bool,
}

/// Without anything that tells one person from another.
const PLAIN: &[Field] = &[F::Status, F::Type, F::Count, F::Notice, F::Operation];

/// What a payment is found by.
const PAYMENT: &[Field] = &[
    F::Tail,
    F::Bank,
    F::HolderShown,
    F::Country,
    F::Amount,
    F::Currency,
    F::Scheduled,
    F::Rail,
    F::Trace,
    F::Status,
    F::Method,
    F::Share,
    F::Destination,
    F::Settlement,
    F::Default,
    F::AccountType,
];

/// What a marketplace finds in its own logs: who, with what, from where, on which listing.
const ACCOUNT: &[Field] = &[
    F::Tail,
    F::Country,
    F::Default,
    F::Method,
    F::Amount,
    F::Currency,
    F::Scheduled,
    F::Status,
    F::Type,
    F::Notice,
    F::Operation,
    F::User,
    F::App,
    F::Role,
    F::Address,
    F::Device,
    F::Place,
    F::Actor,
    F::Sku,
    F::Asin,
    F::Title,
    F::Price,
    F::Quantity,
    F::Count,
    F::Domain,
    F::Brand,
    F::Verdict,
];

/// Everything that leads to a person or to money; no keyed digests, which are ours alone.
const TRACES: &[Field] = &[
    F::Tail,
    F::Bank,
    F::HolderShown,
    F::Country,
    F::Amount,
    F::Currency,
    F::Scheduled,
    F::Rail,
    F::Trace,
    F::Status,
    F::Method,
    F::Destination,
    F::Settlement,
    F::Type,
    F::Notice,
    F::Operation,
    F::User,
    F::App,
    F::Role,
    F::Address,
    F::Device,
    F::Place,
    F::Actor,
    F::Order,
    F::Count,
    F::Domain,
    F::Brand,
    F::Verdict,
    F::Language,
];

const ALL: &[Theme] = &[
    Access, Money, Catalogue, Orders, Standing, Messages, Ourselves,
];

impl Reader {
    /// Every reader.
    pub const ALL: &'static [Reader] = &[
        Reader::Marketplace,
        Reader::Bank,
        Reader::Police,
        Reader::Insurer,
        Reader::Client,
        Reader::AmazonApi,
    ];

    /// The word, as in addresses and file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Reader::Marketplace => "marketplace",
            Reader::Bank => "bank",
            Reader::Police => "police",
            Reader::Insurer => "insurer",
            Reader::Client => "client",
            Reader::AmazonApi => "amazon-api",
        }
    }

    /// The reader of that word.
    pub fn of(word: &str) -> Option<Reader> {
        Reader::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == word)
    }

    /// The words, as a person reads them.
    pub fn shown(self) -> &'static str {
        match self {
            Reader::Marketplace => "for the marketplace",
            Reader::Bank => "for the bank",
            Reader::Police => "for the police",
            Reader::Insurer => "for the insurer",
            Reader::Client => "for the owner of the account",
            Reader::AmazonApi => "for Amazon, from a developer with access to its API",
        }
    }

    /// What this packet is for, in a sentence.
    pub fn purpose(self) -> &'static str {
        match self {
            Reader::Marketplace => {
                "Someone else used or tried to use our seller account. Please stop payouts to methods that are not ours, end foreign sessions, and keep your logs of the times below."
            }
            Reader::Bank => {
                "Money from our sales may have been sent to an account that is not ours. Please try to recall it and to freeze the account it went to."
            }
            Reader::Police => {
                "We report an intrusion into our seller account and ask for prosecution. The records are as received; their hashes let anybody check that they were not changed."
            }
            Reader::Insurer => {
                "We report an incident that may be covered. This packet holds what happened, when we knew, and what we did; it holds no personal data of others."
            }
            Reader::Client => {
                "This is what happened on your account, when it was known, and what was done."
            }
            Reader::AmazonApi => {
                "As a developer with access to the Selling Partner API we report a security incident, as Amazon's Data Protection Policy asks."
            }
        }
    }

    /// What this reader may see.
    pub fn view(self) -> View {
        match self {
            Reader::Marketplace => View {
                themes: ALL,
                fields: ACCOUNT,
                originals: &[Access, Standing, Messages],
                alerts: true,
                people: false,
                proofs: true,
            },
            Reader::Bank => View {
                themes: &[Money],
                fields: PAYMENT,
                originals: &[],
                alerts: false,
                people: false,
                proofs: false,
            },
            Reader::Police => View {
                themes: &[Access, Money, Orders, Standing, Messages],
                fields: TRACES,
                originals: ALL,
                alerts: true,
                people: true,
                proofs: false,
            },
            Reader::Insurer => View {
                themes: &[Access, Money, Catalogue, Orders, Standing],
                fields: &[F::Amount, F::Currency, F::Status, F::Scheduled, F::Count],
                originals: &[],
                alerts: false,
                people: false,
                proofs: false,
            },
            Reader::Client => View {
                themes: ALL,
                fields: ACCOUNT,
                originals: &[],
                alerts: true,
                people: false,
                proofs: true,
            },
            Reader::AmazonApi => View {
                themes: &[Access, Standing, Ourselves],
                fields: PLAIN,
                originals: &[],
                alerts: false,
                people: false,
                proofs: false,
            },
        }
    }
}
