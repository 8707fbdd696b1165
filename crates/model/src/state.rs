//! A state: what a source says is so now, as a list of things with their details.
//!
//! Sources that can be asked again give states, not events: what changed is found by
//! comparing with the snapshot, so a lost notification costs time, never the event.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::ProofLevel;
use crate::field::Fields;

/// What a state is about. Each has its own table of changes in `detect::snapshot`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateGroup {
    /// Bank accounts, cards and wallets that can receive payouts; one has `default`.
    DepositMethods,
    /// Cards and accounts that are charged.
    ChargeMethods,
    /// Payouts that are due; id is the store and account type.
    ExpectedPayouts,
    /// Payouts that were started; id is the payout's.
    Payouts,
    /// Balances; id is the type of balance.
    Balances,
    /// Destination accounts of a wallet.
    WalletAccounts,
    /// Standing transfers of a wallet.
    WalletSchedules,
    /// Transfers out of a wallet.
    WalletTransfers,
    /// The account's status in each store.
    AccountStatus,
    /// Legal name, address and numbers, as keyed digests.
    Identity,
    /// The stores the account sells in: name, taking part, listings suspended.
    Stores,
    /// Listings by SKU.
    Listings,
    /// People with access.
    Users,
    /// Applications with access.
    Apps,
    /// Subscriptions of our own.
    Subscriptions,
    /// Who may write to our queue.
    QueuePolicy,
    /// Rules of the mailbox.
    MailRules,
}

/// One thing in a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its name in the source, or a keyed digest where the name is private.
    pub id: String,
    /// Its details.
    pub fields: Fields,
}

/// What a source says is so now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// What it is about.
    pub group: StateGroup,
    /// The store it is about; `None` for the whole account.
    pub store: Option<String>,
    /// Whether everything is listed: only then does a missing thing mean that it is gone.
    pub complete: bool,
    /// How it is known.
    pub proof: ProofLevel,
    /// When it was so: the source's time, or when we learned it.
    pub as_of: Timestamp,
    /// The things.
    pub items: Vec<Item>,
}
