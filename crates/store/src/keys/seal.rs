//! Sealing: XChaCha20-Poly1305 with a random nonce, bound to what the bytes are.
//!
//! Sealed bytes are `version ‖ nonce (24) ‖ cipher text and tag`. The purpose and the place
//! are authenticated with them, so that a row cannot be copied to another tenant or name.

use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::keys::KeyError;

/// The form of sealed bytes.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// A key that seals. Neither printed nor compared.
#[derive(Clone)]
pub(crate) struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl DataKey {
    /// A key from its bytes.
    pub(crate) fn new(bytes: [u8; KEY_BYTES]) -> DataKey {
        DataKey(Zeroizing::new(bytes))
    }

    /// A new key from the system's random source.
    pub(crate) fn random() -> Result<DataKey> {
        let bytes = <[u8; KEY_BYTES]>::try_generate().map_err(|_| KeyError::Random)?;
        Ok(DataKey::new(bytes))
    }

    /// The bytes, for wrapping.
    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }

    /// Seals bytes for a purpose and a place.
    pub(crate) fn seal(
        &self,
        purpose: &'static str,
        place: &[&str],
        bytes: &[u8],
    ) -> Result<Vec<u8>> {
        let nonce = XNonce::try_generate().map_err(|_| KeyError::Random)?;
        let aad = bound(purpose, place);
        let payload = Payload {
            msg: bytes,
            aad: &aad,
        };
        let cipher_text = self.cipher().encrypt(&nonce, payload);
        let cipher_text = cipher_text.map_err(|_| Error::Sealed { what: purpose })?;
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + cipher_text.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&cipher_text);
        Ok(sealed)
    }

    /// Opens what was sealed for the same purpose and place.
    pub(crate) fn open(
        &self,
        purpose: &'static str,
        place: &[&str],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let wrong = || Error::Sealed { what: purpose };
        let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
        let (nonce, cipher_text) = rest.split_at_checked(NONCE_BYTES).ok_or_else(wrong)?;
        if *version != VERSION {
            return Err(wrong());
        }
        let nonce = XNonce::try_from(nonce).map_err(|_| wrong())?;
        let aad = bound(purpose, place);
        let payload = Payload {
            msg: cipher_text,
            aad: &aad,
        };
        let opened = self.cipher().decrypt(&nonce, payload);
        opened.map(Zeroizing::new).map_err(|_| wrong())
    }
}

/// Purpose and place, each with its length, so that they cannot run into each other.
fn bound(purpose: &str, place: &[&str]) -> Vec<u8> {
    let mut aad = Vec::with_capacity(64);
    for part in std::iter::once(&purpose).chain(place) {
        aad.extend_from_slice(&(part.len() as u64).to_le_bytes());
        aad.extend_from_slice(part.as_bytes());
    }
    aad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_purpose_and_place_open() {
        let key = DataKey::random().unwrap();
        let sealed = key.seal("a secret", &["shop", "token"], b"hush").unwrap();
        let opened = key.open("a secret", &["shop", "token"], &sealed).unwrap();
        assert_eq!(&opened[..], b"hush");
        assert!(key.open("a secret", &["shopt", "oken"], &sealed).is_err());
        assert!(key.open("a record", &["shop", "token"], &sealed).is_err());
        let other = DataKey::random().unwrap();
        assert!(other.open("a secret", &["shop", "token"], &sealed).is_err());
    }

    #[test]
    fn every_changed_or_missing_byte_is_noticed() {
        let key = DataKey::random().unwrap();
        let sealed = key.seal("a secret", &[], b"hush").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open("a secret", &[], &changed).is_err(), "byte {at}");
            assert!(key.open("a secret", &[], &sealed[..at]).is_err());
        }
    }
}
