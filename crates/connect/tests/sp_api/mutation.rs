//! Broken and hostile samples: reading always ends, with the same outcome.

use sellkeep_model::{DigestKey, Record, Timestamp};
use serde_json::{Value as Json, json};

use crate::corpus::{answers, corpus, notifications};
use crate::mapped::MODELS;
use crate::reading::{AT, KEY};

/// A small generator of its own (xorshift64*), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or_default() % sides.max(1)
    }
}

/// Samples that are there without the corpus too.
fn own_samples() -> Vec<(&'static str, &'static str, Json)> {
    vec![
        (
            "amazon.api",
            "getPaymentMethods",
            json!({"paymentMethods": [{"accountHolderName": "A B", "paymentMethodId": "m", "paymentMethodType": "CARD", "tail": "677", "expiryDate": {"month": "3", "year": "2029"}}]}),
        ),
        (
            "amazon.api",
            "listPayouts",
            json!({"payouts": [{"id": "1", "statusHistory": [{"lastUpdatedDate": "2026-10-01T00:00:00Z"}], "amount": {"currencyAmount": 1.5}}]}),
        ),
        (
            "amazon.api",
            "",
            json!({"error": "invalid_grant", "error_description": "x"}),
        ),
        (
            "amazon.report",
            "GET_MERCHANT_LISTINGS_ALL_DATA",
            json!(
                "\u{feff}seller-sku\tprice\tquantity\topen-date\tstatus\nS1\t1,299.00\t3\t2022-05-31 17:21:53 PDT\tActive\nS2\t5\t1\t31/05/2022\tInactive\n"
            ),
        ),
        (
            "amazon.report",
            "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
            json!(
                "settlement-id\tdeposit-date\ttotal-amount\tcurrency\n1\t2026-03-17\t1.847,32\tGBP\n"
            ),
        ),
        (
            "amazon.notification",
            "",
            json!({"Body": "{\"notificationType\":\"ACCOUNT_STATUS_CHANGED\",\"eventTime\":\"2026-11-01T10:00:00Z\",\"payload\":{\"accountStatusChangeNotification\":{\"previousAccountStatus\":\"NORMAL\",\"currentAccountStatus\":\"AT_RISK\"}}}"}),
        ),
        (
            "amazon.notification",
            "",
            json!({"NotificationType": "LISTINGS_ITEM_STATUS_CHANGE", "Payload": {"Sku": "ü", "Status": ["BUYABLE"], "CreatedDate": "2026-10-30T00:00:00Z"}}),
        ),
    ]
}

fn all_samples() -> Vec<(String, String, Json)> {
    let own = own_samples().into_iter();
    let mut all: Vec<_> = own
        .map(|(source, operation, body)| (source.to_owned(), operation.to_owned(), body))
        .collect();
    if let Some(corpus) = corpus() {
        for model in MODELS {
            let answers = answers(&corpus.join("models").join(model)).into_iter();
            all.extend(
                answers.map(|answer| ("amazon.api".to_owned(), answer.operation, answer.body)),
            );
        }
        let notifications = notifications(&corpus).into_iter();
        all.extend(
            notifications.map(|body| ("amazon.notification".to_owned(), String::new(), body)),
        );
    }
    all
}

/// Changes something somewhere: drops, swaps types, cuts, repeats.
fn mutate(value: &mut Json, dice: &mut Dice) {
    match value {
        Json::Object(members) if !members.is_empty() => {
            let name = members
                .keys()
                .nth(dice.roll(members.len()))
                .expect("a name")
                .clone();
            match dice.roll(5) {
                0 => drop(members.shift_remove(&name)),
                1 => {
                    members.insert(name, odd(dice));
                }
                _ => mutate(&mut members[&name], dice),
            }
        }
        Json::Array(values) if !values.is_empty() => {
            let at = dice.roll(values.len());
            match dice.roll(5) {
                0 => drop(values.remove(at)),
                1 => values[at] = odd(dice),
                2 => values.push(values[at].clone()),
                _ => mutate(&mut values[at], dice),
            }
        }
        Json::String(text) if dice.roll(2) == 0 => {
            let end = dice.roll(text.chars().count() + 1);
            *text = text.chars().take(end).collect();
        }
        other => *other = odd(dice),
    }
}

fn odd(dice: &mut Dice) -> Json {
    match dice.roll(12) {
        0 => Json::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e300),
        4 => json!(u64::MAX),
        5 => json!([]),
        6 => json!({}),
        7 => json!([[1, "x", null]]),
        8 => json!("9999-12-31T23:59:59Z"),
        9 => json!("é".repeat(700)),
        10 => json!("\u{0}\t\n\u{202e}--"),
        _ => json!("-9999-01-01T00:00:00Z"),
    }
}

#[test]
fn mutated_samples_never_end_in_a_panic() {
    const ROUNDS: usize = 40;
    let key = DigestKey::new(KEY);
    let latest: Timestamp = "2026-11-01T11:05:00Z".parse().expect("a time");
    let mut dice = Dice(0x5eed_0000_0000_0001);
    let mut count = 0;
    for (source, operation, body) in all_samples() {
        for round in 0..ROUNDS {
            let mut body = body.clone();
            for _ in 0..=dice.roll(6) {
                mutate(&mut body, &mut dice);
            }
            if round % 4 == 0 {
                let text = body
                    .as_str()
                    .map_or_else(|| body.to_string(), str::to_owned);
                body = json!(
                    text.chars()
                        .take(dice.roll(text.chars().count() + 1))
                        .collect::<String>()
                );
            }
            let mut record: Record = serde_json::from_value(
                json!({"at": AT, "account": "shop", "source": source, "operation": operation}),
            )
            .expect("a record");
            record.body = body;
            record.status = [None, Some(200), Some(403)][dice.roll(3)];
            let reading = sellkeep_connect::read(&record, &key);
            assert!(reading.problems.len() <= 60, "{}", reading.problems.len());
            assert!(reading.events.iter().all(|event| event.happened <= latest));
            assert_eq!(
                reading,
                sellkeep_connect::read(&record, &key),
                "reading twice is the same"
            );
            count += 1;
        }
    }
    println!("{count} mutated records read");
}
