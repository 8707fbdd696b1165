//! Many rows in one statement: a JSON array of rows and one string of bytes they point into.
//!
//! Two parameters whatever the number of rows, on both engines, which is several times
//! faster than a row a statement. Bytes stay bytes: a row names where its own begin (from
//! 1, as SQL counts) and how many they are.

use serde::Serialize;

use crate::error::{Error, Result};

/// Rows of one statement: more is no faster, and holds the memory of both sides.
pub(crate) const ROWS_MAX: usize = 500;
/// Bytes of one statement, unless a single row is larger.
pub(crate) const BYTES_MAX: usize = 8 << 20;

/// Rows being collected.
pub(crate) struct Bulk {
    rows: Vec<u8>,
    bytes: Vec<u8>,
    count: usize,
}

/// Where a row's bytes lie.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Slice {
    /// First byte, from 1.
    o: usize,
    /// How many.
    n: usize,
}

impl Bulk {
    pub(crate) fn new() -> Bulk {
        Bulk {
            rows: vec![b'['],
            bytes: Vec::new(),
            count: 0,
        }
    }

    /// Whether another row should go into another statement.
    pub(crate) fn is_full(&self) -> bool {
        self.count >= ROWS_MAX || self.bytes.len() >= BYTES_MAX
    }

    /// Keeps a row's bytes.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Slice {
        let slice = Slice {
            o: self.bytes.len() + 1,
            n: bytes.len(),
        };
        self.bytes.extend_from_slice(bytes);
        slice
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, row: &impl Serialize) -> Result<()> {
        if self.count > 0 {
            self.rows.push(b',');
        }
        serde_json::to_writer(&mut self.rows, row).map_err(Error::Json)?;
        self.count += 1;
        Ok(())
    }

    /// The rows and the bytes, as parameters.
    pub(crate) fn finish(mut self) -> Result<(String, Vec<u8>)> {
        self.rows.push(b']');
        let rows = String::from_utf8(self.rows);
        let rows = rows.map_err(|_| Error::Corrupt { what: "a row" })?;
        Ok((rows, self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_point_into_the_bytes() {
        let mut bulk = Bulk::new();
        for word in ["ab", "cde"] {
            let slice = bulk.keep(word.as_bytes());
            bulk.row(&slice).unwrap();
        }
        let (rows, bytes) = bulk.finish().unwrap();
        assert_eq!(rows, r#"[{"o":1,"n":2},{"o":3,"n":3}]"#);
        assert_eq!(bytes, b"abcde");
    }

    #[test]
    fn no_row_is_an_empty_list() {
        assert_eq!(Bulk::new().finish().unwrap().0, "[]");
    }
}
