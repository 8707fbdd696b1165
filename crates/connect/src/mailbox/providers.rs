//! Providers that let nobody in with a password: where they lie, and where their tokens come from.

/// A provider of mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// The word for it.
    pub name: &'static str,
    /// Its IMAP server; the port is the usual one.
    pub host: &'static str,
    /// Its token endpoint.
    pub endpoint: &'static str,
    /// The right to ask for.
    pub scope: &'static str,
    /// Where that stands.
    pub source: &'static str,
    /// When it was looked at.
    pub seen: &'static str,
}

/// Every provider, alphabetically.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "gmail",
        host: "imap.gmail.com",
        endpoint: "https://oauth2.googleapis.com/token",
        scope: "https://mail.google.com/",
        source: "https://developers.google.com/workspace/gmail/imap/xoauth2-protocol",
        seen: "2026-11-25",
    },
    Provider {
        name: "microsoft",
        host: "outlook.office365.com",
        endpoint: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        scope: "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        source: "https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth",
        seen: "2026-11-25",
    },
];

/// The provider of that name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_to_https_only_and_every_fact_has_a_source() {
        for one in PROVIDERS {
            assert!(one.endpoint.starts_with("https://") && one.source.starts_with("https://"));
            assert!(one.seen.parse::<jiff::civil::Date>().is_ok());
            assert_eq!(provider(one.name), Some(one));
        }
        assert_eq!(provider("nobody"), None);
    }
}
