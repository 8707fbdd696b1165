//! What each operation answers, from the shop as it is seen at a time.

mod listings;
mod money;
mod orders;
mod sellers;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::market::World;
use crate::tables;

/// One question.
pub struct Question {
    /// The operation.
    pub operation: &'static str,
    /// What stands in the path.
    pub part: String,
    /// The parameters.
    pub query: BTreeMap<String, String>,
    /// The body.
    pub body: Json,
    /// Now.
    pub now: Timestamp,
    /// The time whose view is shown.
    pub seen: Timestamp,
    /// Where the marketplace listens.
    pub address: String,
}

impl Question {
    /// A parameter.
    pub fn word(&self, name: &str) -> &str {
        self.query.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A parameter that is a time.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.word(name).parse().ok()
    }

    /// The words of a parameter that is a list.
    pub fn words(&self, name: &str) -> Vec<&str> {
        let words = self.word(name).split(',');
        words.filter(|word| !word.is_empty()).collect()
    }
}

/// A status and a body.
pub type Answer = (u16, Json);

/// A question that is not accepted.
pub fn wrong(says: &str) -> Answer {
    (
        400,
        json!({"errors": [{"code": "InvalidInput", "message": says, "details": ""}]}),
    )
}

/// Answers a question of a seller's application.
pub fn answer(world: &mut World, seller: &str, question: &Question) -> Answer {
    let empty_pages = world.empty_pages;
    let known = world
        .sellers
        .get_mut(seller)
        .expect("who has a token is a seller");
    let denied = |code: &str| json!({"errors": [{"code": code, "message": "x", "details": ""}]});
    if known.revoked || known.refused.contains(question.operation) {
        return (403, denied("Unauthorized"));
    }
    if known.not_there.contains(question.operation) {
        return (404, denied("NotFound"));
    }
    match question.operation {
        "getPaymentMethods" => money::payment_methods(known, question),
        "listExpectedPayouts" => money::expected_payouts(known, question),
        "listPayouts" => money::payouts(known, question, empty_pages),
        "listBalances" => money::balances(known, question),
        "listFinancialEventGroups" => money::event_groups(known, question),
        "listFinancialEvents" => money::events(known, question),
        "getMarketplaceParticipations" => sellers::participations(known, question),
        "getAccount" => sellers::account(known, question),
        "searchListingsItems" => listings::search(known, question),
        "getOrderMetrics" => orders::metrics(known, question),
        "searchOrders" => orders::search(known, question),
        _ => tables::answer(&mut world.reports, known, question),
    }
}

/// One page of things, with a token that is good for the same question.
pub fn page(
    things: Vec<Json>,
    token: &str,
    size: usize,
) -> Result<(Vec<Json>, Option<String>), Answer> {
    let begin = match token {
        "" => 0,
        token => token
            .strip_prefix("page-")
            .and_then(|word| word.parse().ok())
            .ok_or_else(|| wrong("the token is none of ours"))?,
    };
    let more = begin + size < things.len();
    let next = more.then(|| format!("page-{}", begin + size));
    Ok((things.into_iter().skip(begin).take(size).collect(), next))
}
