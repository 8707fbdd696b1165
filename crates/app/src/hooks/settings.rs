//! Settings of a source that hooks are brought to. They hold no secret.

use anyhow::{Result, bail, ensure};
use sellkeep_connect::channels::Secret;
use sellkeep_connect::channels::wire::address::Address;
use sellkeep_connect::ebay;
use serde::{Deserialize, Serialize};
use url::Url;

/// Longer than any address or id of these.
const TEXT_BYTES_MAX: usize = 500;

/// Settings of a hook, as they are kept with its source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address that the marketplace calls, letter by letter as it was entered there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// PayPal's id of the webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_id: Option<String>,
    /// Whether hooks of the marketplace's trial environment are believed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sandbox: bool,
    /// The App ID at eBay, which public keys are asked for with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Where eBay's API is, where not at its own place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
}

impl Settings {
    /// Whether the values can be used for a kind.
    pub fn check(&self, kind: &str, needs_url: bool) -> Result<()> {
        let texts = [&self.url, &self.webhook_id, &self.client_id, &self.api];
        for text in texts.into_iter().flatten() {
            let plain = text.chars().all(|letter| letter.is_ascii_graphic());
            ensure!(
                plain && !text.is_empty() && text.len() <= TEXT_BYTES_MAX,
                "a value is empty, too long, or holds other than plain letters"
            );
        }
        if needs_url && self.url.is_none() {
            bail!("--url is missing: the address is part of what is signed");
        }
        if let Some(url) = &self.url {
            let parsed = Url::parse(url);
            ensure!(
                parsed.is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host()),
                "--url is no address such as https://keep.example/hooks/NAME"
            );
        }
        if kind == "paypal.webhook" && self.webhook_id.is_none() {
            bail!("--webhook-id is missing: PayPal shows it beside the webhook");
        }
        if kind == "ebay.webhook" && self.client_id.is_none() {
            bail!("--client-id is missing: eBay's public keys are asked for with your App ID");
        }
        if self.api.is_some() {
            self.api()?;
        }
        Ok(())
    }

    /// Where eBay's API is. Without https only this very machine is asked.
    pub fn api(&self) -> Result<Address> {
        let text = match (&self.api, self.sandbox) {
            (Some(api), _) => api,
            (None, true) => ebay::API_SANDBOX,
            (None, false) => ebay::API,
        };
        let local = Url::parse(text).is_ok_and(|url| match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            _ => false,
        });
        Ok(Address::new(&Secret::new(text), local)?)
    }

    /// Path and query as the marketplace called them; a server in front of us may have
    /// changed them on the way.
    pub fn path<'a>(&'a self, received: &'a str) -> &'a str {
        let after_host = self.url.as_deref().and_then(|url| {
            let (_, rest) = url.split_once("://")?;
            rest.find('/').map(|at| &rest[at..])
        });
        after_host.unwrap_or(received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, kind: &str, needs_url: bool) -> String {
        let settings: Settings = serde_json::from_str(json).expect("settings");
        let checked = settings.check(kind, needs_url);
        checked.map_or_else(|error| error.to_string(), |()| "good".to_owned())
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(check("{}", "shopify.webhook", false), "good");
        assert!(check("{}", "square.webhook", true).contains("--url"));
        assert!(check("{}", "paypal.webhook", false).contains("--webhook-id"));
        assert!(check(r#"{"url":"https://a.example/h"}"#, "ebay.webhook", true).contains("App ID"));
        assert!(
            check(r#"{"url":"ftp://a.example/"}"#, "square.webhook", true).contains("no address")
        );
        assert!(
            check(r#"{"webhook_id":"a b"}"#, "paypal.webhook", false).contains("plain letters")
        );
        let away = r#"{"url":"https://a.example/h","client_id":"c","api":"http://evil.example/"}"#;
        assert!(check(away, "ebay.webhook", true).contains("https://"));
    }

    #[test]
    fn the_path_is_the_one_that_was_called() {
        let settings = Settings {
            url: Some("https://keep.example/in/hooks/w?x=1".to_owned()),
            ..Settings::default()
        };
        assert_eq!(settings.path("/hooks/w?x=1"), "/in/hooks/w?x=1");
        assert_eq!(Settings::default().path("/hooks/w"), "/hooks/w");
    }
}
