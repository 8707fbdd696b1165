//! Ids and keyed digests: the same fact read twice has the same id; a private name is
//! compared without being kept.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How many bytes of a hash an id keeps: 128 bits, far beyond chance collisions.
const ID_BYTES: usize = 16;

/// An id from parts. Parts are told apart by their lengths, so `["ab","c"]` is not `["a","bc"]`.
pub fn id_of(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hexadecimal(&hash.finalize()[..ID_BYTES])
}

/// SHA-256 of bytes, hexadecimal: the name of a record.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The key for digests of private names. Never printed.
#[derive(Clone)]
pub struct DigestKey([u8; 32]);

impl DigestKey {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 32]) -> DigestKey {
        DigestKey(bytes)
    }

    /// Keyed digest (HMAC-SHA-256, RFC 2104) of a private name, folded so that spelling
    /// with other letter case or spaces is the same.
    pub fn digest(&self, name: &str) -> String {
        let folded: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        // HMAC takes keys of any length, so this cannot fail; an empty digest would
        // only make names look alike.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        mac.update(folded.join(" ").as_bytes());
        hexadecimal(&mac.finalize().into_bytes()[..ID_BYTES])
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey(…)")
    }
}

/// A private name as it may be shown: the first letter of each word.
pub fn masked(name: &str) -> String {
    let word = |word: &str| word.chars().next().map(|first| format!("{first}…"));
    let words: Vec<String> = name.split_whitespace().filter_map(word).collect();
    words.join(" ")
}

/// A mail address as it may be shown: the first letter and the domain.
pub fn masked_address(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", masked(local)),
        None => masked(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(id_of(&["ab", "c"]), id_of(&["a", "bc"]));
        assert_eq!(id_of(&["a", "b"]).len(), 32);
    }

    #[test]
    fn a_digest_needs_its_key_and_forgives_letter_case() {
        let key = DigestKey::new([7; 32]);
        assert_eq!(key.digest("Mia  Muster"), key.digest("mia muster"));
        assert_ne!(key.digest("Mia"), DigestKey::new([8; 32]).digest("Mia"));
        assert_eq!(format!("{key:?}"), "DigestKey(…)");
    }

    #[test]
    fn private_names_are_masked() {
        assert_eq!(masked("Mia Muster"), "M… M…");
        assert_eq!(masked_address("kai@example.com"), "k…@example.com");
    }
}
