//! From the request to the fact: a hook is signed as its source signs, checked, written down as
//! the receiver writes it, and read.
#![allow(clippy::expect_used, reason = "a test that cannot go on ends")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sellkeep_connect::hook::{HookRequest, Refusal, Scheme, Secret, Verified, verify};
use sellkeep_connect::read;
use sellkeep_model::{DigestKey, EventKind, ProofLevel, Reading, Record};
use serde_json::json;
use sha2::Sha256;

const AT: &str = "2026-11-01T10:00:05Z";

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn check(
    scheme: Scheme<'_>,
    secret: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Verified, Refusal> {
    let request = HookRequest {
        method: "POST",
        path_and_query: "/hooks/1",
        headers,
        body,
    };
    verify(
        scheme,
        &[Secret::new(secret)],
        &request,
        AT.parse().expect("a time"),
    )
}

/// What the receiver stores, and what is read from it.
fn stored(source: &str, headers: &[(&str, &str)], body: &str, signature: &str) -> Reading {
    let headers: serde_json::Map<_, _> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let record = json!({"at": AT, "account": "a", "source": source, "headers": headers,
        "body": body, "signature": signature});
    let record: Record = serde_json::from_value(record).expect("a record");
    read(&record, &DigestKey::new([5; 32]))
}

#[test]
fn a_shopify_hook_is_proven_if_its_signature_holds_and_refused_if_not() {
    let body = r#"{"id":1,"previous":["read_orders"],"current":["write_orders"]}"#;
    let signature = STANDARD.encode(mac(b"shpss_x", &[body.as_bytes()]));
    let headers = [
        ("X-Shopify-Hmac-SHA256", signature.as_str()),
        ("X-Shopify-Topic", "app/scopes_update"),
    ];
    assert!(check(Scheme::Shopify, "shpss_x", &headers, body.as_bytes()).is_ok());
    let event = stored("shopify.webhook", &headers, body, "verified")
        .events
        .remove(0);
    assert_eq!(
        (event.kind, event.proof),
        (EventKind::AppScopesChanged, ProofLevel::Proven)
    );

    let changed = body.replace("write_orders", "read_orders");
    let refusal = check(Scheme::Shopify, "shpss_x", &headers, changed.as_bytes());
    assert_eq!(refusal, Err(Refusal::WrongSignature));
}

#[test]
fn a_generic_hook_is_observed_at_most() {
    let body = r#"{"kind":"payout.method_added","object":{"type":"deposit-method","id":"b2"}}"#;
    let seconds = AT
        .parse::<Timestamp>()
        .expect("a time")
        .as_second()
        .to_string();
    let key = [7_u8; 24];
    let signed = mac(
        &key,
        &[b"msg_9.", seconds.as_bytes(), b".", body.as_bytes()],
    );
    let signature = format!("v1,{}", STANDARD.encode(signed));
    let headers = [
        ("webhook-id", "msg_9"),
        ("webhook-timestamp", seconds.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    let secret = format!("whsec_{}", STANDARD.encode(key));
    let verified = check(Scheme::Generic, &secret, &headers, body.as_bytes()).expect("verified");
    assert_eq!(verified.dedupe_id, "msg_9");
    assert_eq!(
        check(Scheme::Etsy, &secret, &headers, body.as_bytes()),
        Ok(verified)
    );

    let proof = |signature| stored("generic.webhook", &headers, body, signature).events[0].proof;
    assert_eq!(proof("verified"), ProofLevel::Observed);
    assert_eq!(proof("unverified"), ProofLevel::Claimed);
}

#[test]
fn a_square_hook_needs_the_address_of_its_subscription() {
    let url = "https://example.com/hooks/1";
    let body = r#"{"type":"bank_account.created","event_id":"e1","data":{"id":"bact:1"}}"#;
    let signature = STANDARD.encode(mac(b"key", &[url.as_bytes(), body.as_bytes()]));
    let headers = [("x-square-hmacsha256-signature", signature.as_str())];
    assert!(check(Scheme::Square { url }, "key", &headers, body.as_bytes()).is_ok());
    let other = Scheme::Square {
        url: "https://example.com/hooks/2",
    };
    let refusal = check(other, "key", &headers, body.as_bytes());
    assert_eq!(refusal, Err(Refusal::WrongSignature));
    let event = stored("square.webhook", &headers, body, "verified")
        .events
        .remove(0);
    assert_eq!(
        (event.kind, event.proof),
        (EventKind::PayoutMethodAdded, ProofLevel::Proven)
    );
}
