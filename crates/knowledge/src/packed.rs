//! The built-in files, and their tables as the build script packed them.
//!
//! A table holds the number of its entries, then each key and value; a value is a
//! letter for its kind and what belongs to it. Only our own build writes this form;
//! whatever is broken is `None`, and the text is parsed instead.

use std::ops::Range;

use toml::{Table, Value};

/// One built-in file.
pub struct File {
    /// Its path below the knowledge folder.
    pub path: &'static str,
    /// Its text; nothing for a rule's cases.
    pub text: &'static str,
    /// Where its table lies in the packed bytes.
    pub packed: Range<usize>,
}

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/packed.bin"));

impl File {
    /// Its table, where it is packed.
    pub fn table(&self) -> Option<Table> {
        let bytes = PACKED.get(self.packed.clone())?;
        Reader { rest: bytes }.table()
    }
}

struct Reader {
    rest: &'static [u8],
}

impl Reader {
    fn table(&mut self) -> Option<Table> {
        let count = self.number()?;
        (0..count)
            .map(|_| Some((self.text()?.to_owned(), self.value()?)))
            .collect()
    }

    fn value(&mut self) -> Option<Value> {
        Some(match self.octet()? {
            b's' => Value::String(self.text()?.to_owned()),
            b'y' => Value::Boolean(true),
            b'n' => Value::Boolean(false),
            b'i' => Value::Integer(i64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            b'a' => {
                let count = self.number()?;
                Value::Array((0..count).map(|_| self.value()).collect::<Option<_>>()?)
            }
            b't' => Value::Table(self.table()?),
            _ => return None,
        })
    }

    fn text(&mut self) -> Option<&'static str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// Seven bits an octet, the lowest first.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let octet = self.octet()?;
            number |= usize::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn octet(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn take(&mut self, count: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FILES;

    fn is_toml(file: &File) -> bool {
        file.path
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ending == "toml")
    }

    #[test]
    fn every_packed_table_is_that_of_its_text() {
        let mut packed = 0;
        for file in FILES.iter().filter(|file| is_toml(file)) {
            let parsed: Table = file.text.parse().unwrap();
            assert_eq!(file.table(), Some(parsed), "{}", file.path);
            packed += 1;
        }
        assert!(packed > 200, "{packed}");
    }

    #[test]
    fn a_broken_form_is_nothing() {
        for bytes in [
            &b""[..],
            b"\x01",
            b"\x01\x01k",
            b"\x01\x01kx",
            b"\x01\x01ks\x05a",
            b"\x01\x01\xffs\x01a",
            b"\x01\x01ki1234567",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        ] {
            assert_eq!(Reader { rest: bytes }.table(), None, "{bytes:?}");
        }
        let table = Reader {
            rest: b"\x01\x01ky",
        }
        .table()
        .unwrap();
        assert_eq!(table.get("k"), Some(&Value::Boolean(true)));
    }

    #[test]
    fn the_files_stand_in_the_order_of_an_overlay() {
        assert!(FILES.is_sorted_by_key(|file| file.path));
        let packed = |file: &&File| file.table().is_some();
        assert!(FILES.iter().filter(packed).all(is_toml));
    }
}
