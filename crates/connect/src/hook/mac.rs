//! HMAC-SHA-256 (RFC 2104), compared in constant time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Refusal, Secret};

/// How a signature is written in its header.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Encoding {
    /// Base64 with padding (RFC 4648).
    Base64,
    /// Hexadecimal digits.
    Hexadecimal,
}

impl Encoding {
    /// The bytes of a signature; `None` where the text is none.
    pub(crate) fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Encoding::Base64 => STANDARD.decode(text).ok(),
            Encoding::Hexadecimal => hexadecimal(text),
        }
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    digits
        .chunks_exact(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

/// Whether any of the secrets made one of the signatures over the parts, put together.
/// Every secret is tried with every signature, so the time does not tell which one fits.
pub(crate) fn signed_by_any(
    secrets: &[Secret],
    key_of: impl Fn(&Secret) -> Option<Vec<u8>>,
    parts: &[&[u8]],
    signatures: &[Vec<u8>],
) -> Result<(), Refusal> {
    if secrets.is_empty() {
        return Err(Refusal::NoSecret);
    }
    let mut fits = false;
    for key in secrets.iter().filter_map(key_of) {
        for signature in signatures {
            fits |= signed(&key, parts, signature);
        }
    }
    if fits {
        Ok(())
    } else {
        Err(Refusal::WrongSignature)
    }
}

fn signed(key: &[u8], parts: &[&[u8]], signature: &[u8]) -> bool {
    // HMAC takes keys of any length; an empty one would be no secret at all.
    if key.is_empty() {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return false;
    };
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_case_of_rfc_4231() {
        let signature = Encoding::Hexadecimal
            .decode("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
            .expect("digits");
        let secrets = [Secret::new("Jefe")];
        let parts: &[&[u8]] = &[b"what do ya want ", b"for nothing?"];
        assert_eq!(
            signed_by_any(
                &secrets,
                |secret| Some(secret.bytes().to_vec()),
                parts,
                std::slice::from_ref(&signature)
            ),
            Ok(())
        );
        assert_eq!(
            signed_by_any(
                &secrets,
                |secret| Some(secret.bytes().to_vec()),
                parts,
                &[signature[..31].to_vec()]
            ),
            Err(Refusal::WrongSignature)
        );
    }

    #[test]
    fn an_empty_secret_signs_nothing() {
        // HMAC-SHA-256 of the empty text under the empty key.
        let signature = Encoding::Hexadecimal
            .decode("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
            .expect("digits");
        assert_eq!(
            signed_by_any(
                &[Secret::new(" ")],
                |secret| Some(secret.bytes().to_vec()),
                &[],
                &[signature]
            ),
            Err(Refusal::WrongSignature)
        );
    }

    #[test]
    fn what_is_no_hexadecimal_is_no_signature() {
        assert_eq!(Encoding::Hexadecimal.decode("0aFf"), Some(vec![10, 255]));
        for text in ["abc", "zz", "é1"] {
            assert_eq!(Encoding::Hexadecimal.decode(text), None, "{text}");
        }
    }
}
