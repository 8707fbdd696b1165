//! `getAccount` of the Sellers API: who the business is, its plan, its stores.
//!
//! Names, addresses and numbers are kept as keyed digests: enough to see that
//! one changed, and whether a deposit method's holder is the business.

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use super::participations;
use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Parts of an address, in the order they are digested in.
const ADDRESS: &[&str] = &[
    "addressLine1",
    "addressLine2",
    "addressLine3",
    "city",
    "county",
    "district",
    "stateOrProvinceCode",
    "postalCode",
    "countryCode",
];

/// The identity, one thing a field, and the stores.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let account = answer.payload();
    let mut items = Items::new(false);
    for (id, name, field) in [
        ("business_type", "businessType", Field::Type),
        ("selling_plan", "sellingPlan", Field::Plan),
    ] {
        if let Some(word) = account.text(name) {
            items.push(id, Fields::new().with(field, word));
        }
    }
    if let Some(business) = account.object("business") {
        push_business(&business, &mut items);
    }
    if let Some(contact) = account.object("primaryContact") {
        push_name(&contact, "primary_contact", "name", &mut items);
        push_name(
            &contact,
            "primary_contact_non_latin",
            "nonLatinName",
            &mut items,
        );
        push_address(&contact, "primary_contact_address", "address", &mut items);
    }
    if !items.says_nothing() {
        reading
            .states
            .push(answer.frame.state(StateGroup::Identity, None, items));
    }
    if account.has("marketplaceParticipationList") {
        participations::stores(
            &account.list("marketplaceParticipationList"),
            answer,
            reading,
        );
    }
}

fn push_business(business: &Node<'_>, items: &mut Items) {
    push_name(business, "business_name", "name", items);
    push_name(business, "business_name_non_latin", "nonLatinName", items);
    push_address(
        business,
        "registered_address",
        "registeredBusinessAddress",
        items,
    );
    push_digest(
        business,
        "company_number",
        "companyRegistrationNumber",
        items,
    );
    push_digest(business, "tax_id", "companyTaxIdentificationNumber", items);
}

/// A name, as digest and first letters.
fn push_name(node: &Node<'_>, id: &str, name: &str, items: &mut Items) {
    let mut fields = Fields::new();
    node.frame.holder(&mut fields, node.text(name).as_deref());
    if !fields.is_empty() {
        items.push(id, fields);
    }
}

/// A number of a register, as digest alone: its first letters would tell too much.
fn push_digest(node: &Node<'_>, id: &str, name: &str, items: &mut Items) {
    if let Some(number) = node.text(name) {
        let digest = node.frame.key.digest(&number);
        items.push(id, Fields::new().with(Field::Holder, digest));
    }
}

/// An address, as digest of all its parts, and its country.
fn push_address(node: &Node<'_>, id: &str, name: &str, items: &mut Items) {
    let Some(address) = node.object(name) else {
        return;
    };
    let parts: Vec<String> = ADDRESS
        .iter()
        .filter_map(|part| address.text(part))
        .collect();
    let mut fields = Fields::new().with(Field::Holder, node.frame.key.digest(&parts.join("\n")));
    address.put(&mut fields, Field::Country, "countryCode");
    items.push(id, fields);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{DigestKey, Field, StateGroup};

    use crate::amazon::sample::{KEY, answer};

    const BODY: &str = r#"{"payload":{"businessType":"PRIVATE_LIMITED","sellingPlan":"PROFESSIONAL",
        "marketplaceParticipationList":[{"marketplace":{"id":"A1"},"storeName":"S","participation":{"isParticipating":true}}],
        "business":{"name":"BestSeller Inc.","nonLatinName":"ベスト","registeredBusinessAddress":{"addressLine1":"123 Main St","city":"Seattle","countryCode":"US"},
            "companyRegistrationNumber":"123456789","companyTaxIdentificationNumber":"987654321"},
        "primaryContact":{"name":"John Doe","address":{"addressLine1":"456 Oak St","countryCode":"US"}}}}"#;

    #[test]
    fn every_part_of_the_identity_is_a_thing_with_a_digest() {
        let reading = answer("getAccount", BODY);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let [identity, stores] = &reading.states[..] else {
            panic!("two states");
        };
        let ids: Vec<&str> = identity.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "business_type",
                "selling_plan",
                "business_name",
                "business_name_non_latin",
                "registered_address",
                "company_number",
                "tax_id",
                "primary_contact",
                "primary_contact_address"
            ]
        );
        let name = DigestKey::new(KEY).digest("bestseller inc.");
        assert_eq!(
            identity.items[2].fields.text(Field::Holder),
            Some(name.as_str())
        );
        assert_eq!(identity.items[4].fields.text(Field::Country), Some("US"));
        assert_eq!(stores.group, StateGroup::Stores);
    }

    #[test]
    fn no_private_word_is_kept() {
        let kept = serde_json::to_string(&answer("getAccount", BODY)).expect("json");
        for private in [
            "BestSeller Inc",
            "John",
            "Doe",
            "Main St",
            "Oak",
            "123456789",
            "987654321",
            "Seattle",
        ] {
            assert!(!kept.contains(private), "{private}");
        }
    }
}
