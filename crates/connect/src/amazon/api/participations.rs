//! `getMarketplaceParticipations`: the stores the account sells in.

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::{List, Node};

/// One state of all stores; the answer is a list, bare or below `payload`.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    stores(&answer.payload().things(), answer, reading);
}

/// The state of a list of participations.
pub(super) fn stores(list: &List<'_>, answer: &Node<'_>, reading: &mut Reading) {
    let mut items = Items::new(list.whole);
    for entry in &list.nodes {
        let marketplace = entry.object("marketplace");
        let Some(id) = marketplace.as_ref().and_then(|node| node.text("id")) else {
            entry.problem("names no marketplace; left out");
            items.complete = false;
            continue;
        };
        items.push(id, fields(entry, marketplace.as_ref()));
    }
    if !items.says_nothing() {
        reading
            .states
            .push(answer.frame.state(StateGroup::Stores, None, items));
    }
}

fn fields(entry: &Node<'_>, marketplace: Option<&Node<'_>>) -> Fields {
    let mut fields = Fields::new();
    entry.put(&mut fields, Field::Name, "storeName");
    if let Some(marketplace) = marketplace {
        marketplace.put(&mut fields, Field::Country, "countryCode");
        marketplace.put(&mut fields, Field::Currency, "defaultCurrencyCode");
        marketplace.put(&mut fields, Field::Domain, "domainName");
    }
    if let Some(participation) = entry.object("participation") {
        fields.set_if(Field::Participating, participation.flag("isParticipating"));
        fields.set_if(Field::Suspended, participation.flag("hasSuspendedListings"));
    }
    fields
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, StateGroup};

    use crate::amazon::sample::answer;

    const STORE: &str = r#"{"marketplace":{"id":"ATVPDKIKX0DER","countryCode":"US","defaultCurrencyCode":"USD"},
        "storeName":"BestSellerStore","participation":{"isParticipating":true,"hasSuspendedListings":false}}"#;

    #[test]
    fn the_list_may_be_bare_or_wrapped() {
        let bare = answer("getMarketplaceParticipations", &format!("[{STORE}]"));
        let wrapped = answer("", &format!(r#"{{"payload":[{STORE}]}}"#));
        assert_eq!(bare, wrapped);
        let state = &bare.states[0];
        assert_eq!((state.group, state.complete), (StateGroup::Stores, true));
        assert_eq!(state.items[0].id, "ATVPDKIKX0DER");
        assert_eq!(
            state.items[0].fields.text(Field::Name),
            Some("BestSellerStore")
        );
        assert_eq!(state.items[0].fields.flag(Field::Participating), Some(true));
        assert_eq!(state.items[0].fields.flag(Field::Suspended), Some(false));
    }

    #[test]
    fn a_store_without_an_id_makes_the_list_incomplete() {
        let reading = answer(
            "getMarketplaceParticipations",
            &format!(r#"{{"payload":[{STORE},{{"storeName":"x"}}]}}"#),
        );
        assert!(!reading.states[0].complete);
        assert_eq!(reading.problems[0].place, "payload[1]");
    }
}
