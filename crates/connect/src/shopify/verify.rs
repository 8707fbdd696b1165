//! Shopify signs the raw body with the app's client secret: `X-Shopify-Hmac-SHA256`, base64.
//!
//! Only the body is signed, so topic and ids of the headers could be exchanged by whoever
//! holds a copy; the id for duplicates is therefore made of the body. No time is
//! signed: duplicates are the only guard against a hook sent again.
//! Source: <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>.

use sellkeep_model::{id_of, sha256};

use crate::hook::{Encoding, HookRequest, Refusal, Secret, Verified, signed_by_any};

const SIGNATURE: &str = "X-Shopify-Hmac-SHA256";

/// Checks a hook of Shopify's.
pub(crate) fn verify(secrets: &[Secret], request: &HookRequest<'_>) -> Result<Verified, Refusal> {
    let signature = Encoding::Base64
        .decode(request.header(SIGNATURE)?)
        .ok_or(Refusal::HeaderUnreadable(SIGNATURE))?;
    let key = |secret: &Secret| Some(secret.bytes().to_vec());
    signed_by_any(secrets, key, &[request.body], &[signature])?;

    // An order that is paid at once sends the same body under two topics; both count.
    let topic = request.header("X-Shopify-Topic").unwrap_or_default();
    Ok(Verified {
        dedupe_id: id_of(&["shopify", topic, &sha256(request.body)]),
        sent_at: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::testing::request;

    const SECRET: &str = "shpss_test_secret";
    const BODY: &[u8] = br#"{"topic":"shop/update","id":1}"#;
    const SIGNED: &str = "DwR1a8gmmImK4hbS6vT4KRKkyazcf6ZyKaWjRtegJNw=";

    fn check(secrets: &[&str], signature: &str, body: &[u8]) -> Result<Verified, Refusal> {
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new(text)).collect();
        let headers = [
            ("x-shopify-hmac-sha256", signature),
            ("X-Shopify-Topic", "shop/update"),
        ];
        verify(&secrets, &request(&headers, body))
    }

    #[test]
    fn the_vector() {
        let verified = check(&[SECRET], SIGNED, BODY).expect("verified");
        assert_eq!(verified.sent_at, None);
        assert_eq!(check(&["old", SECRET], SIGNED, BODY), Ok(verified));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        for at in 0..BODY.len() {
            let mut changed = BODY.to_vec();
            changed[at] ^= 1;
            assert_eq!(
                check(&[SECRET], SIGNED, &changed),
                Err(Refusal::WrongSignature)
            );
        }
        assert_eq!(
            check(&["shpss_other"], SIGNED, BODY),
            Err(Refusal::WrongSignature)
        );
    }

    #[test]
    fn a_signature_that_is_missing_double_or_unreadable() {
        let secrets = [Secret::new(SECRET)];
        let check = |headers: &[(&str, &str)]| verify(&secrets, &request(headers, BODY));
        assert_eq!(check(&[]), Err(Refusal::HeaderMissing(SIGNATURE)));
        let twice = [(SIGNATURE, SIGNED), (SIGNATURE, SIGNED)];
        assert_eq!(check(&twice), Err(Refusal::HeaderTwice(SIGNATURE)));
        assert_eq!(
            check(&[(SIGNATURE, "%")]),
            Err(Refusal::HeaderUnreadable(SIGNATURE))
        );
    }

    #[test]
    fn a_retry_has_the_same_id_and_another_topic_another() {
        let secrets = [Secret::new(SECRET)];
        let id = |topic, delivery| {
            let headers = [
                (SIGNATURE, SIGNED),
                ("X-Shopify-Topic", topic),
                ("X-Shopify-Webhook-Id", delivery),
            ];
            verify(&secrets, &request(&headers, BODY)).map(|verified| verified.dedupe_id)
        };
        assert_eq!(id("orders/create", "1"), id("orders/create", "2"));
        assert_ne!(id("orders/create", "1"), id("orders/paid", "1"));
    }
}
