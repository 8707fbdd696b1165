//! Seller Wallet: destination accounts, balances, transfers, standing transfers.
//!
//! A new destination account or a new standing transfer is the wallet's form of a
//! redirected payout. The purpose text of a transfer is not kept: people write names in it.

use sellkeep_model::{Field, Fields, Reading, StateGroup, masked};
use serde_json::Value as Json;

use crate::amazon::frame::Items;
use crate::amazon::node::{List, Node, member};

/// `listAccounts`.
pub(super) fn read_accounts(answer: &Node<'_>, reading: &mut Reading) {
    let list = answer.main_list("accounts");
    push(
        answer,
        StateGroup::WalletAccounts,
        &list,
        "accountId",
        account,
        reading,
    );
}

/// `getAccount` of the wallet.
pub(super) fn read_account(answer: &Node<'_>, reading: &mut Reading) {
    push_one(
        answer,
        StateGroup::WalletAccounts,
        "accountId",
        account,
        reading,
    );
}

/// `listAccountTransactions`.
pub(super) fn read_transactions(answer: &Node<'_>, reading: &mut Reading) {
    let list = answer.main_list("transactions");
    push(
        answer,
        StateGroup::WalletTransfers,
        &list,
        "transactionId",
        transfer,
        reading,
    );
}

/// `getTransaction`.
pub(super) fn read_transaction(answer: &Node<'_>, reading: &mut Reading) {
    push_one(
        answer,
        StateGroup::WalletTransfers,
        "transactionId",
        transfer,
        reading,
    );
}

/// `listTransferSchedules`.
pub(super) fn read_schedules(answer: &Node<'_>, reading: &mut Reading) {
    let list = answer.main_list("transferSchedules");
    push(
        answer,
        StateGroup::WalletSchedules,
        &list,
        "transferScheduleId",
        schedule,
        reading,
    );
}

/// `getTransferSchedule`.
pub(super) fn read_schedule(answer: &Node<'_>, reading: &mut Reading) {
    push_one(
        answer,
        StateGroup::WalletSchedules,
        "transferScheduleId",
        schedule,
        reading,
    );
}

/// `listAccountBalances`: not kept, because the wallet's total would be taken for what the
/// next payout brings. What leaves the wallet is watched as transfers.
pub(super) fn read_balances(answer: &Node<'_>, _reading: &mut Reading) {
    let says = "the wallet's balances are not watched, its transfers are";
    answer.frame.problems.remark("balances", says);
}

/// Whether balances are the wallet's: they name its account.
pub(super) fn looks_like_balances(body: &Json) -> bool {
    let balances = member(body, "balances").and_then(Json::as_array);
    let first = balances.and_then(|balances| balances.first());
    first.is_some_and(|first| member(first, "balanceAmount").is_some())
}

type Details = fn(&Node<'_>) -> Fields;

fn push(
    answer: &Node<'_>,
    group: StateGroup,
    list: &List<'_>,
    id: &str,
    details: Details,
    reading: &mut Reading,
) {
    let frame = answer.frame;
    let one_page = !answer.has("nextPageToken") && !answer.has("nextToken");
    let all = frame.asked_for_all(&["accountId", "marketplaceId"]);
    let past = group == StateGroup::WalletTransfers;
    let mut items = Items::new(list.whole && one_page && all && !past);
    for node in &list.nodes {
        if let Some(id) = node.text(id) {
            items.push(id, details(node));
        } else {
            node.problem("has no id; left out");
            items.complete = false;
        }
    }
    if !items.says_nothing() {
        reading
            .states
            .push(frame.state(group, frame.asked_store(), items));
    }
}

fn push_one(
    answer: &Node<'_>,
    group: StateGroup,
    id: &str,
    details: Details,
    reading: &mut Reading,
) {
    let list = List {
        nodes: vec![answer.clone()],
        whole: false,
    };
    push(answer, group, &list, id, details, reading);
}

fn account(node: &Node<'_>) -> Fields {
    let mut fields = Fields::new();
    node.put(&mut fields, Field::Bank, "bankName");
    node.put(&mut fields, Field::Tail, "bankAccountNumberTail");
    node.put(&mut fields, Field::Country, "accountCountryCode");
    node.put(&mut fields, Field::Currency, "accountCurrency");
    node.put(&mut fields, Field::Status, "bankAccountHolderStatus");
    node.put(&mut fields, Field::Type, "bankAccountOwnershipType");
    node.frame
        .holder(&mut fields, node.text("accountHolderName").as_deref());
    fields
}

fn transfer(node: &Node<'_>) -> Fields {
    let mut fields = destination(node);
    node.put(&mut fields, Field::Type, "transactionType");
    node.put(&mut fields, Field::Status, "transactionStatus");
    node.put(&mut fields, Field::App, "transactionRequesterSource");
    node.put(&mut fields, Field::Reason, "transactionFailureReason");
    node.put_time(&mut fields, Field::Created, "transactionRequestDate");
    node.put_time(&mut fields, Field::Scheduled, "expectedCompletionDate");
    node.put_time(&mut fields, Field::Updated, "lastUpdateDate");
    node.put_money(&mut fields, "transactionRequestAmount");
    if let Some(name) = node.text("requesterName") {
        fields.set(Field::Actor, masked(&name));
        fields.set(Field::UserDigest, node.frame.key.digest(&name));
    }
    fields
}

fn schedule(node: &Node<'_>) -> Fields {
    let mut fields = destination(node);
    node.put(&mut fields, Field::Status, "transferScheduleStatus");
    if let Some(preference) = node.object("paymentPreference") {
        preference.put(&mut fields, Field::Type, "paymentPreferencePaymentType");
        let is_share = fields.text(Field::Type) == Some("PERCENTAGE");
        let field = if is_share {
            Field::Share
        } else {
            Field::Amount
        };
        fields.set_if(field, preference.number("value"));
    }
    if let Some(information) = node.object("transferScheduleInformation") {
        information.put_time(&mut fields, Field::Since, "scheduleStartDate");
        information.put_time(&mut fields, Field::Until, "scheduleEndDate");
        if let Some(expression) = information.object("scheduleExpression") {
            let words = ["scheduleExpressionType", "recurringFrequency"];
            let words: Vec<String> = words
                .iter()
                .filter_map(|name| expression.text(name))
                .collect();
            fields.set(Field::Every, words.join(" "));
        }
    }
    fields
}

/// Where the money goes.
fn destination(node: &Node<'_>) -> Fields {
    let mut fields = Fields::new();
    if let Some(account) = node.object("transactionDestinationAccount") {
        account.put(&mut fields, Field::Bank, "bankName");
        account.put(&mut fields, Field::Tail, "bankAccountNumberTail");
        account.put(&mut fields, Field::Country, "bankAccountCountryCode");
        account.put(&mut fields, Field::Currency, "bankAccountCurrency");
        account.put(&mut fields, Field::Destination, "accountId");
        node.frame.holder(
            &mut fields,
            account.text("bankAccountHolderName").as_deref(),
        );
    }
    fields
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{Field, StateGroup};

    use crate::amazon::sample::{answer, asked};

    const TO: &str = r#""transactionDestinationAccount":{"bankAccountHolderName":"Dane Shipping","bankName":"Royal Bank",
        "bankAccountNumberTail":"819","bankAccountCurrency":"GBP","bankAccountCountryCode":"UK"}"#;

    #[test]
    fn an_account_list_is_complete_and_one_account_is_not() {
        let account = r#"{"accountId":"a1","bankName":"Amazon Seller Wallet","bankAccountNumberTail":"000","bankAccountHolderStatus":"ACTIVE"}"#;
        let request = r#"{"marketplaceId":"A1"}"#;
        let list = asked(
            "listAccounts",
            request,
            &format!(r#"{{"accounts":[{account}]}}"#),
        );
        let one = asked("getAccount", request, account);
        assert!(list.problems.is_empty() && one.problems.is_empty());
        assert!(list.states[0].complete && !one.states[0].complete);
        assert_eq!(list.states[0].items, one.states[0].items);
        assert_eq!(one.states[0].group, StateGroup::WalletAccounts);
    }

    #[test]
    fn a_transfer_names_its_destination_by_digest() {
        let reading = answer(
            "listAccountTransactions",
            &format!(
                r#"{{"transactions":[{{"transactionId":"t1","transactionType":"DEBIT",
            "transactionStatus":"IN_PROGRESS","transactionRequestDate":"2026-09-26T02:32:59Z","requesterName":"Tpp Org","transactionRequesterSource":"TPP",
            "transactionDescription":"for Mia","transactionRequestAmount":{{"currencyCode":"EUR","currencyAmount":500.0}},{TO}}}]}}"#
            ),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let fields = &reading.states[0].items[0].fields;
        assert_eq!(fields.text(Field::Tail), Some("819"));
        assert_eq!(fields.text(Field::Currency), Some("EUR"));
        assert_eq!(fields.text(Field::Actor), Some("T… O…"));
        assert!(!reading.states[0].complete);
        let kept = serde_json::to_string(&reading).expect("json");
        assert!(!kept.contains("Dane") && !kept.contains("Mia"), "{kept}");
    }

    #[test]
    fn a_standing_transfer_says_how_much_and_how_often() {
        let reading = answer(
            "listTransferSchedules",
            &format!(
                r#"{{"transferSchedules":[{{"transferScheduleId":"s1","transferScheduleStatus":"ENABLED",
            "transferScheduleInformation":{{"scheduleStartDate":"2026-03-01T00:00:00Z","scheduleExpression":{{"scheduleExpressionType":"RECURRING","recurringFrequency":"WEEKLY"}}}},
            "paymentPreference":{{"paymentPreferencePaymentType":"PERCENTAGE","value":25.5}},{TO}}}]}}"#
            ),
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let fields = &reading.states[0].items[0].fields;
        assert_eq!(fields.text(Field::Every), Some("RECURRING WEEKLY"));
        assert_eq!(fields.number(Field::Share), Some(25.5));
        assert_eq!(fields.text(Field::Country), Some("UK"));
    }

    #[test]
    fn wallet_balances_are_not_taken_for_the_account_s() {
        for name in ["", "listAccountBalances"] {
            let reading = answer(
                name,
                r#"{"balances":[{"accountId":"a","balanceType":"TOTAL","balanceAmount":123.45}]}"#,
            );
            assert!(reading.states.is_empty(), "{reading:?}");
            assert!(reading.problems.iter().all(|problem| problem.harmless));
        }
    }
}
