//! Which queue is read, and as whom. The settings hold no secret.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::connector::Trouble;

/// Longer than any id or address of a queue.
const WORD_BYTES_MAX: usize = 500;

/// Settings of a queue, as they are kept with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The queue's address, as AWS shows it.
    pub queue_url: String,
    /// The AWS region, such as `eu-west-1`.
    pub region: String,
    /// The public id of the access key.
    pub key_id: String,
    /// The seller whose notifications come here.
    pub seller: String,
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
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let word = |text: &String| {
            !text.is_empty() && text.len() <= WORD_BYTES_MAX && text.chars().all(plain)
        };
        for (text, name) in [
            (&self.region, "region"),
            (&self.key_id, "access key id"),
            (&self.seller, "seller id"),
        ] {
            if !word(text) {
                return Err(Trouble::Settings(format!(
                    "the {name} is empty or no plain word"
                )));
            }
        }
        let known = Url::parse(&self.queue_url).is_ok_and(|url| self.is_known(&url));
        if known {
            return Ok(());
        }
        Err(Trouble::Settings(
            "the queue's address is not https://sqs.REGION.amazonaws.com/… in this region"
                .to_owned(),
        ))
    }

    /// Amazon's address, or one on this machine for tests.
    fn is_known(&self, url: &Url) -> bool {
        let local = matches!(url.host(), Some(Host::Ipv4(host)) if host.is_loopback());
        let wanted = format!("sqs.{}.amazonaws.com", self.region);
        let amazon =
            url.scheme() == "https" && url.host_str() == Some(&wanted) && url.port().is_none();
        self.queue_url.len() <= WORD_BYTES_MAX && (amazon || (local && url.scheme() == "http"))
    }

    /// Where questions go: the queue's host.
    pub fn endpoint(&self) -> Option<Url> {
        let mut url = Url::parse(&self.queue_url).ok()?;
        url.set_path("/");
        url.set_query(None);
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_amazons_queues_are_taken() {
        let settings = |queue_url: &str| Settings {
            queue_url: queue_url.to_owned(),
            region: "eu-west-1".to_owned(),
            key_id: "AKIDEXAMPLE".to_owned(),
            seller: "S1".to_owned(),
        };
        for good in [
            "https://sqs.eu-west-1.amazonaws.com/444455556666/sellkeep",
            "http://127.0.0.1:5600/444455556666/sellkeep",
        ] {
            assert_eq!(settings(good).check(), Ok(()), "{good}");
        }
        for bad in [
            "http://sqs.eu-west-1.amazonaws.com/1/q",
            "https://sqs.us-east-1.amazonaws.com/1/q",
            "https://sqs.eu-west-1.amazonaws.com.evil.example/1/q",
            "https://127.0.0.1/1/q",
            "sellkeep",
        ] {
            assert!(settings(bad).check().is_err(), "{bad}");
        }
        let mut odd = settings("https://sqs.eu-west-1.amazonaws.com/1/q");
        odd.region = "eu-west-1/x".to_owned();
        assert!(odd.check().is_err());
        let endpoint = settings("http://127.0.0.1:5600/4/sellkeep").endpoint();
        assert_eq!(
            endpoint.map(|url| url.to_string()).as_deref(),
            Some("http://127.0.0.1:5600/")
        );
    }
}
