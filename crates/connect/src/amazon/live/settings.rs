//! Which account is read, and where. The settings hold no secret.

use serde::{Deserialize, Serialize};

use super::region::{Region, find};
use crate::connector::Trouble;

/// The sign-in service (Login with Amazon).
const TOKENS: &str = "https://api.amazon.com/auth/o2/token";
/// Amazon has two dozen stores in all.
const STORES_MAX: usize = 25;
/// Longer than any id of Amazon's.
const WORD_BYTES_MAX: usize = 200;

/// Settings of an account's interface, as they are kept with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The region that the grant is good for.
    pub region: Region,
    /// The seller's id (merchant token).
    pub seller: String,
    /// The stores to watch, by Amazon's ids; at least one.
    pub stores: Vec<String>,
    /// The application's public id.
    pub client_id: String,
    /// Another address than Amazon's, on this machine only: for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
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
        let fault = |says: &str| Err(Trouble::Settings(says.to_owned()));
        if !is_word(&self.seller) {
            return fault("the seller id is letters and digits, such as A1B2C3D4E5F6G7");
        }
        if !is_word(&self.client_id) {
            return fault("the client id begins with amzn1.application-oa2-client");
        }
        if self.stores.is_empty() || self.stores.len() > STORES_MAX {
            return fault("name at least one store, such as DE, and each only once");
        }
        let elsewhere = |id: &String| find(id).is_none_or(|store| store.region != self.region);
        if self.stores.iter().any(elsewhere) {
            return fault("a store is unknown, or belongs to another region than the grant");
        }
        if self.address.as_deref().is_some_and(|text| !is_local(text)) {
            return fault("another address than Amazon's is only taken on this machine");
        }
        Ok(())
    }

    /// Where questions go.
    pub fn address(&self) -> &str {
        self.address
            .as_deref()
            .unwrap_or_else(|| self.region.address())
    }

    /// Where access tokens come from.
    pub fn token_address(&self) -> String {
        match &self.address {
            Some(address) => format!("{}/auth/o2/token", address.trim_end_matches('/')),
            None => TOKENS.to_owned(),
        }
    }
}

/// An id: nothing in it can change where a request goes.
fn is_word(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    !text.is_empty() && text.len() <= WORD_BYTES_MAX && text.chars().all(plain)
}

fn is_local(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else {
        return false;
    };
    matches!(url.host(), Some(url::Host::Ipv4(host)) if host.is_loopback())
        && url.scheme() == "http"
        && url.path() == "/"
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"region":"eu","seller":"A1B2","stores":["A1PA6795UKMFR9"],"client_id":"amzn1.application-oa2-client.1"}"#;

    #[test]
    fn the_least_is_region_seller_stores_and_client() {
        let settings = Settings::parse(GOOD).expect("settings");
        assert_eq!(
            settings.address(),
            "https://sellingpartnerapi-eu.amazon.com"
        );
        assert_eq!(settings.token_address(), TOKENS);
    }

    #[test]
    fn mistakes_are_told_without_quoting() {
        for (from, to, says) in [
            ("A1B2", "A1/../B", "the seller id"),
            ("A1PA6795UKMFR9", "ATVPDKIKX0DER", "another region"),
            (r#"["A1PA6795UKMFR9"]"#, "[]", "at least one store"),
            ("amzn1.application", "a?b", "the client id"),
            (r#""eu""#, r#""moon""#, "line 1"),
            (
                r#""region""#,
                r#""address":"http://evil.example/","region""#,
                "on this machine",
            ),
            (r#""region""#, r#""secret":"hush","region""#, "line 1"),
        ] {
            let trouble = Settings::parse(&GOOD.replacen(from, to, 1)).expect_err(to);
            let text = trouble.to_string();
            assert!(text.contains(says) && !text.contains("hush"), "{text}");
        }
    }
}
