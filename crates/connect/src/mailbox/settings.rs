//! Where a mailbox lies and how it is entered. The settings hold no secret.

use serde::{Deserialize, Serialize};

use crate::connector::Trouble;

/// IMAP over TLS (RFC 8314). There is no plain way in: a password never travels unprotected.
pub const PORT: u16 = 993;
/// Longer than any name of a host or user.
const NAME_BYTES_MAX: usize = 320;

/// Settings of a mailbox, as they are kept with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The IMAP server.
    pub host: String,
    /// Its port for IMAP over TLS.
    #[serde(default = "port")]
    pub port: u16,
    /// The user's name there.
    pub user: String,
    /// Certificate of the server, or of the authority behind it, as PEM; for servers of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// Where access tokens come from; without it the secret is a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<Oauth>,
    /// The one folder to read; without it those where mail arrives and is hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

/// Entering with an access token (XOAUTH2), as Gmail and Microsoft want it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "token", rename_all = "lowercase", deny_unknown_fields)]
pub enum Oauth {
    /// The secret is an access token; somebody else renews it.
    Access,
    /// The secret is a refresh token, which access tokens are got with.
    Refresh {
        /// The token endpoint.
        endpoint: String,
        /// The client's public id.
        client_id: String,
        /// Which right is asked for; some providers want it named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
}

fn port() -> u16 {
    PORT
}

impl Settings {
    /// Reads settings as they were kept.
    pub fn parse(text: &str) -> Result<Settings, Trouble> {
        let settings: Settings = serde_json::from_str(text)
            .map_err(|error| Trouble::Settings(format!("line {}", error.line())))?;
        settings.check()?;
        Ok(settings)
    }

    /// Whether every value can be used.
    pub fn check(&self) -> Result<(), Trouble> {
        let usable = |text: &str| {
            !text.is_empty() && text.len() <= NAME_BYTES_MAX && !text.chars().any(char::is_control)
        };
        for (text, name) in [(&self.host, "host"), (&self.user, "user")] {
            if !usable(text) {
                return Err(Trouble::Settings(format!(
                    "`{name}` is empty, too long or no plain text"
                )));
            }
        }
        if self.folder.as_ref().is_some_and(|folder| !usable(folder)) {
            return Err(Trouble::Settings(
                "`folder` is empty, too long or no plain text".to_owned(),
            ));
        }
        if let Some(Oauth::Refresh { endpoint, .. }) = &self.oauth
            && !is_safe(endpoint)
        {
            return Err(Trouble::Settings(
                "the token endpoint is no https:// address".to_owned(),
            ));
        }
        Ok(())
    }
}

/// Tokens go to https only; to this machine itself also without.
fn is_safe(endpoint: &str) -> bool {
    let Ok(url) = url::Url::parse(endpoint) else {
        return false;
    };
    let local = matches!(url.host(), Some(url::Host::Ipv4(address)) if address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_host_and_user() {
        let settings =
            Settings::parse(r#"{"host":"imap.example.org","user":"mia"}"#).expect("settings");
        assert_eq!((settings.port, settings.oauth), (993, None));
    }

    #[test]
    fn mistakes_are_told_without_quoting() {
        for (text, says) in [
            (r#"{"host":"","user":"mia"}"#, "`host` is empty"),
            (
                r#"{"host":"h","user":"a\r\nb"}"#,
                "`user` is empty, too long or no plain text",
            ),
            (r#"{"host":"h","user":"u","password":"hush"}"#, "line 1"),
            (
                r#"{"host":"h","user":"u","oauth":{"token":"refresh","endpoint":"http://evil.example/","client_id":"c"}}"#,
                "https://",
            ),
        ] {
            let trouble = Settings::parse(text).expect_err(text).to_string();
            assert!(
                trouble.contains(says) && !trouble.contains("hush"),
                "{trouble}"
            );
        }
    }
}
