//! `searchListingsItems` and `getListingsItem`: listings with status, price, quantity and promise.
//!
//! A status is kept as what it means to a buyer (`BUYABLE`, `INACTIVE`, `DELETED`), because
//! answers, notifications and tables use different words for the same state.

use std::collections::{BTreeMap, BTreeSet};

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Parameters that leave no listing out. `marketplaceIds` must be there: without the
/// question nobody knows what was asked.
const HARMLESS: &[&str] = &[
    "marketplaceIds",
    "sellerId",
    "includedData",
    "issueLocale",
    "pageSize",
    "sortBy",
    "sortOrder",
];

/// A page of listings.
pub(super) fn read_search(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let items = answer.main_list("items");
    let more = answer
        .object("pagination")
        .is_some_and(|page| page.has("nextToken"));
    let total = answer.number("numberOfResults").unwrap_or_default();
    #[expect(
        clippy::cast_precision_loss,
        reason = "a page has at most some thousand things"
    )]
    let all_here = items.nodes.len() as f64 >= total;
    let asked = !frame.asked_stores().is_empty() && frame.asked_for_all(HARMLESS);
    read_items(
        answer,
        &items.nodes,
        items.whole && !more && all_here && asked,
        reading,
    );
}

/// One listing.
pub(super) fn read_item(answer: &Node<'_>, reading: &mut Reading) {
    read_items(answer, std::slice::from_ref(answer), false, reading);
}

fn read_items(answer: &Node<'_>, nodes: &[Node<'_>], mut complete: bool, reading: &mut Reading) {
    let frame = answer.frame;
    let mut stores: BTreeMap<Option<String>, Items> = BTreeMap::new();
    if complete {
        let asked = frame.asked_stores().into_iter().map(Some);
        stores.extend(asked.map(|store| (store, Items::new(true))));
    }
    for node in nodes {
        let Some(sku) = node.text("sku") else {
            node.problem("has no SKU; left out");
            complete = false;
            continue;
        };
        for (store, fields) in listing(node) {
            let items = stores.entry(store).or_insert_with(|| Items::new(complete));
            items.push(sku.as_str(), fields);
        }
    }
    for (store, mut items) in stores {
        items.complete &= complete;
        reading
            .states
            .push(frame.state(StateGroup::Listings, store, items));
    }
}

/// A listing in each store that it names.
fn listing(node: &Node<'_>) -> Vec<(Option<String>, Fields)> {
    let parts = ["summaries", "offers", "issues"].map(|name| node.list(name).nodes);
    let [summaries, offers, issues] = &parts;
    let mut stores: BTreeSet<Option<String>> = BTreeSet::new();
    for part in summaries.iter().chain(offers) {
        stores.extend(part.text("marketplaceId").map(Some));
    }
    if stores.is_empty() {
        stores.insert(node.frame.asked_store());
    }
    let in_store = |store: Option<String>| {
        let is_here = |part: &&Node<'_>| belongs(part, store.as_deref());
        let mut fields = Fields::new();
        if let Some(summary) = summaries.iter().find(is_here) {
            put_summary(summary, &mut fields);
        }
        put_price(offers.iter().filter(is_here), &mut fields);
        put_quantity(node, &mut fields);
        put_promise(node, &mut fields);
        if node.has("issues") {
            put_issues(issues, store.as_deref(), &mut fields);
        }
        (store, fields)
    };
    stores.into_iter().map(in_store).collect()
}

/// Whether a part is about a store: it names it, or none.
fn belongs(part: &Node<'_>, store: Option<&str>) -> bool {
    let named = part.text("marketplaceId");
    named.is_none() || store.is_none() || named.as_deref() == store
}

fn put_summary(summary: &Node<'_>, fields: &mut Fields) {
    summary.put(fields, Field::Asin, "asin");
    summary.put(fields, Field::Title, "itemName");
    summary.put(fields, Field::Category, "productType");
    summary.put(fields, Field::ItemCondition, "conditionType");
    summary.put_time(fields, Field::Created, "createdDate");
    summary.put_time(fields, Field::Updated, "lastUpdatedDate");
    if let Some(words) = summary.words("status") {
        fields.set(Field::Status, status(&words));
    }
    if let Some(image) = summary.object("mainImage") {
        image.put(fields, Field::Image, "link");
    }
}

/// What a list of Amazon's status words means to a buyer.
pub(in crate::amazon) fn status(words: &[String]) -> String {
    let has = |word: &str| words.iter().any(|told| told.eq_ignore_ascii_case(word));
    if has("DELETED") {
        return "DELETED".to_owned();
    }
    if has("BUYABLE") {
        return "BUYABLE".to_owned();
    }
    if words.is_empty() || has("DISCOVERABLE") {
        return "INACTIVE".to_owned();
    }
    words.join(" ")
}

/// The price for ordinary buyers; one for businesses only where there is no other.
fn put_price<'a>(offers: impl Iterator<Item = &'a Node<'a>>, fields: &mut Fields) {
    let for_all = |offer: &&Node<'_>| offer.text("offerType").as_deref() != Some("B2B");
    let (all, business): (Vec<_>, Vec<_>) = offers.partition(for_all);
    let offer = all.first().or_else(|| business.first());
    if let Some(money) = offer.and_then(|offer| offer.money("price")) {
        fields.set(Field::Price, money.amount);
        fields.set_if(Field::Currency, money.currency);
    }
}

/// The quantity that the seller keeps himself, and who dispatches.
fn put_quantity(node: &Node<'_>, fields: &mut Fields) {
    let channels = node.list("fulfillmentAvailability").nodes;
    let own = channels.iter().find(|channel| channel.has("quantity"));
    if let Some(channel) = own.or_else(|| channels.first()) {
        channel.put(fields, Field::Fulfilment, "fulfillmentChannelCode");
        fields.set_if(Field::Quantity, channel.number("quantity"));
    }
}

/// The longest time that the seller promises to dispatch within.
fn put_promise(node: &Node<'_>, fields: &mut Fields) {
    let Some(attributes) = node.object("attributes") else {
        return;
    };
    let channels = attributes.list("fulfillment_availability").nodes;
    let days = channels
        .iter()
        .filter_map(|channel| channel.number("lead_time_to_ship_max_days"));
    fields.set_if(Field::PromiseDays, days.reduce(f64::max));
}

/// Severities and enforcement actions; empty words where there is none.
fn put_issues(issues: &[Node<'_>], store: Option<&str>, fields: &mut Fields) {
    let mut severities = BTreeSet::new();
    let mut actions = BTreeSet::new();
    for issue in issues.iter().filter(|issue| concerns(issue, store)) {
        severities.extend(issue.text("severity"));
        if let Some(enforcements) = issue.object("enforcements") {
            let nodes = enforcements.list("actions").nodes;
            actions.extend(nodes.iter().filter_map(|action| action.text("action")));
        }
    }
    let joined = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(" ");
    fields.set(Field::Severity, joined(severities));
    fields.set(Field::Actions, joined(actions));
}

fn concerns(issue: &Node<'_>, store: Option<&str>) -> bool {
    let stores = issue.words("marketplaceIds").unwrap_or_default();
    stores.is_empty() || store.is_none_or(|store| stores.iter().any(|named| named == store))
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;

    use crate::amazon::sample::{answer, asked};

    const ITEM: &str = r#"{"sku":"GM-1","summaries":[
        {"marketplaceId":"A1","asin":"B07","productType":"LUGGAGE","conditionType":"new_new","status":["BUYABLE","DISCOVERABLE"],
         "itemName":"Suitcase","createdDate":"2021-02-01T00:00:00Z","mainImage":{"link":"https://www.example.com/1.png"}},
        {"marketplaceId":"A2","status":[]}],
        "offers":[{"marketplaceId":"A1","offerType":"B2B","price":{"currencyCode":"USD","amount":"80.00"}},
                  {"marketplaceId":"A1","offerType":"B2C","price":{"currencyCode":"USD","amount":"100.00"}}],
        "attributes":{"fulfillment_availability":[{"lead_time_to_ship_max_days":28}]},
        "fulfillmentAvailability":[{"fulfillmentChannelCode":"AMAZON_NA"},{"fulfillmentChannelCode":"DEFAULT","quantity":100}],
        "issues":[{"severity":"ERROR","enforcements":{"actions":[{"action":"LISTING_SUPPRESSED"}]},"marketplaceIds":["A1"]},
                  {"severity":"WARNING","marketplaceIds":["A1","A2"]}]}"#;

    #[test]
    fn a_listing_is_read_in_each_store() {
        let reading = answer("getListingsItem", ITEM);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let [one, two] = &reading.states[..] else {
            panic!("two stores");
        };
        let fields = &one.items[0].fields;
        assert_eq!(one.items[0].id, "GM-1");
        assert_eq!(fields.text(Field::Status), Some("BUYABLE"));
        assert_eq!(fields.number(Field::Price), Some(100.0));
        assert_eq!(fields.number(Field::Quantity), Some(100.0));
        assert_eq!(fields.number(Field::PromiseDays), Some(28.0));
        assert_eq!(fields.text(Field::Actions), Some("LISTING_SUPPRESSED"));
        assert_eq!(fields.text(Field::Severity), Some("ERROR WARNING"));
        assert_eq!(fields.text(Field::Fulfilment), Some("DEFAULT"));
        assert_eq!(two.store.as_deref(), Some("A2"));
        assert_eq!(two.items[0].fields.text(Field::Status), Some("INACTIVE"));
        assert_eq!(two.items[0].fields.text(Field::Actions), Some(""));
        assert!(!one.complete);
    }

    #[test]
    fn only_an_unfiltered_single_page_is_complete() {
        let page = |total: u32| format!(r#"{{"numberOfResults":{total},"items":[{ITEM}]}}"#);
        let complete = |request: &str, body: &str| {
            let reading = asked("searchListingsItems", request, body);
            reading.states.iter().all(|state| state.complete)
        };
        let all = r#"{"marketplaceIds":["A1","A2"],"includedData":"summaries"}"#;
        assert!(complete(all, &page(1)));
        assert!(!complete(all, &page(2)));
        assert!(!complete("{}", &page(1)));
        assert!(!complete(
            r#"{"marketplaceIds":["A1"],"createdAfter":"2026-01-01T00:00:00Z"}"#,
            &page(1)
        ));
        let next = page(1).replacen('{', r#"{"pagination":{"nextToken":"t"},"#, 1);
        assert!(!complete(all, &next));
    }
}
