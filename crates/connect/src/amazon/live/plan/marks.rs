//! What stands out in an answer: whether it changed, whether it has another page, when the
//! next payout is.
//!
//! Of answers about money only what matters makes the print: amounts grow with every sale.

use jiff::Timestamp;
use sellkeep_model::hexadecimal;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::watch::Kind;

/// What stands out in an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// The same for answers that say the same.
    pub print: String,
    /// Whether there is anything in it.
    pub holds_something: bool,
    /// The token of the next page.
    pub more: Option<String>,
    /// How many things there are on all pages, where that is told.
    pub total: u64,
    /// The newest change among listings.
    pub newest: Option<Timestamp>,
    /// The next payout.
    pub payout: Option<Timestamp>,
}

/// What stands out in an answer about something; `token` says where the next page's token is.
pub fn marks(kind: Kind, body: &Json, token: Option<&str>, now: Timestamp) -> Marks {
    let more = token
        .and_then(|path| body.pointer(path))
        .and_then(Json::as_str);
    Marks {
        print: print(kind, body),
        holds_something: holds_something(body),
        more: more.filter(|token| !token.is_empty()).map(str::to_owned),
        total: body
            .get("numberOfResults")
            .and_then(Json::as_u64)
            .unwrap_or_default(),
        newest: (kind == Kind::Listings).then(|| newest(body)).flatten(),
        payout: (kind == Kind::ExpectedPayouts)
            .then(|| payout(body, now))
            .flatten(),
    }
}

fn print(kind: Kind, body: &Json) -> String {
    let text = match kind {
        Kind::PaymentMethods => telling(
            body,
            "paymentMethods",
            &[
                "/paymentMethodId",
                "/paymentMethodType",
                "/tail",
                "/countryCode",
                "/accountHolderName",
                "/assignmentType",
            ],
        ),
        Kind::ExpectedPayouts => telling(
            body,
            "expectedPayouts",
            &[
                "/partnerMetadata/marketplaceId",
                "/partnerMetadata/accountType",
                "/status",
                "/accountTail",
                "/paymentMethod",
                "/scheduledDate",
            ],
        ),
        _ => body.to_string(),
    };
    let digest = Sha256::digest(text.as_bytes());
    hexadecimal(&digest[..8])
}

/// The places that matter of each thing of a list, in an order that does not.
fn telling(body: &Json, list: &str, places: &[&str]) -> String {
    let things = body.get(list).and_then(Json::as_array);
    let line = |thing: &Json| {
        let words = places.iter().map(|place| {
            let word = thing.pointer(place).unwrap_or(&Json::Null);
            word.to_string()
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<String> = things.into_iter().flatten().map(line).collect();
    lines.sort();
    lines.join("\n")
}

/// Whether any list in an answer has something in it.
fn holds_something(body: &Json) -> bool {
    match body {
        Json::Array(things) => !things.is_empty(),
        Json::Object(members) => members.iter().any(|(name, value)| match value {
            Json::Array(_) | Json::Object(_) => name != "pagination" && holds_something(value),
            _ => false,
        }),
        _ => false,
    }
}

fn newest(body: &Json) -> Option<Timestamp> {
    let items = body.get("items").and_then(Json::as_array)?;
    let summaries = items
        .iter()
        .filter_map(|item| item.get("summaries").and_then(Json::as_array));
    let times = summaries.flatten().filter_map(|summary| {
        let text = summary.get("lastUpdatedDate")?.as_str()?;
        text.parse::<Timestamp>().ok()
    });
    times.max()
}

fn payout(body: &Json, now: Timestamp) -> Option<Timestamp> {
    let payouts = body.get("expectedPayouts").and_then(Json::as_array)?;
    let times = payouts.iter().filter_map(|payout| {
        let text = payout.get("scheduledDate")?.as_str()?;
        text.parse::<Timestamp>().ok()
    });
    times.filter(|at| *at > now).min()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: Kind, body: &Json) -> Marks {
        let now = "2026-11-25T00:00:00Z".parse().expect("a time");
        marks(kind, body, Some("/nextToken"), now)
    }

    #[test]
    fn the_order_of_methods_and_the_amount_of_a_payout_are_no_change() {
        let [one, two] = [
            json!({"paymentMethodId": "1", "tail": "677"}),
            json!({"paymentMethodId": "2"}),
        ];
        let methods =
            |list: &[&Json]| read(Kind::PaymentMethods, &json!({"paymentMethods": list})).print;
        assert_eq!(methods(&[&one, &two]), methods(&[&two, &one]));
        assert_ne!(methods(&[&one, &two]), methods(&[&one]));
        let due = |amount: u32, tail: &str| {
            let body = json!({"expectedPayouts": [{"amount": {"currencyAmount": amount}, "accountTail": tail}]});
            read(Kind::ExpectedPayouts, &body).print
        };
        assert_eq!(due(1, "677"), due(2, "677"));
        assert_ne!(due(1, "677"), due(1, "991"));
    }

    #[test]
    fn an_empty_page_may_have_another_one() {
        let page = read(Kind::Payouts, &json!({"payouts": [], "nextToken": "t"}));
        assert_eq!(
            (page.holds_something, page.more.as_deref()),
            (false, Some("t"))
        );
        let last = read(Kind::Payouts, &json!({"payouts": [{}], "nextToken": ""}));
        assert_eq!((last.holds_something, last.more), (true, None));
    }

    #[test]
    fn the_next_payout_is_the_earliest_to_come() {
        let body = json!({"expectedPayouts": [
            {"scheduledDate": "2026-11-20T00:00:00Z"}, {"scheduledDate": "2026-12-02T00:00:00Z"},
            {"scheduledDate": "2026-11-28T00:00:00Z"}, {"scheduledDate": "soon"}, 7]});
        let payout = read(Kind::ExpectedPayouts, &body).payout;
        assert_eq!(
            payout.map(|at| at.to_string()).as_deref(),
            Some("2026-11-28T00:00:00Z")
        );
    }

    #[test]
    fn odd_answers_have_marks_too() {
        for body in [
            json!([]),
            json!({}),
            json!({"paymentMethods": 7, "expectedPayouts": "x", "items": {}}),
        ] {
            for kind in [Kind::PaymentMethods, Kind::ExpectedPayouts, Kind::Listings] {
                assert!(!read(kind, &body).print.is_empty());
            }
        }
    }
}
