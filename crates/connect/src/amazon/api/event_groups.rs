//! `listFinancialEventGroups` (v0): past payouts with the ending they went to, and the open group.
//!
//! The ending shows only when money has moved or is moving: good history, late alarm.

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Groups whose money moved are payouts; an open one is a balance.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let mut payouts = Items::new(false);
    let mut balances = Items::new(false);
    for group in &answer.payload().main_list("FinancialEventGroupList").nodes {
        let Some(id) = group.text("FinancialEventGroupId") else {
            group.problem("has no id; left out");
            continue;
        };
        let fields = fields(group);
        if is_open(group) {
            let currency = fields.text(Field::Currency).unwrap_or("?").to_owned();
            balances.push(format!("OPEN/{currency}"), fields);
        } else {
            payouts.push(id, fields);
        }
    }
    for (group, items) in [
        (StateGroup::Payouts, payouts),
        (StateGroup::Balances, balances),
    ] {
        if !items.says_nothing() {
            reading
                .states
                .push(frame.state(group, frame.asked_store(), items));
        }
    }
}

fn is_open(group: &Node<'_>) -> bool {
    let open = group
        .text("ProcessingStatus")
        .is_some_and(|word| word.eq_ignore_ascii_case("Open"));
    open && !group.has("AccountTail") && !group.has("FundTransferDate")
}

fn fields(group: &Node<'_>) -> Fields {
    let mut fields = Fields::new();
    let status = group
        .text("FundTransferStatus")
        .or_else(|| group.text("ProcessingStatus"));
    fields.set_if(Field::Status, status);
    group.put(&mut fields, Field::Tail, "AccountTail");
    group.put(&mut fields, Field::Trace, "TraceId");
    group.put_time(&mut fields, Field::Created, "FundTransferDate");
    group.put_time(&mut fields, Field::Since, "FinancialEventGroupStart");
    group.put_time(&mut fields, Field::Until, "FinancialEventGroupEnd");
    group.put_money(&mut fields, "OriginalTotal");
    fields
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, StateGroup};

    use crate::amazon::sample::answer;

    #[test]
    fn closed_groups_are_payouts_and_the_open_one_a_balance() {
        let reading = answer(
            "listfinancialeventgroups",
            r#"{"payload":{"FinancialEventGroupList":[
            {"FinancialEventGroupId":"g1","ProcessingStatus":"Closed","FundTransferStatus":"Succeeded","AccountTail":"4854564857",
             "FundTransferDate":"2020-02-07T14:38:42.128Z","TraceId":"T","OriginalTotal":{"CurrencyCode":"USD","CurrencyAmount":10.34}},
            {"FinancialEventGroupId":"g2","ProcessingStatus":"Open","OriginalTotal":{"CurrencyCode":"USD","CurrencyAmount":99.5}}]}}"#,
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let [payouts, balances] = &reading.states[..] else {
            panic!("two states");
        };
        assert_eq!(
            payouts.items[0].fields.text(Field::Tail),
            Some("4854564857")
        );
        assert_eq!(
            payouts.items[0].fields.text(Field::Status),
            Some("Succeeded")
        );
        assert_eq!(balances.group, StateGroup::Balances);
        assert_eq!(balances.items[0].id, "OPEN/USD");
        assert_eq!(balances.items[0].fields.number(Field::Amount), Some(99.5));
    }
}
