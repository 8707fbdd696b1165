//! eBay signs its notifications with a key of its own: ECDSA on P-256, header
//! `X-EBAY-SIGNATURE` (base64 of a JSON object with key id and signature).
//!
//! The key is fetched by its id from `GET /commerce/notification/v1/public_key/{kid}` and
//! handed in. eBay's own libraries verify the body after parsing and writing it anew, so a body
//! that was re-spaced on its way still holds there; here the raw bytes are tried first.
//! Source: <https://developer.ebay.com/api-docs/commerce/notification/overview.html>.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, EcdsaVerificationAlgorithm, UnparsedPublicKey,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::hook::{Encoding, HookRequest, Refusal, Verified, id_in, pem_blocks, text_in};

const SIGNATURE: &str = "X-EBAY-SIGNATURE";

/// More keys than eBay uses at a time; beyond it, the first by name makes room.
const KEYS_MAX: usize = 32;

/// Longer than a key's id, which is a UUID.
const KEY_ID_MAX: usize = 64;

/// Public keys of eBay's by their ids. How long they are kept is up to whoever fetches them.
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<String, Vec<u8>>);

impl Keys {
    /// Keeps a key from eBay's answer to `getPublicKey`.
    pub fn add(&mut self, id: &str, answer: &str) -> Result<(), Refusal> {
        let answer: KeyAnswer = serde_json::from_str(answer).map_err(|_| Refusal::KeyUnusable)?;
        let key = pem_blocks(&answer.key, "PUBLIC KEY").into_iter().next();
        let key = key.ok_or(Refusal::KeyUnusable)?;
        if self.0.len() >= KEYS_MAX && !self.0.contains_key(id) {
            self.0.pop_first();
        }
        self.0.insert(id.to_owned(), key);
        Ok(())
    }
}

#[derive(Deserialize)]
struct KeyAnswer {
    key: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    signature: String,
    digest: String,
}

/// Checks a notification of eBay's. [`Refusal::KeyMissing`] names the key to fetch.
pub(crate) fn verify(keys: &Keys, request: &HookRequest<'_>) -> Result<Verified, Refusal> {
    let unreadable = || Refusal::HeaderUnreadable(SIGNATURE);
    let header = Encoding::Base64.decode(request.header(SIGNATURE)?);
    let header: Header =
        serde_json::from_slice(&header.ok_or_else(unreadable)?).map_err(|_| unreadable())?;
    if !is_key_id(&header.kid) {
        return Err(unreadable());
    }
    let algorithm = algorithm(&header).ok_or(Refusal::UnknownAlgorithm)?;
    let signature = Encoding::Base64.decode(&header.signature);
    let signature = signature.ok_or_else(unreadable)?;
    let key = keys.0.get(&header.kid);
    let key = key.ok_or(Refusal::KeyMissing(header.kid))?;
    let key = UnparsedPublicKey::new(algorithm, key);
    let fits = |bytes: &[u8]| key.verify(bytes, &signature).is_ok();
    if !fits(request.body) && !rewritten(request.body).is_some_and(|bytes| fits(&bytes)) {
        return Err(Refusal::WrongSignature);
    }
    Ok(Verified {
        dedupe_id: id_in(request.body, "/notification/notificationId"),
        sent_at: text_in(request.body, "/notification/publishDate")
            .and_then(|text| text.parse().ok()),
    })
}

/// The id goes into an address that is asked, so it may hold nothing but what a UUID holds.
fn is_key_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !id.is_empty() && id.len() <= KEY_ID_MAX && id.bytes().all(plain)
}

fn algorithm(header: &Header) -> Option<&'static EcdsaVerificationAlgorithm> {
    if !header.alg.eq_ignore_ascii_case("ecdsa") {
        return None;
    }
    match header.digest.to_ascii_uppercase().as_str() {
        "SHA1" => Some(&ECDSA_P256_SHA1_ASN1),
        "SHA256" => Some(&ECDSA_P256_SHA256_ASN1),
        _ => None,
    }
}

/// The body as eBay's libraries write it anew: the same parser reads it later, so
/// what is believed is what was signed.
fn rewritten(body: &[u8]) -> Option<Vec<u8>> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    serde_json::to_vec(&json).ok()
}

/// The answer to eBay's question whether this address is ours:
/// `{"challengeResponse": hex(SHA-256(code, token, endpoint))}`.
pub fn challenge_answer(code: &str, token: &str, endpoint: &str) -> String {
    let mut hash = Sha256::new();
    for part in [code, token, endpoint] {
        hash.update(part.as_bytes());
    }
    let answer = sellkeep_model::hexadecimal(&hash.finalize());
    serde_json::json!({ "challengeResponse": answer }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::testing::request;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    // The message, signatures and key that eBay publishes with its own libraries for tests.
    const KEY_ID: &str = "9936261a-7d7b-4621-a0f1-96ccb428af49";
    const KEY: &str = "-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZhhxXKtR+TOvtDbgTPCkSof02qgBB7IsYOyf76ilExJ/upAa/vKIKheOoCyOpcLmi4t0b4uepb7LLjmMr90FUg==-----END PUBLIC KEY-----";
    const SIGNED: &str = "MEYCIQCfxfIWuxmWcIBQJ9c5/X7iGDJqs2RCGsBEaAjinyrrfAIhAIV6wGcTiBuV5KJUif2hokyrL+Q9ssHkad+mx2nEE25w";
    const MISMATCH: &str = "MEUCIQCGcSnmAkTfr+ZZ2Vg0bWEos8a/teBqi7Pe68+hGmLMCQIgeFvkrto+8ds8RVwI3Ggn1mMGCrNMEZJ3SRlO2fx/xqI=";
    const BODY: &str = r#"{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2021-03-19T20:43:59.462Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":1,"data":{"username":"test_user","userId":"ma8vp1jySJC","eiasToken":"nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ=="}}}"#;

    fn keys() -> Keys {
        let answer = serde_json::json!({"key": KEY, "algorithm": "ECDSA", "digest": "SHA1"});
        let mut keys = Keys::default();
        keys.add(KEY_ID, &answer.to_string()).expect("a key");
        keys
    }

    fn header(alg: &str, kid: &str, signature: &str, digest: &str) -> String {
        let header =
            serde_json::json!({"alg": alg, "kid": kid, "signature": signature, "digest": digest});
        STANDARD.encode(header.to_string())
    }

    fn check(header: &str, body: &str) -> Result<Verified, Refusal> {
        verify(
            &keys(),
            &request(&[("x-ebay-signature", header)], body.as_bytes()),
        )
    }

    fn good() -> String {
        header("ecdsa", KEY_ID, SIGNED, "SHA1")
    }

    #[test]
    fn the_valid_case() {
        let verified = check(&good(), BODY).expect("verified");
        assert!(verified.dedupe_id.starts_with("49feeaeb-"));
        let sent_at = verified.sent_at.expect("a time").to_string();
        assert_eq!(sent_at, "2021-03-19T20:43:59.679Z");
    }

    #[test]
    fn a_body_that_was_spaced_anew_holds_too() {
        let json: serde_json::Value = serde_json::from_str(BODY).expect("json");
        let spaced = serde_json::to_string_pretty(&json).expect("text");
        assert!(check(&good(), &spaced).is_ok());
    }

    #[test]
    fn the_cases_that_must_fail() {
        let wrong = Err(Refusal::WrongSignature);
        assert_eq!(
            check(&header("ecdsa", KEY_ID, MISMATCH, "SHA1"), BODY),
            wrong
        );
        assert_eq!(check(&good(), &BODY.replace("\"1.0\"", "null")), wrong);
        assert_eq!(
            check(&good(), &BODY.replace("test_user", "test_uses")),
            wrong
        );
        assert_eq!(
            check(&header("ecdsa", KEY_ID, SIGNED, "SHA256"), BODY),
            wrong
        );
        assert_eq!(check(&good(), "no json"), wrong);
    }

    #[test]
    fn a_key_that_is_not_at_hand_is_named() {
        let other = "9936261a-7d7b-4621-a0f1-96ccb428af47";
        let refusal = check(&header("ecdsa", other, SIGNED, "SHA1"), BODY);
        assert_eq!(refusal, Err(Refusal::KeyMissing(other.to_owned())));
    }

    #[test]
    fn a_key_id_never_leads_elsewhere() {
        for kid in ["", "../../x", "a/b", "a?b", &"a".repeat(KEY_ID_MAX + 1)] {
            let refusal = check(&header("ecdsa", kid, SIGNED, "SHA1"), BODY);
            assert_eq!(refusal, Err(Refusal::HeaderUnreadable(SIGNATURE)), "{kid}");
        }
    }

    #[test]
    fn other_algorithms_and_broken_headers() {
        for (alg, digest) in [("none", "SHA1"), ("hmac", "SHA1"), ("ecdsa", "MD5")] {
            let refusal = check(&header(alg, KEY_ID, SIGNED, digest), BODY);
            assert_eq!(refusal, Err(Refusal::UnknownAlgorithm));
        }
        for header in ["", "?", "e30="] {
            assert_eq!(
                check(header, BODY),
                Err(Refusal::HeaderUnreadable(SIGNATURE))
            );
        }
    }

    #[test]
    fn keys_are_few_and_must_be_keys() {
        let mut keys = keys();
        assert_eq!(keys.add("x", "{}"), Err(Refusal::KeyUnusable));
        assert_eq!(
            keys.add("x", r#"{"key":"text"}"#),
            Err(Refusal::KeyUnusable)
        );
        let answer = serde_json::json!({ "key": KEY }).to_string();
        for number in 0..2 * KEYS_MAX {
            keys.add(&number.to_string(), &answer).expect("a key");
        }
        assert_eq!(keys.0.len(), KEYS_MAX);
    }

    #[test]
    fn the_address_is_claimed_as_ebay_asks() {
        let code = "71745723-d031-455c-bfa5-f90d11b4f20a";
        let answer = challenge_answer(code, code, "http://www.testendpoint.com/webhook");
        let digits = "048de9ffd0e35021fefc0388d5c52e0f475324f582f3778ca81a53354ccbbc97";
        assert_eq!(answer, format!(r#"{{"challengeResponse":"{digits}"}}"#));
    }
}
