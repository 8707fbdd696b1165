//! Pages: lists are read piece by piece, from a place, never by counting rows.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::error::{Error, Result};

/// Rows of one page at most: a screen shows 50, an export reads on.
pub const PAGE_ROWS_MAX: usize = 1000;

/// A value with the version it was read at: whoever writes it back names that version,
/// and learns when somebody else was faster.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// How often it was written; 0 was never written.
    pub version: u64,
}

impl<T> Versioned<T> {
    /// A value that was never written.
    pub fn new(value: T) -> Versioned<T> {
        Versioned { value, version: 0 }
    }
}

/// A place in a list that is sorted by time and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Microseconds since 1970.
    at: i64,
    id: String,
}

impl Place {
    /// The place of an entry.
    pub fn of(at: Timestamp, id: &str) -> Place {
        Place {
            at: at.as_microsecond(),
            id: id.to_owned(),
        }
    }

    /// Before everything.
    pub(crate) fn first() -> Place {
        Place {
            at: i64::MIN,
            id: String::new(),
        }
    }

    /// After everything.
    pub(crate) fn last() -> Place {
        Place {
            at: i64::MAX,
            id: String::new(),
        }
    }

    pub(crate) fn at(&self) -> i64 {
        self.at
    }

    pub(crate) fn id(&self) -> String {
        self.id.clone()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at, self.id)
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Place> {
        let wrong = || Error::Name {
            what: "a place in a list",
        };
        let (at, id) = text.split_once('~').ok_or_else(wrong)?;
        Ok(Place {
            at: at.parse().map_err(|_| wrong())?,
            id: name(id, "a place in a list").or_else(|_| empty(id))?,
        })
    }
}

fn empty(id: &str) -> Result<String> {
    if id.is_empty() {
        return Ok(String::new());
    }
    Err(Error::Name {
        what: "a place in a list",
    })
}

/// How many rows to ask for.
pub(crate) fn rows(limit: usize) -> i64 {
    i64::try_from(limit.clamp(1, PAGE_ROWS_MAX)).unwrap_or(1)
}

/// A number for the engine, which knows no unsigned ones.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Longest name that is kept: ids are digests, names of accounts and sources are short.
const NAME_BYTES_MAX: usize = 512;

/// A name that both engines keep: not empty, not endless, without zero bytes.
pub(crate) fn name(text: &str, what: &'static str) -> Result<String> {
    if text.is_empty() || text.len() > NAME_BYTES_MAX || text.contains('\0') {
        return Err(Error::Name { what });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_an_address_line() {
        let place = Place::of("2026-11-01T10:00:00Z".parse().unwrap(), "a~b");
        assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        assert!("x".parse::<Place>().is_err());
        assert!("1~a\0".parse::<Place>().is_err());
    }

    #[test]
    fn names_that_no_engine_keeps_are_refused() {
        assert!(name("shop", "x").is_ok());
        for wrong in ["", "a\0b", &"a".repeat(NAME_BYTES_MAX + 1)] {
            assert!(name(wrong, "x").is_err());
        }
    }
}
