//! The official sandbox answers, examples and notifications of Amazon's API are read without loss.
//!
//! "Without loss": every value at a place that `MAPPED` or `MAPPED_NOTIFICATIONS` names
//! stands in the reading (as it is, as a time, as a number or as keyed digest), and nothing was
//! found that could not be understood. Known defects of the official files are listed by
//! name and must still be there, so that the list cannot rot.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "in a test, a broken file of the corpus is a failure"
)]

mod corpus;
mod defects;
mod mapped;
mod mutation;
mod reading;

use sellkeep_model::{Reading, Value};
use serde_json::{Value as Json, json};

use corpus::{Answer, answers, corpus, files, load, notifications};
use mapped::{MAPPED, MAPPED_NOTIFICATIONS, MODELS, NOTHING_READ, PRIVATE};
use reading::{at, kept, lost, read, unexpected};

#[test]
fn every_sandbox_answer_is_read_without_loss() {
    let Some(corpus) = corpus() else { return };
    let (mut read_count, mut refused_count, mut places_met) = (0, 0, 0);
    for model in MODELS {
        for answer in answers(&corpus.join("models").join(model)) {
            let name = format!("{} {} {}", answer.model, answer.operation, answer.status);
            let reading = read(
                "amazon.api",
                &answer.operation,
                answer.status,
                &answer.request,
                &answer.body,
            );
            if answer.status >= 400 {
                let told = reading.events.len() + unexpected(&reading).len();
                assert_eq!(told, 1, "{name}: one event or one problem, not {reading:?}");
                refused_count += 1;
                continue;
            }
            let Some((_, places)) = MAPPED
                .iter()
                .find(|(operation, _)| *operation == answer.operation)
            else {
                continue;
            };
            if answer.verb != "get" || is_broken_example(&answer) {
                continue;
            }
            assert_eq!(unexpected(&reading), Vec::<String>::new(), "{name}");
            assert_eq!(
                lost(&answer.body, places, &reading),
                Vec::<String>::new(),
                "{name}: lost"
            );
            places_met += places
                .iter()
                .filter(|place| !at(&answer.body, place).is_empty())
                .count();
            read_count += 1;
        }
    }
    println!(
        "{read_count} answers read without loss, {places_met} places met, {refused_count} refusals understood"
    );
    assert!(
        read_count >= 50 && refused_count >= 50 && places_met >= 150,
        "{read_count} {refused_count} {places_met}"
    );
}

/// An example of `getOrderMetrics` is three answers in one, which no answer is.
fn is_broken_example(answer: &Answer) -> bool {
    answer.operation == "getOrderMetrics" && answer.body["payload"].is_object()
}

#[test]
fn an_answer_is_known_by_its_shape_alone() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for model in MODELS {
        for answer in answers(&corpus.join("models").join(model)) {
            let mapped = MAPPED
                .iter()
                .any(|(operation, _)| *operation == answer.operation);
            if answer.status >= 400 || !mapped || answer.verb != "get" || is_broken_example(&answer)
            {
                continue;
            }
            let named = read(
                "amazon.api",
                &answer.operation,
                200,
                &answer.request,
                &answer.body,
            );
            let bare = read("amazon.api", "", 200, &answer.request, &answer.body);
            assert_eq!(named.states, bare.states, "{}", answer.operation);
            let ids = |reading: &Reading| {
                reading
                    .events
                    .iter()
                    .map(|event| event.id.clone())
                    .collect::<Vec<_>>()
            };
            assert_eq!(ids(&named), ids(&bare), "{}", answer.operation);
            count += 1;
        }
    }
    assert!(count >= 50, "{count}");
}

#[test]
fn every_other_answer_ends_without_a_panic() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for path in files(&corpus.join("models")) {
        for answer in answers(&path) {
            for operation in [answer.operation.as_str(), ""] {
                read(
                    "amazon.api",
                    operation,
                    answer.status,
                    &answer.request,
                    &answer.body,
                );
                count += 1;
            }
        }
    }
    assert!(count >= 400, "{count}");
}

#[test]
fn every_notification_example_is_read_without_loss_in_every_wrapping() {
    let Some(corpus) = corpus() else { return };
    let mut kinds = Vec::new();
    for envelope in notifications(&corpus) {
        let kind = envelope
            .get("NotificationType")
            .or(envelope.get("notificationType"));
        let kind = kind.and_then(Json::as_str).expect("a type").to_owned();
        let payload = envelope
            .get("Payload")
            .or(envelope.get("payload"))
            .expect("a payload");
        let bus = json!({"version": "0", "detail-type": kind, "time": "2026-01-01T00:00:00Z", "detail": envelope});
        let message = json!({"MessageId": "m", "ReceiptHandle": "r", "Body": envelope.to_string()});
        let wrapped = [
            envelope.clone(),
            message,
            bus.clone(),
            json!({"Body": bus.to_string()}),
        ];
        for body in wrapped {
            let reading = read("amazon.notification", "", 200, &json!({}), &body);
            assert_eq!(unexpected(&reading), Vec::<String>::new(), "{kind}");
            if NOTHING_READ.contains(&kind.as_str()) {
                assert!(
                    reading.events.is_empty() && reading.states.is_empty(),
                    "{kind}"
                );
                continue;
            }
            let places = MAPPED_NOTIFICATIONS.iter().find(|(name, _)| *name == kind);
            let (_, places) = places.unwrap_or_else(|| panic!("{kind} is not mapped"));
            assert_eq!(
                lost(payload, places, &reading),
                Vec::<String>::new(),
                "{kind}: lost"
            );
        }
        kinds.push(kind);
    }
    kinds.sort();
    kinds.dedup();
    let known = MAPPED_NOTIFICATIONS
        .iter()
        .map(|(kind, _)| *kind)
        .chain(NOTHING_READ.iter().copied());
    let missing: Vec<&str> = known
        .filter(|kind| !kinds.iter().any(|met| met == kind))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "no example was met for these");
}

#[test]
fn our_own_price_is_read_from_the_official_offer_example() {
    let Some(corpus) = corpus() else { return };
    let mut schema = load(&corpus.join("schemas/notifications/AnyOfferChangedNotification.json"));
    let change = &mut schema["examples"][0]["Payload"]["AnyOfferChangedNotification"];
    let seller = change["SellerId"].clone();
    change["Offers"][0]["SellerId"] = seller;
    for kind in ["ANY_OFFER_CHANGED", "B2B_ANY_OFFER_CHANGED"] {
        schema["examples"][0]["NotificationType"] = json!(kind);
        let reading = read(
            "amazon.notification",
            "",
            200,
            &json!({}),
            &schema["examples"][0],
        );
        assert_eq!(unexpected(&reading), Vec::<String>::new());
        assert!(kept(&reading).contains(&Value::Number(23.0)), "{reading:?}");
    }
}

#[test]
fn the_account_health_example_is_read_without_loss() {
    let Some(corpus) = corpus() else { return };
    let schema = load(&corpus.join("schemas/reports/accountHealthReport-2020-11-18.json"));
    let report = &schema["examples"][0];
    for body in [report.clone(), json!(report.to_string())] {
        let reading = read(
            "amazon.report",
            "GET_V2_SELLER_PERFORMANCE_REPORT",
            200,
            &json!({}),
            &body,
        );
        assert_eq!(unexpected(&reading), Vec::<String>::new());
        let places = [
            "accountStatuses[].marketplaceId",
            "accountStatuses[].status",
            "performanceMetrics[].accountHealthRating.ahrStatus",
            "performanceMetrics[].warningState[].warningType",
        ];
        assert_eq!(lost(report, &places, &reading), Vec::<String>::new());
    }
}

#[test]
fn nothing_private_of_the_official_samples_is_kept() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    let mut check = |name: &str, body: &Json, reading: &Reading| {
        let mut words = Vec::new();
        private(body, false, &mut words);
        let text = serde_json::to_string(reading).expect("json");
        for word in words {
            count += 1;
            assert!(
                !text.contains(&format!("\"{word}\"")),
                "{name} keeps {word}"
            );
        }
    };
    for model in MODELS {
        for answer in answers(&corpus.join("models").join(model)) {
            let reading = read(
                "amazon.api",
                &answer.operation,
                answer.status,
                &answer.request,
                &answer.body,
            );
            check(&answer.operation, &answer.body, &reading);
        }
    }
    for envelope in notifications(&corpus) {
        check(
            "notification",
            &envelope,
            &read("amazon.notification", "", 200, &json!({}), &envelope),
        );
    }
    assert!(count >= 100, "{count}");
}

/// Words of private blocks. Country codes are no secret, and are kept on purpose.
fn private(value: &Json, inside: bool, words: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            for (name, value) in members {
                let name = name.to_ascii_lowercase();
                if name != "countrycode" {
                    private(value, inside || PRIVATE.contains(&name.as_str()), words);
                }
            }
        }
        Json::Array(values) => values
            .iter()
            .for_each(|value| private(value, inside, words)),
        Json::String(text) if inside && text.len() > 4 => words.push(text.clone()),
        _ => {}
    }
}
