//! Each event's word as part of a sentence.

use sellkeep_model::EventKind;

use EventKind as K;

const PHRASES: &[(EventKind, &str)] = &[
    (K::SigninAttempt, "somebody tried to sign in"),
    (
        K::SigninNewDevice,
        "somebody signed in from a new device or place",
    ),
    (K::RecoveryStarted, "somebody began to reset the password"),
    (K::RecoveryCodeUsed, "a recovery code was made or used"),
    (K::PasswordChanged, "the password was changed"),
    (K::EmailChanged, "the sign-in address was changed"),
    (K::PhoneChanged, "the phone number was changed"),
    (K::NameChanged, "the name on the sign-in was changed"),
    (K::TwoStepEnabled, "two-step verification was switched on"),
    (K::TwoStepDisabled, "two-step verification was switched off"),
    (K::TwoStepChanged, "the second step was changed"),
    (K::PasskeyAdded, "a passkey was created"),
    (
        K::NotificationAddressChanged,
        "the address for notices was changed",
    ),
    (
        K::NotificationSettingsChanged,
        "notices were switched on or off",
    ),
    (K::UserInvited, "a person was invited"),
    (K::UserAdded, "a person was given access"),
    (K::UserRemoved, "a person lost access"),
    (
        K::UserPermissionsChanged,
        "a person's permissions were changed",
    ),
    (K::AppAuthorized, "an application was given access"),
    (K::AppRevoked, "an application lost access"),
    (K::AppScopesChanged, "an application's rights were changed"),
    (
        K::AppActivity,
        "something was written through the marketplace's interface for programs",
    ),
    (
        K::PayoutMethodAdded,
        "an account that can receive payouts was added",
    ),
    (
        K::PayoutMethodRemoved,
        "an account that could receive payouts was removed",
    ),
    (
        K::PayoutMethodChanged,
        "an account that can receive payouts was changed",
    ),
    (K::PayoutDefaultChanged, "payouts now go to another account"),
    (K::PayoutSettingsChanged, "payout settings were changed"),
    (K::PayoutScheduled, "a payout is due"),
    (K::PayoutCreated, "a payout was started"),
    (K::PayoutStatusChanged, "a payout's status changed"),
    (K::PayoutBlocked, "payouts are held back or at risk"),
    (
        K::WalletAccountAdded,
        "a destination account was added to the wallet",
    ),
    (K::WalletTransfer, "money leaves the wallet"),
    (
        K::WalletScheduleChanged,
        "a standing transfer of the wallet was changed",
    ),
    (K::LoanAdvance, "loan money was paid out"),
    (K::LoanRequested, "a loan was offered, asked for or granted"),
    (
        K::DisbursementAdhoc,
        "money was paid out outside the schedule",
    ),
    (
        K::ChargeMethodChanged,
        "the card or account that is charged was changed",
    ),
    (K::BalanceSeen, "the balance was read"),
    (K::RefundIssued, "money was refunded"),
    (K::TransactionPosted, "money was moved"),
    (K::ChargebackOpened, "a buyer asks money back"),
    (K::ListingCreated, "a listing was created"),
    (K::ListingDeleted, "a listing was deleted"),
    (K::ListingStatusChanged, "a listing's status changed"),
    (K::ListingPriceChanged, "a price was changed"),
    (K::ListingQuantityChanged, "a quantity was changed"),
    (
        K::ListingEnforcement,
        "the marketplace acted against a listing",
    ),
    (K::ListingContentChanged, "a listing's content was changed"),
    (
        K::ListingPromiseChanged,
        "the time promised until dispatch was changed",
    ),
    (K::ListingTraffic, "visits of a listing were counted"),
    (K::StorefrontChanged, "the shop's pages were changed"),
    (K::OfferChanged, "an offer on a listing changed"),
    (K::InventoryRemoved, "stock was taken out of the warehouse"),
    (K::InventorySeen, "stock was counted"),
    (K::OrderReceived, "an order came in"),
    (K::OrderMetrics, "orders were counted"),
    (K::AccountStatusChanged, "the account's status changed"),
    (
        K::AccountCompromiseSuspected,
        "the marketplace itself suspects an intruder",
    ),
    (
        K::AccountIdentityChanged,
        "the legal name, address or number was changed",
    ),
    (K::AccountStoreNameChanged, "the shop's name was changed"),
    (K::AccountPlanChanged, "the selling plan was changed"),
    (
        K::AccountParticipationChanged,
        "a store was opened or closed",
    ),
    (
        K::AccountListingsSuspended,
        "all listings were switched off or on",
    ),
    (K::PolicyNotice, "the marketplace warns or asks"),
    (K::MailNotice, "a notice came"),
    (
        K::MailUnclassifiedSecurity,
        "a security notice came that we do not know",
    ),
    (K::MailForged, "a forged mail came"),
    (K::MailReceived, "mail came"),
    (K::MailRuleChanged, "a rule of the mailbox was changed"),
    (
        K::MessageReceived,
        "a stranger wrote through the marketplace",
    ),
    (K::SourcePermissionLost, "a source lost the right to read"),
    (K::SourceRecovered, "a source answers again"),
    (
        K::SecretExpiring,
        "the secret of our application is about to expire",
    ),
    (
        K::SecretRotated,
        "the secret of our application was replaced",
    ),
    (
        K::QueuePolicyWeak,
        "the queue of notifications lets strangers in",
    ),
    (
        K::SubscriptionMissing,
        "a subscription that we rely on is gone",
    ),
    (
        K::ForeignSubmission,
        "something was submitted with our credentials, but not by us",
    ),
    (K::AttestationRecorded, "a person confirmed something"),
    (
        K::BaselineProposed,
        "this was read for the first time and waits for confirmation",
    ),
    (
        K::BaselineConfirmed,
        "the owner confirmed the first reading",
    ),
    (K::IncidentClosed, "an incident was closed"),
    (K::OwnerDenied, "the owner said \"not me\""),
    (K::OwnerConfirmed, "the owner said \"it was me\""),
];

/// The words for a kind of event.
pub(crate) fn phrase(kind: EventKind) -> &'static str {
    let known = PHRASES.iter().find(|(known, _)| *known == kind);
    known.map_or(kind.as_str(), |(_, phrase)| phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words() {
        for kind in EventKind::ALL {
            assert_ne!(
                phrase(*kind),
                kind.as_str(),
                "say {} in words",
                kind.as_str()
            );
        }
    }
}
