//! What a rule says to people and to the risk: the `sellkeep:` block of its first document.

use jiff::SignedDuration;
use sellkeep_model::AlertLevel;

use super::Template;
use crate::flat::Name;

/// What a rule says to people and to the risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// How soon a person must look; `None` only feeds the risk.
    pub alert: Option<AlertLevel>,
    /// Which kind of evidence it is.
    pub family: Family,
    /// Its share in the account's risk, between 0 and 1.
    pub weight: f64,
    /// The playbook to open.
    pub playbook: Option<String>,
    /// What a detection is about.
    pub object: ObjectOf,
    /// What happened, in one line.
    pub says: Template,
    /// The first thing to do.
    pub first_step: Template,
    /// Until when something can still be done.
    pub deadline: Option<Deadline>,
    /// What an announced change does.
    pub planned: Planned,
    /// What a merely claimed event does.
    pub claimed: Claimed,
}

macro_rules! words {
    ($(#[$about:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type {
            $($(#[$doc])* $name,)*
        }

        impl $type {
            /// Every word.
            pub const ALL: &'static [$type] = &[$($type::$name,)*];

            /// The word as it stands in rules.
            pub fn as_str(self) -> &'static str {
                match self { $($type::$name => $word,)* }
            }
        }
    };
}

words! {
    /// Evidence families: the risk counts only the strongest of each.
    Family {
        /// Sign-in and sessions.
        Access = "access",
        /// Passwords, second steps, addresses.
        Credential = "credential",
        /// Where money goes.
        Payout = "payout",
        /// Who may do what.
        People = "people",
        /// Listings.
        Catalogue = "catalogue",
        /// Prices.
        Price = "price",
        /// Orders.
        Orders = "orders",
        /// Mail.
        Mail = "mail",
        /// Hiding from the owner.
        Evasion = "evasion",
        /// What the marketplace thinks of the account.
        Standing = "standing",
        /// Our own eyes.
        Watch = "watch",
    }
}

words! {
    /// What an announced change does to a detection.
    Planned {
        /// It becomes "for information".
        Lowers = "lowers",
        /// Nothing: even an announced change is told.
        Ignored = "ignored",
    }
}

words! {
    /// What an event that is merely claimed does.
    Claimed {
        /// It may complete the rule.
        Counts = "counts",
        /// It is not looked at.
        Never = "never",
    }
}

/// What a detection is about: detections of one rule, account and object are one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectOf {
    /// The object of the event that completed the rule.
    Event,
    /// The account as a whole.
    None,
    /// The value of a field of the event that completed the rule.
    Field(Name),
}

/// Until when something can still be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// When the money goes.
    PayoutClock,
    /// So long after the event.
    After(SignedDuration),
}
