//! What a new, missing or changed thing means: one row for each group of states.
//!
//! Not here: what follows from more than one thing (which method is the default one,
//! whether a listing is really new); that is `special`.

use sellkeep_model::{EventKind, Field, StateGroup};

use EventKind as Kind;
use Field as F;

/// What changes of a group's things mean.
#[derive(Debug)]
pub struct Row {
    /// The word for one thing.
    pub object: &'static str,
    /// A thing that was not there before.
    pub added: Option<EventKind>,
    /// A thing that is gone. Only a complete state can say so.
    pub removed: Option<EventKind>,
    /// Details whose change means something; those of one kind make one event.
    pub changed: &'static [(EventKind, &'static [Field])],
    /// Lists of a span: a thing that is no longer listed is not gone.
    pub passing: bool,
    /// Things that come and go without anybody's doing: no baseline to confirm.
    pub unattested: bool,
}

const PLAIN: Row = Row {
    object: "",
    added: None,
    removed: None,
    changed: &[],
    passing: false,
    unattested: false,
};

const DEPOSIT_METHODS: Row = Row {
    object: "deposit-method",
    added: Some(Kind::PayoutMethodAdded),
    removed: Some(Kind::PayoutMethodRemoved),
    changed: &[(
        Kind::PayoutMethodChanged,
        &[F::Holder, F::Country, F::Tail, F::Bank, F::Type],
    )],
    ..PLAIN
};

const CHARGE_METHODS: Row = Row {
    object: "charge-method",
    added: Some(Kind::ChargeMethodChanged),
    removed: Some(Kind::ChargeMethodChanged),
    changed: &[(
        Kind::ChargeMethodChanged,
        &[F::Holder, F::Country, F::Tail, F::Expires, F::Default],
    )],
    ..PLAIN
};

const EXPECTED_PAYOUTS: Row = Row {
    object: "payout-schedule",
    added: Some(Kind::PayoutScheduled),
    changed: &[(Kind::PayoutScheduled, &[F::Scheduled, F::Amount])],
    unattested: true,
    ..PLAIN
};

const PAYOUTS: Row = Row {
    object: "payout",
    added: Some(Kind::PayoutCreated),
    changed: &[(Kind::PayoutStatusChanged, &[F::Status])],
    passing: true,
    unattested: true,
    ..PLAIN
};

const BALANCES: Row = Row {
    object: "balance",
    unattested: true,
    ..PLAIN
};

const WALLET_ACCOUNTS: Row = Row {
    object: "wallet-account",
    added: Some(Kind::WalletAccountAdded),
    changed: &[(
        Kind::WalletAccountAdded,
        &[F::Tail, F::Holder, F::Country, F::Bank],
    )],
    ..PLAIN
};

const WALLET_SCHEDULES: Row = Row {
    object: "wallet-schedule",
    added: Some(Kind::WalletScheduleChanged),
    removed: Some(Kind::WalletScheduleChanged),
    changed: &[(
        Kind::WalletScheduleChanged,
        &[
            F::Tail,
            F::Destination,
            F::Amount,
            F::Share,
            F::Every,
            F::Status,
        ],
    )],
    ..PLAIN
};

const WALLET_TRANSFERS: Row = Row {
    object: "wallet-transfer",
    added: Some(Kind::WalletTransfer),
    changed: &[(Kind::WalletTransfer, &[F::Status])],
    passing: true,
    unattested: true,
    ..PLAIN
};

const ACCOUNT_STATUS: Row = Row {
    object: "account",
    changed: &[(Kind::AccountStatusChanged, &[F::Status])],
    ..PLAIN
};

const IDENTITY: Row = Row {
    object: "identity",
    changed: &[
        (Kind::AccountPlanChanged, &[F::Plan]),
        (
            Kind::AccountIdentityChanged,
            &[
                F::Holder,
                F::Name,
                F::AddressDigest,
                F::Address,
                F::Country,
                F::UserDigest,
                F::Type,
            ],
        ),
    ],
    ..PLAIN
};

const STORES: Row = Row {
    object: "store",
    added: Some(Kind::AccountParticipationChanged),
    removed: Some(Kind::AccountParticipationChanged),
    changed: &[
        (Kind::AccountStoreNameChanged, &[F::Name]),
        (
            Kind::AccountParticipationChanged,
            &[F::Participating, F::Status],
        ),
        (Kind::AccountListingsSuspended, &[F::Suspended]),
    ],
    ..PLAIN
};

const LISTINGS: Row = Row {
    object: "listing",
    added: Some(Kind::ListingCreated),
    removed: Some(Kind::ListingDeleted),
    changed: &[
        (Kind::ListingPriceChanged, &[F::Price]),
        (Kind::ListingQuantityChanged, &[F::Quantity]),
        (Kind::ListingStatusChanged, &[F::Status]),
        (
            Kind::ListingContentChanged,
            &[F::Title, F::Image, F::Category, F::Asin, F::ItemCondition],
        ),
        (
            Kind::ListingPromiseChanged,
            &[F::PromiseDays, F::ShippingGroup],
        ),
        (Kind::ListingEnforcement, &[F::Actions]),
    ],
    ..PLAIN
};

const USERS: Row = Row {
    object: "user",
    added: Some(Kind::UserAdded),
    removed: Some(Kind::UserRemoved),
    changed: &[(Kind::UserPermissionsChanged, &[F::Role, F::Status])],
    ..PLAIN
};

const APPS: Row = Row {
    object: "app",
    added: Some(Kind::AppAuthorized),
    removed: Some(Kind::AppRevoked),
    changed: &[(Kind::AppScopesChanged, &[F::Role])],
    ..PLAIN
};

const SUBSCRIPTIONS: Row = Row {
    object: "subscription",
    removed: Some(Kind::SubscriptionMissing),
    changed: &[(Kind::SubscriptionMissing, &[F::Destination, F::Status])],
    unattested: true,
    ..PLAIN
};

const QUEUE_POLICY: Row = Row {
    object: "queue-writer",
    added: Some(Kind::QueuePolicyWeak),
    changed: &[(Kind::QueuePolicyWeak, &[F::Actions, F::Status])],
    unattested: true,
    ..PLAIN
};

const MAIL_RULES: Row = Row {
    object: "mail-rule",
    added: Some(Kind::MailRuleChanged),
    removed: Some(Kind::MailRuleChanged),
    changed: &[(
        Kind::MailRuleChanged,
        &[
            F::Actions,
            F::Destination,
            F::Domain,
            F::AddressDigest,
            F::Folder,
            F::Status,
        ],
    )],
    ..PLAIN
};

/// The row of a group.
pub fn row(group: StateGroup) -> &'static Row {
    match group {
        StateGroup::DepositMethods => &DEPOSIT_METHODS,
        StateGroup::ChargeMethods => &CHARGE_METHODS,
        StateGroup::ExpectedPayouts => &EXPECTED_PAYOUTS,
        StateGroup::Payouts => &PAYOUTS,
        StateGroup::Balances => &BALANCES,
        StateGroup::WalletAccounts => &WALLET_ACCOUNTS,
        StateGroup::WalletSchedules => &WALLET_SCHEDULES,
        StateGroup::WalletTransfers => &WALLET_TRANSFERS,
        StateGroup::AccountStatus => &ACCOUNT_STATUS,
        StateGroup::Identity => &IDENTITY,
        StateGroup::Stores => &STORES,
        StateGroup::Listings => &LISTINGS,
        StateGroup::Users => &USERS,
        StateGroup::Apps => &APPS,
        StateGroup::Subscriptions => &SUBSCRIPTIONS,
        StateGroup::QueuePolicy => &QUEUE_POLICY,
        StateGroup::MailRules => &MAIL_RULES,
    }
}
