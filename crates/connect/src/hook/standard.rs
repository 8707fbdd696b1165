//! Standard Webhooks: `webhook-id`, `webhook-timestamp` and one or more signatures in
//! `webhook-signature` (<https://github.com/standard-webhooks/standard-webhooks>, spec 1).
//!
//! The id and the time are signed together with the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::{Encoding, HookRequest, Refusal, Secret, Verified, fresh, signed_by_any};

/// More signatures than a sender with a few keys writes: one for each key still in use.
const SIGNATURES_MAX: usize = 10;

const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
const SIGNATURE: &str = "webhook-signature";

/// Checks a hook that is signed in this form.
pub(crate) fn verify(
    secrets: &[Secret],
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let id = request.header(ID)?;
    let seconds = request.header(TIMESTAMP)?;
    let signatures = signatures(request.header(SIGNATURE)?)?;
    let parts: &[&[u8]] = &[id.as_bytes(), b".", seconds.as_bytes(), b".", request.body];
    signed_by_any(secrets, key, parts, &signatures)?;
    let sent_at = fresh(TIMESTAMP, seconds, now)?;
    Ok(Verified {
        dedupe_id: id.to_owned(),
        sent_at: Some(sent_at),
    })
}

/// Signatures of version 1; others (v1a is by public key) are passed over.
fn signatures(header: &str) -> Result<Vec<Vec<u8>>, Refusal> {
    let found: Vec<Vec<u8>> = header
        .split_ascii_whitespace()
        .take(SIGNATURES_MAX)
        .filter_map(|entry| Encoding::Base64.decode(entry.strip_prefix("v1,")?))
        .collect();
    if found.is_empty() {
        return Err(Refusal::HeaderUnreadable(SIGNATURE));
    }
    Ok(found)
}

/// The key's bytes: base64 behind `whsec_`, which some senders leave out.
fn key(secret: &Secret) -> Option<Vec<u8>> {
    let text = secret.text();
    let digits = text.strip_prefix("whsec_").unwrap_or(text);
    STANDARD.decode(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::request;
    use super::*;

    const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
    const SIGNED: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

    fn check(
        secrets: &[&str],
        id: &str,
        at: &str,
        signature: &str,
        body: &[u8],
    ) -> Result<Verified, Refusal> {
        let headers = [(ID, id), (TIMESTAMP, at), (SIGNATURE, signature)];
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new(text)).collect();
        let now = Timestamp::from_second(1_649_367_600).expect("a time");
        verify(&secrets, &request(&headers, body), now)
    }

    const HOOK: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    const AT: &str = "1649367553";

    #[test]
    fn the_vector_of_the_reference_library() {
        let verified = check(&[SECRET], HOOK, AT, SIGNED, BODY).expect("verified");
        assert_eq!(verified.dedupe_id, HOOK);
        assert_eq!(
            verified.sent_at.map(Timestamp::as_second),
            Some(1_649_367_553)
        );
    }

    #[test]
    fn any_of_several_signatures_and_any_active_secret() {
        let several = format!("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1a,xx {SIGNED}");
        assert!(check(&[SECRET], HOOK, AT, &several, BODY).is_ok());
        assert!(check(&["whsec_AAAA", SECRET], HOOK, AT, SIGNED, BODY).is_ok());
        assert!(
            check(
                &["C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
                HOOK,
                AT,
                SIGNED,
                BODY
            )
            .is_ok()
        );
    }

    #[test]
    fn one_changed_byte_or_another_secret_or_header() {
        let mut changed = BODY.to_vec();
        changed[10] ^= 1;
        let wrong = Err(Refusal::WrongSignature);
        assert_eq!(check(&[SECRET], HOOK, AT, SIGNED, &changed), wrong);
        assert_eq!(
            check(
                &["whsec_D2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
                HOOK,
                AT,
                SIGNED,
                BODY
            ),
            wrong
        );
        assert_eq!(check(&[SECRET], "msg_other", AT, SIGNED, BODY), wrong);
        assert_eq!(check(&[SECRET], HOOK, "1649367554", SIGNED, BODY), wrong);
        assert_eq!(check(&["not base64!"], HOOK, AT, SIGNED, BODY), wrong);
    }

    #[test]
    fn a_recorded_hook_sent_again_is_too_old() {
        let headers = [(ID, HOOK), (TIMESTAMP, AT), (SIGNATURE, SIGNED)];
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        let secrets = [Secret::new(SECRET)];
        let check = |now| verify(&secrets, &request(&headers, BODY), at(now));
        assert_eq!(check(1_649_367_553 + 301), Err(Refusal::TooOld));
        assert_eq!(check(1_649_367_553 - 301), Err(Refusal::TooNew));
    }

    #[test]
    fn a_signature_of_no_known_version_is_unreadable() {
        for signature in ["", "v2,AAAA", "v1", "v1,???"] {
            assert_eq!(
                check(&[SECRET], HOOK, AT, signature, BODY),
                Err(Refusal::HeaderUnreadable(SIGNATURE)),
                "{signature}"
            );
        }
    }
}
