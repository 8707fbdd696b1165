//! Hooks brought to a running server: from a signed request to a message in a channel, and
//! everything that must not get in.

#![allow(clippy::expect_used, reason = "a test that cannot go on ends")]

mod program;
mod served;

use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::json;
use served::{ACCOUNT, Served, answer, request};

const SECRET: &str = "whsec_test_secret";

fn mac(key: &str, text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    bytes.iter().flat_map(digits).flatten().collect()
}

/// Stripe's header over a body.
fn stripe(secret: &str, at: Timestamp, body: &str) -> String {
    let seconds = at.as_second();
    let signed = hexadecimal(&mac(secret, &format!("{seconds}.{body}")));
    format!("t={seconds},v1={signed}")
}

/// A bank account was added.
fn bank(id: &str, tail: &str) -> String {
    let account = json!({"id": format!("ba_{tail}"), "object": "bank_account", "last4": tail,
        "country": "US", "currency": "usd", "bank_name": "OTHER BANK"});
    json!({"id": id, "object": "event", "type": "account.external_account.created",
        "created": Timestamp::now().as_second(), "data": {"object": account}})
    .to_string()
}

fn add(served: &Served, kind: &str, name: &str, secret: &str, more: &[&str]) -> String {
    served.place.put("secret", format!("{secret}\n"));
    let usual = ["add", kind, "--account", ACCOUNT, "--name", name];
    let file = ["--secret-file", "secret"];
    served.sources(&[&usual[..], &file[..], more].concat())
}

#[test]
fn a_signed_hook_is_a_message_in_a_channel() {
    let served = Served::start(&[]);
    // Added beside the running server, which needs no restart.
    let said = add(&served, "stripe-webhook", "pay", SECRET, &[]);
    assert!(
        said.contains("/hooks/pay") && !said.contains(SECRET),
        "{said}"
    );
    let body = bank("evt_1", "6789");
    let signature = stripe(SECRET, Timestamp::now(), &body);
    let headers = [("Stripe-Signature", signature.as_str())];
    let begin = Instant::now();
    assert_eq!(served.bring("pay", &headers, &body), 200);
    let answered = begin.elapsed();
    let told = served.next_told();
    println!(
        "hook answered after {answered:?}, told after {:?}",
        begin.elapsed()
    );
    assert!(
        told.contains("act_now") || told.contains("Act now"),
        "{told}"
    );

    // Brought again, by the marketplace or by whoever holds a copy: answered, filed once.
    assert_eq!(served.bring("pay", &headers, &body), 200);
    let list = served.until_listed("last heard");
    assert!(!list.contains("refused"), "{list}");
    let metrics = served.place.run(&["rebuild"]);
    assert!(
        metrics.out.contains("1 record"),
        "{}{}",
        metrics.out,
        metrics.err
    );
}

#[test]
fn what_is_not_signed_is_refused_without_a_word_and_counted() {
    let served = Served::start(&[]);
    add(&served, "stripe-webhook", "pay", SECRET, &[]);
    let (now, body) = (Timestamp::now(), bank("evt_2", "6789"));
    let good = stripe(SECRET, now, &body);
    let other = stripe("whsec_other", now, &body);
    let long_ago = now
        .checked_sub(jiff::SignedDuration::from_mins(6))
        .expect("a time");
    let old = stripe(SECRET, long_ago, &body);
    let refused = |headers: &[(&str, &str)], body: &str| {
        let (status, text) = served.ask("POST", "/hooks/pay", headers, body.as_bytes());
        assert_eq!(status, 401, "{text}");
        let (_, said) = text.split_once("\r\n\r\n").expect("a head");
        assert_eq!(said, "", "no detail for strangers");
    };
    refused(&[], &body);
    refused(&[("Stripe-Signature", &other)], &body);
    refused(&[("Stripe-Signature", &old)], &body);
    refused(
        &[("Stripe-Signature", &good)],
        &body.replace("6789", "6780"),
    );
    refused(
        &[("Stripe-Signature", &good), ("stripe-signature", &good)],
        &body,
    );
    let list = served.until_listed("refused 5 in all");
    assert!(list.contains("more than once"), "{list}");
    assert!(list.contains("never heard"), "{list}");
    assert!(served.told.try_recv().is_err(), "nothing of it was read");

    // The next good one clears the trouble; what was refused stays counted.
    assert_eq!(
        served.bring("pay", &[("Stripe-Signature", &good)], &body),
        200
    );
    let list = served.until_listed("last heard");
    assert!(
        list.contains("refused 5 in all") && !list.contains("the last hook was refused"),
        "{list}"
    );
}

#[test]
fn huge_slow_unknown_and_paused() {
    let served = Served::start(&[]);
    add(&served, "stripe-webhook", "pay", SECRET, &[]);

    let huge = "x".repeat(4 * 1024 * 1024 + 1);
    assert_eq!(served.bring("pay", &[], &huge), 413);
    assert_eq!(served.bring("nobody", &[], "{}"), 404);
    assert_eq!(served.bring("stranger/pay", &[], "{}"), 404);
    assert_eq!(served.ask("GET", "/hooks/pay", &[], b"").0, 405);
    assert_eq!(served.ask("PUT", "/hooks/pay", &[], b"").0, 405);

    // A body that does not come is not waited for; beside it, others get through.
    let mut slow = served.connect();
    let head = "POST /hooks/pay HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: 1000\r\n\r\n{";
    slow.write_all(head.as_bytes()).expect("written");
    let begin = Instant::now();
    let body = bank("evt_3", "6789");
    let signature = stripe(SECRET, Timestamp::now(), &body);
    let headers = [("Stripe-Signature", signature.as_str())];
    assert_eq!(served.bring("pay", &headers, &body), 200);
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(answer(&mut slow).0, 408);
    println!("a slow body was given up after {:?}", begin.elapsed());

    served.sources(&["pause", "pay"]);
    let (status, text) = served.ask("POST", "/hooks/pay", &headers, body.as_bytes());
    assert!(status == 503 && text.contains("retry-after"), "{text}");
}

#[test]
fn a_secret_is_replaced_without_a_gap_and_without_a_restart() {
    let served = Served::start(&[]);
    add(&served, "shopify-webhook", "shop", "old-secret", &[]);
    let bring = |secret: &str, number: u32| {
        let body = format!(r#"{{"id":{number},"name":"The shop"}}"#);
        let signature = STANDARD.encode(mac(secret, &body));
        let headers = [
            ("X-Shopify-Hmac-SHA256", signature.as_str()),
            ("X-Shopify-Topic", "shop/update"),
        ];
        served.bring("shop", &headers, &body)
    };
    assert_eq!((bring("old-secret", 1), bring("new-secret", 2)), (200, 401));
    add(
        &served,
        "shopify-webhook",
        "shop",
        "new-secret",
        &["--keep-old"],
    );
    assert_eq!((bring("old-secret", 3), bring("new-secret", 4)), (200, 200));
    add(&served, "shopify-webhook", "shop", "new-secret", &[]);
    assert_eq!((bring("old-secret", 5), bring("new-secret", 6)), (401, 200));
}

#[test]
fn walmart_square_and_a_generic_hook_get_in_as_they_sign() {
    let served = Served::start(&[]);
    let public = "https://keep.example/in/hooks/sq";
    add(
        &served,
        "square-webhook",
        "sq",
        "square-key",
        &["--url", public],
    );
    let body = r#"{"type":"bank_account.created","event_id":"e1","data":{"id":"bact:1"}}"#;
    let signature = STANDARD.encode(mac("square-key", &format!("{public}{body}")));
    let headers = [("x-square-hmacsha256-signature", signature.as_str())];
    assert_eq!(served.bring("sq", &headers, body), 200);

    add(&served, "walmart-webhook", "wm", "walmart-secret", &[]);
    let body = r#"{"source":{"eventType":"OFFER_UNPUBLISHED","eventId":"1"}}"#;
    let seconds = Timestamp::now().as_second().to_string();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
    let digest = hexadecimal(digest.as_ref());
    let signed = format!("POST\n/hooks/wm?x=1\n{seconds}\n{digest}");
    let signature = STANDARD.encode(mac("walmart-secret", &signed));
    let headers = [
        ("WM_SEC.TIMESTAMP", seconds.as_str()),
        ("WM_SEC.SIGNATURE", signature.as_str()),
    ];
    assert_eq!(served.bring("wm?x=1", &headers, body), 200);
    assert_eq!(served.bring("wm?x=2", &headers, body), 401);

    let usual = [
        "add",
        "generic-webhook",
        "--account",
        ACCOUNT,
        "--name",
        "own",
    ];
    let said = served.sources(&[&usual[..], &["--make-secret"]].concat());
    let shown = said
        .split_whitespace()
        .find(|word| word.starts_with("whsec_"));
    let key = STANDARD.decode(shown.expect("a secret").trim_start_matches("whsec_"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key.expect("base64"));
    let body = r#"{"kind":"payout.method_added","object":{"type":"deposit-method","id":"b2"}}"#;
    let signed = hmac::sign(&key, format!("msg_1.{seconds}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(signed.as_ref()));
    let headers = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", seconds.as_str()),
        ("webhook-signature", signature.as_str()),
    ];
    assert_eq!(served.bring("own", &headers, body), 200);
}

/// eBay's API, as far as keys are asked for: counts how often.
fn ebay_api(key: String) -> (u16, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            while let Some((head, body)) = request(&mut reader) {
                let line = head.lines().next().unwrap_or_default().to_owned();
                let answer = if line.starts_with("POST /identity/v1/oauth2/token ")
                    && body.contains("grant_type=client_credentials")
                    && head.contains(&STANDARD.encode("app-id:cert-id"))
                {
                    (
                        200,
                        json!({"access_token": "v^1.1#token", "expires_in": 7200}).to_string(),
                    )
                } else if line.contains("/commerce/notification/v1/public_key/key-1 ")
                    && head.contains("Bearer v^1.1#token")
                {
                    (
                        200,
                        json!({"key": key, "algorithm": "ECDSA", "digest": "SHA256"}).to_string(),
                    )
                } else {
                    (404, "{}".to_owned())
                };
                let _ = tell.send(line);
                let (status, text) = answer;
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{text}",
                    text.len()
                );
                if reader.get_mut().write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
    (port, asked)
}

#[test]
fn ebay_asks_whether_the_address_is_ours_and_its_key_is_fetched_once() {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    // SubjectPublicKeyInfo of P-256 (RFC 5480): a fixed head before the point.
    let head = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
    let mut der: Vec<u8> = (0..head.len() / 2)
        .map(|at| u8::from_str_radix(&head[2 * at..2 * at + 2], 16).expect("digits"))
        .collect();
    der.extend_from_slice(pair.public_key().as_ref());
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----{}-----END PUBLIC KEY-----",
        STANDARD.encode(der)
    );
    let (port, asked) = ebay_api(pem);

    let served = Served::start(&[]);
    served.place.put("cert-id", "cert-id");
    let token = "71745723-d031-455c-bfa5-f90d11b4f20a";
    let url = "http://www.testendpoint.com/webhook";
    let api = format!("http://127.0.0.1:{port}");
    let more = [
        "--url",
        url,
        "--client-id",
        "app-id",
        "--client-secret-file",
        "cert-id",
        "--api",
        &api,
    ];
    add(&served, "ebay-webhook", "eb", token, &more);

    // The vector of the documentation's own example.
    let path = format!("/hooks/eb?challenge_code={token}");
    let (status, text) = served.ask("GET", &path, &[], b"");
    assert!(status == 200 && text.contains("application/json"), "{text}");
    assert!(
        text.contains("048de9ffd0e35021fefc0388d5c52e0f475324f582f3778ca81a53354ccbbc97"),
        "{text}"
    );
    assert_eq!(
        served.ask("GET", "/hooks/eb?challenge_code=", &[], b"").0,
        400
    );

    let body = json!({"metadata": {"topic": "AUTHORIZATION_REVOCATION"},
        "notification": {"notificationId": "n-1", "publishDate": "2026-11-24T10:00:00Z", "data": {}}});
    let body = body.to_string();
    let header = |kid: &str, body: &str| {
        let signature = pair.sign(&random, body.as_bytes()).expect("signed");
        let header = json!({"alg": "ecdsa", "kid": kid, "digest": "SHA256",
            "signature": STANDARD.encode(signature.as_ref())});
        STANDARD.encode(header.to_string())
    };
    let good = header("key-1", &body);
    assert_eq!(
        served.bring("eb", &[("x-ebay-signature", &good)], &body),
        200
    );
    assert_eq!(
        served.bring("eb", &[("x-ebay-signature", &good)], &format!("{body} x")),
        401
    );
    let second = body.replace("n-1", "n-2");
    let signed = header("key-1", &second);
    assert_eq!(
        served.bring("eb", &[("x-ebay-signature", &signed)], &second),
        200
    );
    let lines: Vec<String> = asked.try_iter().collect();
    assert_eq!(lines.len(), 2, "one token, one key: {lines:?}");

    // Keys that do not exist: brought again later, said in plain words, and not asked for without end.
    for number in 0..12 {
        let unknown = header(&format!("none-{number}"), &body);
        assert_eq!(
            served.bring("eb", &[("x-ebay-signature", &unknown)], &body),
            503
        );
    }
    let asked = asked
        .try_iter()
        .filter(|line| line.starts_with("GET"))
        .count();
    assert!((1..=5).contains(&asked), "{asked} keys were asked for");
    served.until_listed("could not be fetched");
}
