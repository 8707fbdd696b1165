//! Stripe signs time and body: `Stripe-Signature: t=…,v1=…`, hexadecimal.
//!
//! Several `v1` stand there while a secret is being replaced; `v0` is for test events
//! and never counts. Source: <https://docs.stripe.com/webhooks#verify-manually>.

use jiff::Timestamp;

use crate::hook::{Encoding, HookRequest, Refusal, Secret, Verified, fresh, id_in, signed_by_any};

const SIGNATURE: &str = "Stripe-Signature";

/// More signatures than secrets can be active at Stripe.
const SIGNATURES_MAX: usize = 10;

/// Checks a hook of Stripe's.
pub(crate) fn verify(
    secrets: &[Secret],
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let (seconds, signatures) = parts(request.header(SIGNATURE)?)?;
    let key = |secret: &Secret| Some(secret.bytes().to_vec());
    let signed: &[&[u8]] = &[seconds.as_bytes(), b".", request.body];
    signed_by_any(secrets, key, signed, &signatures)?;
    let sent_at = fresh(SIGNATURE, seconds, now)?;
    Ok(Verified {
        dedupe_id: id_in(request.body, "/id"),
        sent_at: Some(sent_at),
    })
}

/// The one time and the signatures of version 1.
fn parts(header: &str) -> Result<(&str, Vec<Vec<u8>>), Refusal> {
    let pairs = || {
        header
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
    };
    let mut times = pairs().filter(|(name, _)| *name == "t");
    let signatures: Vec<Vec<u8>> = pairs()
        .filter(|(name, _)| *name == "v1")
        .take(SIGNATURES_MAX)
        .filter_map(|(_, digits)| Encoding::Hexadecimal.decode(digits))
        .collect();
    match (times.next(), times.next()) {
        (Some((_, seconds)), None) if !signatures.is_empty() => Ok((seconds, signatures)),
        _ => Err(Refusal::HeaderUnreadable(SIGNATURE)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::testing::request;

    const SECRET: &str = "whsec_test_secret";
    const BODY: &[u8] = br#"{"id":"evt_1","type":"account.external_account.created"}"#;
    const DIGITS: &str = "9097f78b4fe9f32023e6806afe89ee7354e3cbee88771e5587b125373657f3a9";
    const AT: i64 = 1_700_000_000;

    fn check(secrets: &[&str], header: &str, body: &[u8], now: i64) -> Result<Verified, Refusal> {
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new(text)).collect();
        let now = Timestamp::from_second(now).expect("a time");
        verify(
            &secrets,
            &request(&[("stripe-signature", header)], body),
            now,
        )
    }

    fn header() -> String {
        format!("t=1700000000,v1={DIGITS},v0=00")
    }

    #[test]
    fn the_vector() {
        let verified = check(&[SECRET], &header(), BODY, AT + 5).expect("verified");
        assert_eq!(verified.dedupe_id, "evt_1");
        assert_eq!(verified.sent_at.map(Timestamp::as_second), Some(AT));
    }

    #[test]
    fn two_secrets_and_two_signatures_while_one_is_replaced() {
        let header = format!("t=1700000000,v1=00ff,v1={DIGITS}");
        assert!(check(&["whsec_new", SECRET], &header, BODY, AT).is_ok());
    }

    #[test]
    fn one_changed_byte_another_secret_another_time() {
        let mut changed = BODY.to_vec();
        changed[8] ^= 1;
        let wrong = Err(Refusal::WrongSignature);
        assert_eq!(check(&[SECRET], &header(), &changed, AT), wrong);
        assert_eq!(check(&["whsec_other"], &header(), BODY, AT), wrong);
        let later = header().replace("1700000000", "1700000001");
        assert_eq!(check(&[SECRET], &later, BODY, AT), wrong);
    }

    #[test]
    fn an_old_one_sent_again() {
        assert_eq!(
            check(&[SECRET], &header(), BODY, AT + 301),
            Err(Refusal::TooOld)
        );
        assert_eq!(
            check(&[SECRET], &header(), BODY, AT - 301),
            Err(Refusal::TooNew)
        );
    }

    #[test]
    fn a_header_without_time_with_two_or_with_old_versions_only() {
        let two = format!("t=1,t=1700000000,v1={DIGITS}");
        let old = format!("t=1700000000,v0={DIGITS}");
        for header in ["", "t=1700000000", &format!("v1={DIGITS}"), &two, &old] {
            let refusal = check(&[SECRET], header, BODY, AT);
            assert_eq!(
                refusal,
                Err(Refusal::HeaderUnreadable(SIGNATURE)),
                "{header}"
            );
        }
    }
}
