//! `getPaymentMethods`: bank accounts, cards and wallets of the seller.
//!
//! This is the first detector of a redirected payout: a method that was added, or
//! another one that became the default.

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Every type that can be asked for; asking for all of them leaves nothing out.
const TYPES: &[&str] = &["BANK_ACCOUNT", "CARD", "SELLER_WALLET"];

/// The word for the method that payouts go to.
const DEFAULT: &str = "DEFAULT_DEPOSIT_METHOD";

/// Two states: what can receive payouts, and what is charged.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let methods = answer.main_list("paymentMethods");
    let complete = methods.whole
        && frame.asked_for_all(&["marketplaceId", "paymentMethodTypes"])
        && all_types(&frame.asked("paymentMethodTypes"));
    let mut deposit = Items::new(complete);
    let mut charge = Items::new(complete);
    for method in &methods.nodes {
        let fields = fields(method);
        let group = if is_charged(&fields) {
            &mut charge
        } else {
            &mut deposit
        };
        group.push(id(method, &fields), fields);
    }
    let store = frame.asked_store();
    for (group, items) in [
        (StateGroup::DepositMethods, deposit),
        (StateGroup::ChargeMethods, charge),
    ] {
        if !items.says_nothing() {
            reading
                .states
                .push(frame.state(group, store.clone(), items));
        }
    }
}

fn all_types(asked: &[String]) -> bool {
    let is_asked = |kind: &&str| asked.iter().any(|word| word.eq_ignore_ascii_case(kind));
    asked.is_empty() || TYPES.iter().all(is_asked)
}

fn fields(method: &Node<'_>) -> Fields {
    let mut fields = Fields::new();
    method.put(&mut fields, Field::Type, "paymentMethodType");
    method.put(&mut fields, Field::Tail, "tail");
    method.put(&mut fields, Field::Country, "countryCode");
    fields.set(
        Field::Default,
        method.text("assignmentType").as_deref() == Some(DEFAULT),
    );
    method
        .frame
        .holder(&mut fields, method.text("accountHolderName").as_deref());
    if let Some(expiry) = method.object("expiryDate") {
        let month = expiry.number("month").unwrap_or_default();
        let year = expiry.number("year").unwrap_or_default();
        fields.set(Field::Expires, format!("{year:04}-{month:02}"));
    }
    fields
}

/// A card is charged, unless payouts go to it.
fn is_charged(fields: &Fields) -> bool {
    let card = fields
        .text(Field::Type)
        .is_some_and(|kind| kind.eq_ignore_ascii_case("CARD"));
    card && fields.flag(Field::Default) != Some(true)
}

/// Amazon's id or, where it is missing, what tells methods apart best.
fn id(method: &Node<'_>, fields: &Fields) -> String {
    method.text("paymentMethodId").unwrap_or_else(|| {
        let word = |field| fields.text(field).unwrap_or("?").to_owned();
        [word(Field::Type), word(Field::Country), word(Field::Tail)].join("/")
    })
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, StateGroup};

    use crate::amazon::sample::{answer, asked};

    const BODY: &str = r#"{"paymentMethods":[
        {"accountHolderName":"Mia Muster","paymentMethodId":"m1","paymentMethodType":"BANK_ACCOUNT",
         "tail":"677","countryCode":"DE","assignmentType":"DEFAULT_DEPOSIT_METHOD"},
        {"accountHolderName":"John Doe","paymentMethodId":"m2","paymentMethodType":"BANK_ACCOUNT","tail":"0123","countryCode":"HR"},
        {"paymentMethodId":"m1","paymentMethodType":"CARD","tail":4242,"expiryDate":{"month":"3","year":"2029"}}]}"#;

    #[test]
    fn deposit_methods_and_cards_are_two_states() {
        let reading = answer("getPaymentMethods", BODY);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let [deposit, charge] = &reading.states[..] else {
            panic!("two states: {:?}", reading.states);
        };
        assert_eq!(deposit.group, StateGroup::DepositMethods);
        assert!(deposit.complete && charge.complete);
        assert_eq!(deposit.items[0].id, "m1");
        assert_eq!(deposit.items[0].fields.flag(Field::Default), Some(true));
        assert_eq!(deposit.items[1].fields.text(Field::Tail), Some("0123"));
        assert_eq!(deposit.items[1].fields.text(Field::Country), Some("HR"));
        assert_eq!(charge.items[0].fields.text(Field::Tail), Some("4242"));
        assert_eq!(charge.items[0].fields.text(Field::Expires), Some("2029-03"));
    }

    #[test]
    fn a_holder_is_a_digest_and_first_letters() {
        let reading = answer("getPaymentMethods", BODY);
        let fields = &reading.states[0].items[0].fields;
        assert_eq!(fields.text(Field::HolderShown), Some("M… M…"));
        let all = serde_json::to_string(&reading).expect("json");
        assert!(!all.contains("Muster") && !all.contains("John"), "{all}");
    }

    #[test]
    fn a_question_for_one_type_or_a_broken_entry_is_not_complete() {
        let filtered = asked(
            "getPaymentMethods",
            r#"{"marketplaceId":"A1","paymentMethodTypes":"BANK_ACCOUNT"}"#,
            BODY,
        );
        assert!(!filtered.states[0].complete);
        assert_eq!(filtered.states[0].store.as_deref(), Some("A1"));
        let every = asked(
            "getPaymentMethods",
            r#"{"marketplaceId":"A1","paymentMethodTypes":"BANK_ACCOUNT,CARD,SELLER_WALLET"}"#,
            BODY,
        );
        assert!(every.states[0].complete);
        let broken = answer(
            "getPaymentMethods",
            r#"{"paymentMethods":[7,{"paymentMethodId":"m1","tail":{}}]}"#,
        );
        assert!(!broken.states[0].complete);
        let places: Vec<&str> = broken
            .problems
            .iter()
            .map(|problem| problem.place.as_str())
            .collect();
        assert_eq!(places, ["paymentMethods[0]", "paymentMethods[1].tail"]);
    }
}
