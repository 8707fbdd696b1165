//! How far a mailbox is read: the state of its news, and where its past was left.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a mailbox is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The server's word for what was seen (RFC 8620 section 5.1).
    pub state: Option<String>,
    /// What is still to be read of the past; nothing where it is read.
    pub past: Option<Past>,
}

/// Where the past was left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The mail that the last page ended with.
    pub after: Option<String>,
    /// When that one was received.
    pub received: Option<Timestamp>,
}

impl Place {
    /// A place as it was kept; an empty text is the beginning.
    pub fn parse(text: &str) -> Option<Place> {
        if text.is_empty() {
            return Some(Place::default());
        }
        serde_json::from_str(text).ok()
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Past {
    /// The same place by time alone: a second later, so that what came in the same second
    /// is not lost.
    pub fn by_time(self) -> Past {
        let later = |at: Timestamp| at.checked_add(SignedDuration::from_secs(1)).ok();
        Past {
            after: None,
            received: self.received.and_then(later),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_and_a_lost_one_goes_by_time() {
        let past = Past {
            after: Some("M1".to_owned()),
            received: Some(Timestamp::UNIX_EPOCH),
        };
        let place = Place {
            state: Some("s".to_owned()),
            past: Some(past.clone()),
        };
        assert_eq!(Place::parse(&place.text()), Some(place));
        assert_eq!(Place::parse(""), Some(Place::default()));
        assert_eq!(Place::parse("{"), None);
        let by_time = past.by_time();
        assert_eq!(by_time.after, None);
        assert_eq!(by_time.received.map(Timestamp::as_second), Some(1));
        assert_eq!(Past::default().by_time(), Past::default());
    }
}
