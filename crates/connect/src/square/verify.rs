//! Square signs the hook's address, as it stands in the subscription, and the raw body:
//! `x-square-hmacsha256-signature`, base64. The key is used as it is shown, not decoded.
//!
//! No time is signed: duplicates are the only guard against a hook sent again.
//! Source: <https://developer.squareup.com/docs/webhooks/step3validate>. The older
//! `x-square-signature` (SHA-1) is not looked at.

use crate::hook::{Encoding, HookRequest, Refusal, Secret, Verified, id_in, signed_by_any};

const SIGNATURE: &str = "x-square-hmacsha256-signature";

/// Checks a hook of Square's.
pub(crate) fn verify(
    url: &str,
    secrets: &[Secret],
    request: &HookRequest<'_>,
) -> Result<Verified, Refusal> {
    let signature = Encoding::Base64
        .decode(request.header(SIGNATURE)?)
        .ok_or(Refusal::HeaderUnreadable(SIGNATURE))?;
    let key = |secret: &Secret| Some(secret.bytes().to_vec());
    signed_by_any(secrets, key, &[url.as_bytes(), request.body], &[signature])?;
    Ok(Verified {
        dedupe_id: id_in(request.body, "/event_id"),
        sent_at: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::testing::request;

    const URL: &str = "https://example.com/hooks/square";
    const SECRET: &str = "asdf1234";
    const BODY: &[u8] = br#"{"merchant_id":"M1","type":"bank_account.created","event_id":"e-1"}"#;
    /// `printf '%s%s' URL BODY | openssl dgst -sha256 -hmac SECRET -binary | base64`
    const SIGNED: &str = "7atNAOkkTj7RNTF/0fPI9YscIMK1t7ZgmUq9uEPPnnw=";

    fn check(url: &str, secret: &str, body: &[u8]) -> Result<Verified, Refusal> {
        let secrets = [Secret::new("retired"), Secret::new(secret)];
        verify(url, &secrets, &request(&[(SIGNATURE, SIGNED)], body))
    }

    #[test]
    fn address_and_body_are_signed() {
        let verified = check(URL, SECRET, BODY).expect("verified");
        assert_eq!(verified.dedupe_id, "e-1");
    }

    #[test]
    fn one_changed_byte_another_secret_another_address() {
        let mut changed = BODY.to_vec();
        changed[5] ^= 1;
        let wrong = Err(Refusal::WrongSignature);
        assert_eq!(check(URL, SECRET, &changed), wrong);
        assert_eq!(check(URL, "asdf1235", BODY), wrong);
        assert_eq!(
            check("http://example.com/hooks/square", SECRET, BODY),
            wrong
        );
    }

    #[test]
    fn the_old_sha_1_header_does_not_count() {
        let secrets = [Secret::new(SECRET)];
        let refusal = verify(
            URL,
            &secrets,
            &request(&[("x-square-signature", SIGNED)], BODY),
        );
        assert_eq!(refusal, Err(Refusal::HeaderMissing(SIGNATURE)));
    }
}
