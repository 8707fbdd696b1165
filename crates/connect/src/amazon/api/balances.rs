//! `listBalances`: what lies on the account, by type of balance.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::{List, Node};

/// Balances hold balances; Amazon nests them three deep.
const DEPTH_MAX: usize = 5;

/// One state a store. A balance of a past day is a state as of then.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let list = answer.main_list("balances");
    let complete = list.whole
        && !answer.has("nextToken")
        && frame.asked_for_all(&["marketplaceIds", "asOfDate"]);
    let mut stores: BTreeMap<Option<String>, (Items, Option<Timestamp>)> = BTreeMap::new();
    for balance in &list.nodes {
        let partner = balance.object("partnerMetadata");
        let word = |name| partner.as_ref().and_then(|partner| partner.text(name));
        let store = word("marketplaceId").or_else(|| frame.asked_store());
        let account_type = word("accountType");
        let (items, as_of) = stores
            .entry(store)
            .or_insert_with(|| (Items::new(complete), None));
        *as_of = (*as_of).max(balance.time("asOfDate"));
        push(balance, account_type.as_deref(), items, 0);
    }
    for (store, (items, as_of)) in stores {
        let mut state = frame.state(StateGroup::Balances, store, items);
        state.as_of = frame.happened(as_of).0;
        reading.states.push(state);
    }
}

/// A balance and the balances it is made of.
fn push(balance: &Node<'_>, account_type: Option<&str>, items: &mut Items, depth: usize) {
    let Some(kind) = balance.text("balanceType") else {
        balance.problem("has no type; left out");
        items.complete = false;
        return;
    };
    let mut fields = Fields::new().with(Field::Type, kind.as_str());
    fields.set_if(Field::AccountType, account_type);
    balance.put_money(&mut fields, "amount");
    balance.put_time(&mut fields, Field::Updated, "lastUpdatedTime");
    items.push(id(&kind, account_type), fields);
    if depth == DEPTH_MAX {
        return;
    }
    let List { nodes, whole } = balance.list("balances");
    items.complete &= whole;
    for part in &nodes {
        push(part, account_type, items, depth + 1);
    }
}

/// The type alone for the ordinary account type, so that it reads well.
fn id(kind: &str, account_type: Option<&str>) -> String {
    match account_type {
        Some(word) if !is_standard(word) => format!("{kind}/{word}"),
        _ => kind.to_owned(),
    }
}

fn is_standard(word: &str) -> bool {
    word.replace([' ', '_'], "")
        .eq_ignore_ascii_case("standardorders")
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;

    use crate::amazon::sample::asked;

    const BODY: &str = r#"{"balances":[{"partnerMetadata":{"partnerId":"X","accountType":"Standard Orders","marketplaceId":"A1"},
        "balanceType":"TOTAL","amount":{"currencyAmount":15000,"currencyCode":"USD"},"asOfDate":"2025-01-12","balances":[
          {"balanceType":"AVAILABLE","amount":{"currencyAmount":8000,"currencyCode":"USD"}},
          {"balanceType":"RESERVED","balances":[{"balanceType":"DEFERRED","amount":{"currencyAmount":9000,"currencyCode":"USD"}}]}]},
        {"partnerMetadata":{"accountType":"INVOICED","marketplaceId":"A1"},"balanceType":"TOTAL"}]}"#;

    #[test]
    fn nested_balances_are_things_of_their_own() {
        let reading = asked("listBalances", r#"{"marketplaceIds":["A1"]}"#, BODY);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let state = &reading.states[0];
        let ids: Vec<&str> = state.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "TOTAL",
                "AVAILABLE",
                "RESERVED",
                "DEFERRED",
                "TOTAL/INVOICED"
            ]
        );
        assert_eq!(state.items[1].fields.number(Field::Amount), Some(8000.0));
        assert_eq!(state.as_of.to_string(), "2025-01-12T00:00:00Z");
        assert!(state.complete);
    }
}
