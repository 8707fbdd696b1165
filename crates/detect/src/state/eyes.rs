//! Eyes: which sources have been heard, and when last.
//!
//! A record of any content counts, and so does an empty answer: what matters is that
//! the source could have told us.

use sellkeep_model::Account;
use serde::{Deserialize, Serialize};

use crate::moment::{DAY, HOUR, Millis, length};

/// A source that the account gives no expectation for counts as alive so long: a
/// mailbox may well receive nothing for a day.
const ALIVE_DEFAULT: Millis = DAY;

/// Sources of an account that are remembered; an account has fewer than ten.
const SOURCES_MAX: usize = 64;

/// When each source was heard.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Eyes(Vec<(String, Millis)>);

impl Eyes {
    /// A record of a source arrived. An older record changes nothing.
    pub fn heard(&mut self, source: &str, at: Millis) {
        match self
            .0
            .binary_search_by(|(name, _)| name.as_str().cmp(source))
        {
            Ok(known) => self.0[known].1 = self.0[known].1.max(at),
            Err(place) if self.0.len() < SOURCES_MAX => {
                self.0.reserve_exact(1);
                self.0.insert(place, (source.to_owned(), at));
            }
            Err(_) => {}
        }
    }

    /// When a source was last heard.
    pub fn last(&self, source: &str) -> Option<Millis> {
        self.0
            .iter()
            .find(|(name, _)| name == source)
            .map(|(_, at)| *at)
    }

    /// The memory behind the list.
    pub fn heap_bytes(&self) -> usize {
        let names: usize = self.0.iter().map(|(name, _)| name.capacity()).sum();
        names + self.0.capacity() * size_of::<(String, Millis)>()
    }

    /// All sources with their last time.
    pub fn all(&self) -> impl Iterator<Item = (&str, Millis)> {
        self.0.iter().map(|(name, at)| (name.as_str(), *at))
    }

    /// Whether at least one source of a kind could have told us something until a time.
    pub fn alive(&self, account: &Account, at: Millis, kind: impl Fn(&str) -> bool) -> bool {
        let mut sources = self.all().filter(|(name, _)| kind(name));
        sources.any(|(name, last)| last >= at - allowed(account, name))
    }

    /// When a source that is expected will have been silent for too long; `extra` counts
    /// instead of the account's grace. `None` where nothing is expected of it.
    pub fn silent_from(
        &self,
        account: &Account,
        source: &str,
        extra: Option<Millis>,
        since: Option<Millis>,
    ) -> Option<Millis> {
        let expected = account.sources.iter().find(|one| one.source == source)?;
        let every = length(expected.expected_every?.0);
        let grace = extra.or(expected.grace.map(|grace| length(grace.0)));
        let last = self.last(source).or(since)?;
        Some(last + every + grace.unwrap_or(every / 2))
    }
}

/// Whether a source brings mail.
pub fn is_mailbox(source: &str) -> bool {
    source.starts_with("mailbox") || source.starts_with("mail.") || source == "mail"
}

/// Whether a source is an interface that we ask.
pub fn is_interface(source: &str) -> bool {
    source
        .rsplit_once('.')
        .is_some_and(|(_, kind)| kind == "api")
}

fn allowed(account: &Account, source: &str) -> Millis {
    let expected = account.sources.iter().find(|one| one.source == source);
    let every = expected.and_then(|one| one.expected_every);
    let grace = expected.and_then(|one| one.grace);
    every.map_or(ALIVE_DEFAULT, |every| {
        length(every.0) + grace.map_or(HOUR, |grace| length(grace.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::account;

    #[test]
    fn an_older_record_changes_nothing() {
        let mut eyes = Eyes::default();
        eyes.heard("mailbox", 50);
        eyes.heard("mailbox", 20);
        assert_eq!(eyes.last("mailbox"), Some(50));
        assert_eq!(eyes.last("amazon.api"), None);
    }

    #[test]
    fn a_source_is_alive_as_long_as_it_may_be_quiet() {
        let mut eyes = Eyes::default();
        eyes.heard("mailbox", 0);
        let account = account();
        assert!(eyes.alive(&account, DAY, is_mailbox));
        assert!(!eyes.alive(&account, DAY + 1, is_mailbox));
        assert!(!eyes.alive(&account, 0, |source| !is_mailbox(source)));
    }

    #[test]
    fn silence_begins_after_what_is_expected_and_forgiven() {
        let json = r#"{"id":"a","marketplace":"amazon",
            "sources":[{"source":"mailbox","expected_every":"PT24H","grace":"PT6H"}]}"#;
        let account: Account = serde_json::from_str(json).expect("an account");
        let mut eyes = Eyes::default();
        assert_eq!(eyes.silent_from(&account, "mailbox", None, None), None);
        assert_eq!(
            eyes.silent_from(&account, "mailbox", None, Some(0)),
            Some(30 * HOUR)
        );
        eyes.heard("mailbox", HOUR);
        assert_eq!(
            eyes.silent_from(&account, "mailbox", None, Some(0)),
            Some(31 * HOUR)
        );
        assert_eq!(
            eyes.silent_from(&account, "mailbox", Some(0), None),
            Some(25 * HOUR)
        );
        assert_eq!(
            eyes.silent_from(&account, "amazon.api", None, Some(0)),
            None
        );
    }
}
