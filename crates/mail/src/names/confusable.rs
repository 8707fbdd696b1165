//! Letters that look alike in a host name or a plain word: `rn` and `m`, `0` and `o`.
//!
//! For comparing only: both sides are confused, never one.

/// The form in which look-alike spellings are equal; ASCII only, others untouched.
pub fn confuse(word: &str) -> String {
    let mut out = Vec::with_capacity(word.len());
    confuse_into(word.as_bytes(), &mut out, None);
    String::from_utf8_lossy(&out).into_owned()
}

/// Confuses bytes into a buffer; with `origins`, notes where each byte came from.
pub(super) fn confuse_into(word: &[u8], out: &mut Vec<u8>, mut origins: Option<&mut Vec<u8>>) {
    let mut at = 0;
    while at < word.len() {
        let (byte, used) = match (word[at], word.get(at + 1)) {
            (b'r', Some(b'n')) => (b'm', 2),
            (b'v', Some(b'v')) => (b'w', 2),
            (b'0', _) => (b'o', 1),
            (b'1' | b'i' | b'|', _) => (b'l', 1),
            (b'5', _) => (b's', 1),
            (byte, _) => (byte, 1),
        };
        out.push(byte);
        if let Some(origins) = origins.as_deref_mut() {
            // Host names are at most 253 bytes long, so an offset fits a byte.
            origins.push(u8::try_from(at).unwrap_or(u8::MAX));
        }
        at += used;
    }
}
