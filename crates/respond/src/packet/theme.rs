//! Themes of events: what part of an account they are about.

use sellkeep_model::EventKind;

/// A part of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// Who can sign in and act.
    Access,
    /// Where money goes.
    Money,
    /// What is offered.
    Catalogue,
    /// What is sold.
    Orders,
    /// How the marketplace sees the account.
    Standing,
    /// Mails and messages.
    Messages,
    /// Our own sources, secrets and answers.
    Ourselves,
}

/// The theme of an event, by the thing that its word names.
pub fn theme(kind: EventKind) -> Theme {
    let thing = kind.as_str().split('.').next().unwrap_or_default();
    match thing {
        "signin" | "credential" | "notification" | "user" | "app" => Theme::Access,
        "payout" | "wallet" | "loan" | "disbursement" | "charge_method" | "balance" | "refund"
        | "transaction" | "chargeback" => Theme::Money,
        "listing" | "storefront" | "offer" | "inventory" => Theme::Catalogue,
        "order" => Theme::Orders,
        "account" | "policy" => Theme::Standing,
        "mail" | "message" => Theme::Messages,
        _ => Theme::Ourselves,
    }
}

/// What happened, in words: `payout method added`.
pub fn words(kind: EventKind) -> String {
    kind.as_str()
        .replace("2sv", "second step")
        .replace(['.', '_'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_theme_of_its_thing() {
        assert_eq!(theme(EventKind::PayoutMethodAdded), Theme::Money);
        assert_eq!(theme(EventKind::TwoStepDisabled), Theme::Access);
        assert_eq!(theme(EventKind::MailForged), Theme::Messages);
        let ours = EventKind::ALL
            .iter()
            .filter(|kind| theme(**kind) == Theme::Ourselves);
        for kind in ours {
            let thing = kind.as_str().split('.').next().unwrap_or_default();
            let own = [
                "source",
                "secret",
                "queue",
                "subscription",
                "submission",
                "attestation",
                "baseline",
                "incident",
                "owner",
            ];
            assert!(own.contains(&thing), "{}", kind.as_str());
        }
        assert_eq!(
            words(EventKind::TwoStepDisabled),
            "credential second step disabled"
        );
    }
}
