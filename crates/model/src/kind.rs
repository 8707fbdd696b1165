//! The closed vocabulary of events.

use serde::Serialize;

use crate::words::{Words, read_by_word};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What can happen to an account. The word's first part is the thing, the second the deed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum EventKind {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl EventKind {
            /// Every word.
            pub const ALL: &'static [EventKind] = &[$(EventKind::$name,)*];

            /// The word as it stands in rules, JSON and planned changes.
            pub fn as_str(self) -> &'static str {
                match self { $(EventKind::$name => $word,)* }
            }

            /// The event of that word.
            pub fn of(word: &str) -> Option<EventKind> {
                WORDS.place(word).map(|place| EventKind::ALL[place])
            }
        }

        static WORDS: Words = Words::new(&[$($word,)*]);
        read_by_word!(EventKind, WORDS);
    };
}

kinds! {
    // Access.
    /// Somebody tried to sign in and a code or an approval was asked for.
    SigninAttempt = "signin.attempt",
    /// Somebody signed in from a device or place not seen before.
    SigninNewDevice = "signin.new_device",
    /// Somebody began to reset the password.
    RecoveryStarted = "credential.recovery_started",
    /// A recovery code was made or used.
    RecoveryCodeUsed = "credential.recovery_code_used",
    /// The password was changed.
    PasswordChanged = "credential.password_changed",
    /// The sign-in address was changed or one was added.
    EmailChanged = "credential.email_changed",
    /// The phone number was changed, added or deleted.
    PhoneChanged = "credential.phone_changed",
    /// The person's name on the sign-in was changed.
    NameChanged = "credential.name_changed",
    /// Two-step verification was switched on.
    TwoStepEnabled = "credential.2sv_enabled",
    /// Two-step verification was switched off.
    TwoStepDisabled = "credential.2sv_disabled",
    /// The second step's method was changed or one was added.
    TwoStepChanged = "credential.2sv_changed",
    /// A passkey was created.
    PasskeyAdded = "credential.passkey_added",
    /// The address that notices go to was changed.
    NotificationAddressChanged = "notification.address_changed",
    /// Notices were switched on or off.
    NotificationSettingsChanged = "notification.settings_changed",
    /// A person was invited.
    UserInvited = "user.invited",
    /// A person was given access.
    UserAdded = "user.added",
    /// A person lost access.
    UserRemoved = "user.removed",
    /// A person's permissions were changed.
    UserPermissionsChanged = "user.permissions_changed",
    /// An application was given access.
    AppAuthorized = "app.authorized",
    /// An application lost access.
    AppRevoked = "app.revoked",
    /// An application's rights were changed.
    AppScopesChanged = "app.scopes_changed",
    /// An application or a person wrote through the marketplace's API (an audit log says so).
    AppActivity = "app.activity",

    // Money.
    /// A bank account, card or wallet that can receive payouts was added.
    PayoutMethodAdded = "payout.method_added",
    /// One was removed.
    PayoutMethodRemoved = "payout.method_removed",
    /// One was changed: holder, country, ending.
    PayoutMethodChanged = "payout.method_changed",
    /// Another one became the one that payouts go to.
    PayoutDefaultChanged = "payout.default_changed",
    /// Payout settings were changed, by a notice that does not say which.
    PayoutSettingsChanged = "payout.settings_changed",
    /// A payout is due.
    PayoutScheduled = "payout.scheduled",
    /// A payout was started.
    PayoutCreated = "payout.created",
    /// A payout's status changed (paid, failed, cancelled).
    PayoutStatusChanged = "payout.status_changed",
    /// Payouts are held back, disabled or at risk.
    PayoutBlocked = "payout.blocked",
    /// A destination account was added to the wallet.
    WalletAccountAdded = "wallet.account_added",
    /// Money left the wallet, or is asked to.
    WalletTransfer = "wallet.transfer",
    /// A standing transfer of the wallet was made or changed.
    WalletScheduleChanged = "wallet.schedule_changed",
    /// Loan money was paid out.
    LoanAdvance = "loan.advance",
    /// A loan was offered, asked for or granted.
    LoanRequested = "loan.requested",
    /// Money was paid out outside the schedule.
    DisbursementAdhoc = "disbursement.adhoc",
    /// The card or account that is charged was changed.
    ChargeMethodChanged = "charge_method.changed",
    /// What the balance is now.
    BalanceSeen = "balance.seen",
    /// Money was refunded.
    RefundIssued = "refund.issued",
    /// Some other movement of money.
    TransactionPosted = "transaction.posted",
    /// A buyer's bank or a claim asks money back.
    ChargebackOpened = "chargeback.opened",

    // Catalogue.
    /// A listing was created.
    ListingCreated = "listing.created",
    /// A listing was deleted.
    ListingDeleted = "listing.deleted",
    /// A listing became buyable or stopped being so.
    ListingStatusChanged = "listing.status_changed",
    /// A price was changed.
    ListingPriceChanged = "listing.price_changed",
    /// A quantity was changed.
    ListingQuantityChanged = "listing.quantity_changed",
    /// The marketplace acted against a listing.
    ListingEnforcement = "listing.enforcement",
    /// Title, pictures, brand or category were changed.
    ListingContentChanged = "listing.content_changed",
    /// The time promised until dispatch was changed.
    ListingPromiseChanged = "listing.promise_changed",
    /// How often a listing was looked at in a span.
    ListingTraffic = "listing.traffic",
    /// The shop's own pages were changed: another theme was published.
    StorefrontChanged = "storefront.changed",
    /// Another seller offers on the same listing, or undercuts.
    OfferChanged = "offer.changed",
    /// Stock was taken out of the marketplace's warehouse.
    InventoryRemoved = "inventory.removed",
    /// How much stock the marketplace counted in a span.
    InventorySeen = "inventory.seen",

    // Orders.
    /// An order came in (counted, without the buyer).
    OrderReceived = "order.received",
    /// Orders of a span, as a number.
    OrderMetrics = "order.metrics",

    // Standing.
    /// The account's status changed (normal, at risk, deactivated).
    AccountStatusChanged = "account.status_changed",
    /// The marketplace itself suspects an intruder.
    AccountCompromiseSuspected = "account.compromise_suspected",
    /// The legal name, address, tax or register number was changed.
    AccountIdentityChanged = "account.identity_changed",
    /// The shop's public name was changed.
    AccountStoreNameChanged = "account.store_name_changed",
    /// The selling plan was changed.
    AccountPlanChanged = "account.plan_changed",
    /// A store was opened or closed.
    AccountParticipationChanged = "account.participation_changed",
    /// All listings were switched off or on (vacation).
    AccountListingsSuspended = "account.listings_suspended",
    /// The marketplace warns, asks or reports a measure.
    PolicyNotice = "policy.notice",

    // Messages.
    /// A proven notice of no closer kind.
    MailNotice = "mail.notice",
    /// A proven mail of a security sender that the catalogue does not know.
    MailUnclassifiedSecurity = "mail.unclassified_security",
    /// A mail that claims the brand and is not from it.
    MailForged = "mail.forged",
    /// An ordinary mail came in (counted).
    MailReceived = "mail.received",
    /// A rule of the mailbox forwards, hides or deletes.
    MailRuleChanged = "mail.rule_changed",
    /// A buyer or another stranger wrote through the marketplace.
    MessageReceived = "message.received",

    // Ourselves.
    /// A source lost the right to read.
    SourcePermissionLost = "source.permission_lost",
    /// A source answers again.
    SourceRecovered = "source.recovered",
    /// The secret of our own application is about to expire.
    SecretExpiring = "secret.expiring",
    /// The secret of our own application was replaced.
    SecretRotated = "secret.rotated",
    /// The queue that brings notifications lets strangers in.
    QueuePolicyWeak = "queue.policy_weak",
    /// A subscription that we rely on is gone.
    SubscriptionMissing = "subscription.missing",
    /// A feed or report was submitted with our own credentials, but not by us.
    ForeignSubmission = "submission.foreign",
    /// A person confirmed something that no source tells.
    AttestationRecorded = "attestation.recorded",
    /// A first reading waits for the owner's confirmation.
    BaselineProposed = "baseline.proposed",
    /// The owner confirmed it.
    BaselineConfirmed = "baseline.confirmed",
    /// An incident was closed.
    IncidentClosed = "incident.closed",
    /// The owner answered an alert with "not me".
    OwnerDenied = "owner.denied",
    /// The owner answered an alert with "it was me".
    OwnerConfirmed = "owner.confirmed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_kind() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::of(kind.as_str()), Some(*kind));
            assert!(kind.as_str().contains('.'), "{}", kind.as_str());
        }
    }
}
