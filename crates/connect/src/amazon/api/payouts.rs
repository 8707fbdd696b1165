//! `listExpectedPayouts` and `listPayouts`: what is due, and what is on its way or done.

use std::collections::BTreeMap;

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use crate::amazon::frame::Items;
use crate::amazon::node::Node;

/// Payouts that are due, one state a store.
pub(super) fn read_expected(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let payouts = answer.main_list("expectedPayouts");
    let complete =
        payouts.whole && !answer.has("nextToken") && frame.asked_for_all(&["marketplaceIds"]);
    let mut stores: BTreeMap<Option<String>, Items> = BTreeMap::new();
    if complete {
        let asked = frame.asked_stores().into_iter().map(Some);
        stores.extend(asked.map(|store| (store, Items::new(true))));
    }
    for payout in &payouts.nodes {
        let (store, account_type, mut fields) = partner(payout);
        payout.put(&mut fields, Field::Status, "status");
        payout.put_time(&mut fields, Field::Scheduled, "scheduledDate");
        put_details(payout, &mut fields);
        let id = format!("{}/{account_type}", store.as_deref().unwrap_or("?"));
        let items = stores.entry(store).or_insert_with(|| Items::new(complete));
        items.push(id, fields);
    }
    for (store, items) in stores {
        reading
            .states
            .push(frame.state(StateGroup::ExpectedPayouts, store, items));
    }
}

/// Payouts that were started. A span of time is always asked for, so never complete.
pub(super) fn read(answer: &Node<'_>, reading: &mut Reading) {
    let frame = answer.frame;
    let mut stores: BTreeMap<Option<String>, Items> = BTreeMap::new();
    for payout in &answer.main_list("payouts").nodes {
        let Some(id) = payout.text("id") else {
            payout.problem("has no id; left out");
            continue;
        };
        let (store, _, mut fields) = partner(payout);
        payout.put(&mut fields, Field::Status, "currentStatus");
        payout.put(&mut fields, Field::Type, "type");
        payout.put(&mut fields, Field::Rail, "paymentRail");
        payout.put(&mut fields, Field::Trace, "traceId");
        payout.put_time(&mut fields, Field::Created, "creationDate");
        put_details(payout, &mut fields);
        put_last_status(payout, &mut fields);
        stores
            .entry(store)
            .or_insert_with(|| Items::new(false))
            .push(id, fields);
    }
    for (store, items) in stores {
        reading
            .states
            .push(frame.state(StateGroup::Payouts, store, items));
    }
}

/// Store, account type and the fields that say so.
fn partner(payout: &Node<'_>) -> (Option<String>, String, Fields) {
    let mut fields = Fields::new();
    let partner = payout.object("partnerMetadata");
    let word = |name| partner.as_ref().and_then(|partner| partner.text(name));
    let account_type = word("accountType");
    fields.set_if(Field::AccountType, account_type.clone());
    let store = word("marketplaceId").or_else(|| payout.frame.asked_store());
    (
        store,
        account_type.unwrap_or_else(|| "?".to_owned()),
        fields,
    )
}

/// What both kinds of payouts tell.
fn put_details(payout: &Node<'_>, fields: &mut Fields) {
    payout.put_money(fields, "amount");
    payout.put(fields, Field::Tail, "accountTail");
    payout.put(fields, Field::Method, "paymentMethod");
    if let Some(period) = payout.object("period") {
        period.put_time(fields, Field::Since, "startDate");
        period.put_time(fields, Field::Until, "endDate");
    }
    for related in &payout.list("relatedIdentifiers").nodes {
        if related.text("relatedIdentifierName").as_deref() == Some("SETTLEMENT_ID") {
            related.put(fields, Field::Settlement, "relatedIdentifierValue");
        }
    }
}

/// The time of the newest status, and why a payout failed.
fn put_last_status(payout: &Node<'_>, fields: &mut Fields) {
    let history = payout.list("statusHistory").nodes;
    let newest = history
        .iter()
        .max_by_key(|entry| entry.time("lastUpdatedDate"));
    if let Some(newest) = newest {
        newest.put_time(fields, Field::Updated, "lastUpdatedDate");
    }
    for entry in &history {
        entry.put(fields, Field::Reason, "failureReason");
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, StateGroup};

    use crate::amazon::sample::{answer, asked};

    const EXPECTED: &str = r#"{"expectedPayouts":[{"partnerMetadata":{"partnerId":"A1","accountType":"STANDARD_ORDERS",
        "marketplaceId":"ATVPDKIKX0DER"},"amount":{"currencyCode":"USD","currencyAmount":2547.89},"status":"SCHEDULED",
        "scheduledDate":"2026-11-03T14:00:00Z","accountTail":"1234","paymentMethod":"BANK_ACCOUNT",
        "relatedIdentifiers":[{"relatedIdentifierName":"SETTLEMENT_ID","relatedIdentifierValue":"S1"}]}]}"#;

    #[test]
    fn an_expected_payout_names_its_tail_and_date() {
        let reading = asked(
            "listExpectedPayouts",
            r#"{"marketplaceIds":["ATVPDKIKX0DER","A2EUQ1WTGCTBG2"]}"#,
            EXPECTED,
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let states: Vec<_> = reading
            .states
            .iter()
            .map(|state| (state.store.as_deref(), state.items.len(), state.complete))
            .collect();
        assert_eq!(
            states,
            [
                (Some("A2EUQ1WTGCTBG2"), 0, true),
                (Some("ATVPDKIKX0DER"), 1, true)
            ]
        );
        let item = &reading.states[1].items[0];
        assert_eq!(item.id, "ATVPDKIKX0DER/STANDARD_ORDERS");
        assert_eq!(item.fields.text(Field::Tail), Some("1234"));
        assert_eq!(
            item.fields.text(Field::Scheduled),
            Some("2026-11-03T14:00:00Z")
        );
        assert_eq!(item.fields.number(Field::Amount), Some(2547.89));
        assert_eq!(item.fields.text(Field::Settlement), Some("S1"));
    }

    #[test]
    fn a_page_of_several_is_not_complete() {
        let more = EXPECTED.replacen('{', r#"{"nextToken":"t","#, 1);
        assert!(!answer("listExpectedPayouts", &more).states[0].complete);
        let later = asked("listExpectedPayouts", r#"{"nextToken":"t"}"#, EXPECTED);
        assert!(!later.states[0].complete);
    }

    #[test]
    fn a_failed_payout_says_when_and_why() {
        let reading = answer(
            "LISTPAYOUTS",
            r#"{"payouts":[{"id":"9","currentStatus":"FAILED","type":"ON_DEMAND",
            "statusHistory":[{"status":"FAILED","lastUpdatedDate":"2026-10-02T12:00:00Z","failureReason":"CLOSED"},
                             {"status":"STARTED","lastUpdatedDate":"2026-10-01T00:00:00Z"}],
            "accountTail":"1234","paymentRail":"ACH","traceId":"T","creationDate":"2026-10-01T00:00:00Z"}, {"type":"x"}]}"#,
        );
        let state = &reading.states[0];
        assert_eq!(state.group, StateGroup::Payouts);
        assert!(!state.complete);
        let fields = &state.items[0].fields;
        assert_eq!(fields.text(Field::Updated), Some("2026-10-02T12:00:00Z"));
        assert_eq!(fields.text(Field::Reason), Some("CLOSED"));
        assert_eq!(fields.text(Field::Type), Some("ON_DEMAND"));
        assert_eq!(reading.problems[0].place, "payouts[1]");
    }
}
