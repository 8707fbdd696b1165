//! Mutated samples: whatever a source sends, reading and checking end without a panic,
//! and what is read stays within its limits.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sellkeep_connect::hook::{HookRequest, Scheme, Secret, verify};
use sellkeep_connect::{ebay, paypal, read};
use sellkeep_model::{DigestKey, Record};
use serde_json::{Value as Json, json};

/// Mutations of every sample; `SELLKEEP_MUTATIONS` sets another number.
const MUTATIONS: u64 = 300;

/// Sources with samples of this form.
const SOURCES: &[&str] = &[
    "ebay", "etsy", "generic", "paypal", "shopify", "square", "stripe", "upload", "walmart",
];

/// A small generator (xorshift64*), so that a failure can be repeated.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or_default()
    }
}

fn samples() -> Vec<(PathBuf, Json)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    for source in SOURCES {
        let folder = root.join(source).join("samples");
        let entries = std::fs::read_dir(&folder).expect("a folder of samples");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        for path in paths.filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let text = std::fs::read_to_string(&path).expect("a sample");
            all.push((path, serde_json::from_str(&text).expect("json")));
        }
    }
    assert!(all.len() >= 100);
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// Values that no field expects.
fn odd(chance: &mut Chance) -> Json {
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    let odd = [
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!(-1),
        json!(1e308),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}ß\u{1F600}"),
        json!("9".repeat(3_000)),
        json!("-9999-99-99T99:99:99Z"),
        json!([[], {}, null, "x", 7]),
        deep,
    ];
    let at = chance.below(odd.len());
    odd[at].clone()
}

/// Replaces, removes or adds something somewhere below.
fn mutate(json: &mut Json, chance: &mut Chance) {
    let here = chance.below(4) == 0;
    match json {
        Json::Object(map) if !map.is_empty() && !here => {
            let name = map
                .keys()
                .nth(chance.below(map.len()))
                .cloned()
                .unwrap_or_default();
            match chance.below(6) {
                0 => {
                    map.remove(&name);
                }
                1 => {
                    map.insert(format!("{name}x"), odd(chance));
                }
                _ => mutate(&mut map[&name], chance),
            }
        }
        Json::Array(list) if !list.is_empty() && !here => {
            let at = chance.below(list.len());
            if chance.below(6) == 0 {
                let copy = list[at].clone();
                list.push(copy);
            } else {
                mutate(&mut list[at], chance);
            }
        }
        Json::String(text) if chance.below(2) == 0 => *text = cut_or_flipped(text, chance),
        other => *other = odd(chance),
    }
}

fn cut_or_flipped(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = chance.below(letters.len());
    match chance.below(3) {
        0 => letters.truncate(at),
        1 if !letters.is_empty() => letters[at] = '\u{fffd}',
        _ => letters.insert(at.min(letters.len()), '<'),
    }
    letters.into_iter().collect()
}

fn mutations() -> u64 {
    let set = std::env::var("SELLKEEP_MUTATIONS").ok();
    set.and_then(|number| number.parse().ok())
        .unwrap_or(MUTATIONS)
}

#[test]
fn mutated_samples_never_panic() {
    let key = DigestKey::new([9; 32]);
    let (mut read_at_all, mut chance) = (0_u64, Chance(0x5E11_4EE9));
    for (path, sample) in samples() {
        for _ in 0..mutations() {
            let mut line = sample.clone();
            for part in ["body", "headers", "operation"] {
                if let Some(json) = line
                    .get_mut(part)
                    .filter(|_| part == "body" || chance.below(4) == 0)
                {
                    mutate(json, &mut chance);
                }
            }
            let Ok(record) = serde_json::from_value::<Record>(line) else {
                continue;
            };
            let reading = read(&record, &key);
            read_at_all += 1;
            assert!(reading.events.len() <= 2_000, "{}", path.display());
            assert!(reading.problems.len() <= 2_100, "{}", path.display());
            for event in &reading.events {
                assert!(event.happened <= record.at + jiff::SignedDuration::from_mins(5));
                assert_eq!(event.id.len(), 32);
            }
        }
    }
    assert!(
        read_at_all > mutations() * 50,
        "only {read_at_all} mutated records were records"
    );
}

#[test]
fn mutated_hooks_are_refused_without_a_panic() {
    let mut chance = Chance(0xBAD_5EED);
    let keys = ebay::Keys::default();
    let certificates = paypal::Certificates::default();
    let trust = paypal::Trust {
        webhook_id: "w",
        sandbox: false,
        certificates: &certificates,
        authorities: paypal::authorities(),
    };
    let names = [
        "X-Shopify-Hmac-SHA256",
        "X-EBAY-SIGNATURE",
        "WM_SEC.TIMESTAMP",
        "WM_SEC.SIGNATURE",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "Stripe-Signature",
        "x-square-hmacsha256-signature",
        "PAYPAL-TRANSMISSION-ID",
        "PAYPAL-TRANSMISSION-SIG",
        "PAYPAL-TRANSMISSION-TIME",
        "PAYPAL-CERT-URL",
        "PAYPAL-AUTH-ALGO",
    ];
    let values = [
        "",
        "t=1700000000,v1=00",
        "v1,AAAA",
        "1700000000",
        "-9223372036854775808",
        "AAAA",
        "=",
        "ß",
        "2026-11-01T10:00:00Z",
        "SHA256withRSA",
        "https://api.paypal.com/v1/notifications/certs/x",
        "eyJhbGciOiJlY2RzYSIsImtpZCI6ImEiLCJzaWduYXR1cmUiOiJBQUFBIiwiZGlnZXN0IjoiU0hBMSJ9",
    ];
    let secrets = [
        Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        Secret::new(""),
    ];
    let url = "https://example.com/";
    let now = Timestamp::from_second(1_700_000_000).expect("a time");
    for _ in 0..20_000 {
        let mut headers: Vec<(&str, &str)> = Vec::new();
        for name in names {
            if chance.below(8) != 0 {
                headers.push((name, values[chance.below(values.len())]));
            }
        }
        let body: Vec<u8> = (0..chance.below(40))
            .map(|_| chance.next().to_le_bytes()[0])
            .collect();
        let request = HookRequest {
            method: "POST",
            path_and_query: "/",
            headers: &headers,
            body: &body,
        };
        for scheme in [
            Scheme::Ebay(&keys),
            Scheme::Etsy,
            Scheme::Generic,
            Scheme::Paypal(&trust),
            Scheme::Shopify,
            Scheme::Square { url },
            Scheme::Stripe,
            Scheme::Walmart,
        ] {
            let refusal = verify(scheme, &secrets, &request, now).expect_err("nobody signed this");
            let text = refusal.to_string();
            assert!(!text.contains("whsec") && !text.contains("AAAA"), "{text}");
        }
    }
}
