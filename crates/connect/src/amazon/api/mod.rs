//! Answers of Amazon's Selling Partner API: which operation is read by which function.
//!
//! An operation is known by its name in any letter case or, where the name is missing or
//! means two operations, by the shape of its body. Refused questions are in `refusal`.

mod balances;
mod event_groups;
mod financial_events;
mod identity;
mod listings;
mod order_metrics;
mod orders;
mod participations;
mod payment_methods;
mod payouts;
mod refusal;
mod subscriptions;
mod transactions;
mod wallet;

use std::borrow::Cow;

use sellkeep_model::Reading;
use serde_json::Value as Json;

use super::frame::Frame;
use super::node::{Node, member};

pub(super) use listings::status;
pub(super) use orders::Order;
pub(super) use transactions::posted;

/// Reads one operation's answer.
type Read = fn(&Node<'_>, &mut Reading);

/// An operation that we read.
struct Operation {
    /// Its official name.
    name: &'static str,
    /// Whether a body looks like its answer.
    looks: fn(&Json) -> bool,
    read: Read,
}

/// Every operation that is read. Where two match, the earlier one wins.
const OPERATIONS: &[Operation] = &[
    operation(
        "getPaymentMethods",
        |body| has(body, &["paymentMethods"]),
        payment_methods::read,
    ),
    operation(
        "listExpectedPayouts",
        |body| has(body, &["expectedPayouts"]),
        payouts::read_expected,
    ),
    operation("listPayouts", |body| has(body, &["payouts"]), payouts::read),
    operation(
        "listAccountBalances",
        wallet::looks_like_balances,
        wallet::read_balances,
    ),
    operation(
        "listBalances",
        |body| has(body, &["balances"]),
        balances::read,
    ),
    operation(
        "listAccountTransactions",
        |body| has(body, &["transactions"]),
        wallet::read_transactions,
    ),
    operation(
        "getTransaction",
        |body| has(body, &["transactionDestinationAccount"]) && has(body, &["transactionId"]),
        wallet::read_transaction,
    ),
    operation(
        "listTransferSchedules",
        |body| has(body, &["transferSchedules"]),
        wallet::read_schedules,
    ),
    operation(
        "getTransferSchedule",
        |body| has(body, &["transferScheduleId"]),
        wallet::read_schedule,
    ),
    operation(
        "listAccounts",
        |body| has(body, &["accounts"]),
        wallet::read_accounts,
    ),
    operation(
        "getAccount",
        |body| has(body, &["bankAccountNumberTail"]) || has(body, &["bankAccountHolderStatus"]),
        wallet::read_account,
    ),
    operation(
        "listTransactions",
        |body| has(body, &["payload", "transactions"]),
        transactions::read,
    ),
    operation(
        "listFinancialEventGroups",
        |body| has(body, &["payload", "FinancialEventGroupList"]),
        event_groups::read,
    ),
    operation(
        "listFinancialEvents",
        |body| has(body, &["payload", "FinancialEvents"]),
        financial_events::read,
    ),
    operation(
        "listFinancialEventsByGroupId",
        |_| false,
        financial_events::read,
    ),
    operation(
        "listFinancialEventsByOrderId",
        |_| false,
        financial_events::read,
    ),
    operation(
        "getAccount",
        |body| {
            has(body, &["payload", "businessType"])
                || has(body, &["payload", "marketplaceParticipationList"])
        },
        identity::read,
    ),
    operation(
        "getMarketplaceParticipations",
        |body| first_has(body, "participation"),
        participations::read,
    ),
    operation(
        "searchListingsItems",
        |body| has(body, &["items"]) && has(body, &["numberOfResults"]),
        listings::read_search,
    ),
    operation(
        "getListingsItem",
        |body| has(body, &["sku"]),
        listings::read_item,
    ),
    operation(
        "getOrderMetrics",
        |body| first_has(body, "unitCount"),
        order_metrics::read,
    ),
    operation(
        "searchOrders",
        |body| has(body, &["orders"]),
        orders::read_search,
    ),
    operation(
        "getOrders",
        |body| has(body, &["payload", "Orders"]),
        orders::read_v0,
    ),
    operation(
        "getOrder",
        |body| has(body, &["payload", "AmazonOrderId"]),
        orders::read_v0_one,
    ),
    operation(
        "getOrder",
        |body| has(body, &["order", "orderId"]),
        orders::read_one,
    ),
    operation(
        "getSubscriptions",
        |body| has(body, &["payload", "subscriptions"]),
        subscriptions::read_many,
    ),
    operation(
        "getSubscription",
        |body| has(body, &["payload", "subscriptionId"]),
        subscriptions::read_one,
    ),
    operation("getSubscriptionById", |_| false, subscriptions::read_one),
    operation(
        "getDestinations",
        |body| first_has(body, "destinationId"),
        subscriptions::read_destinations,
    ),
];

/// Operations whose answers hold nothing that we watch. The bodies of some hold
/// secrets (tokens, signed addresses), so not even their names are looked at.
const NOTHING_TO_READ: &[&str] = &[
    "cancelReport",
    "cancelReportSchedule",
    "createDestination",
    "createReport",
    "createReportSchedule",
    "createSubscription",
    "deleteDestination",
    "deleteSubscriptionById",
    "getAccessToken",
    "getDestination",
    "getFeed",
    "getFeedDocument",
    "getFeeds",
    "getInvoice",
    "getInvoiceHeaders",
    "getReport",
    "getReportDocument",
    "getReports",
    "getReportSchedule",
    "getReportSchedules",
    "getTransferPreview",
    "listSummary",
    "lwa",
    "refreshToken",
    "rotateApplicationClientSecret",
    "sendTestNotification",
    "token",
];

const fn operation(name: &'static str, looks: fn(&Json) -> bool, read: Read) -> Operation {
    Operation { name, looks, read }
}

/// What stands in an answer.
pub(super) fn read(frame: &Frame<'_>, reading: &mut Reading) {
    if refusal::is_one_without_a_body(frame) {
        refusal::read(frame, &Json::Null, reading);
        return;
    }
    let Some(body) = super::json(frame.record, frame.problems) else {
        nothing(frame);
        return;
    };
    if refusal::is_one(frame, &body) {
        refusal::read(frame, &body, reading);
        return;
    }
    match find(&frame.operation, &body) {
        Some(operation) => {
            let named = Frame {
                operation: Cow::Borrowed(operation.name),
                ..*frame
            };
            (operation.read)(&Node::root(&named, &body), reading);
        }
        None if is_token(&body) => {}
        None => nothing(frame),
    }
}

/// An answer that is not read: understood as harmless, or not known.
fn nothing(frame: &Frame<'_>) {
    let asked = plain(&frame.operation);
    if NOTHING_TO_READ.iter().any(|name| plain(name) == asked) {
        frame
            .problems
            .remark("operation", "its answer holds nothing that is watched");
        return;
    }
    if frame.record.body.is_null() {
        frame.problems.note("body", "is empty; nothing was read");
        return;
    }
    frame.problems.note(
        "operation",
        "neither its name nor its shape is one that we read; the record is kept",
    );
}

/// The operation of a name; where a name means several, the one whose shape it has.
fn find(name: &str, body: &Json) -> Option<&'static Operation> {
    let asked = plain(name);
    if NOTHING_TO_READ.iter().any(|name| plain(name) == asked) {
        return None;
    }
    let named = || {
        OPERATIONS
            .iter()
            .filter(|operation| plain(operation.name) == asked)
    };
    let by_both = named().find(|operation| (operation.looks)(body));
    let by_shape = || OPERATIONS.iter().find(|operation| (operation.looks)(body));
    by_both.or_else(|| named().next()).or_else(by_shape)
}

/// A name without letter case, and without what clients put before it (`sellers.getAccount`).
fn plain(name: &str) -> String {
    let last = name.rsplit(['.', '/', ':']).next().unwrap_or(name);
    let signs = last.chars().filter(char::is_ascii_alphanumeric);
    signs.map(|sign| sign.to_ascii_lowercase()).collect()
}

/// Whether a path of names leads somewhere.
fn has(body: &Json, names: &[&str]) -> bool {
    let step = |value, name: &&str| member(value, name);
    names.iter().try_fold(body, step).is_some()
}

/// Whether the answer is a list (bare or below `payload`) whose first thing has a name.
fn first_has(body: &Json, name: &str) -> bool {
    let list = member(body, "payload").unwrap_or(body).as_array();
    list.and_then(|list| list.first())
        .is_some_and(|first| member(first, name).is_some())
}

/// Whether it is an answer of the sign-in service: it holds secrets and nothing else.
fn is_token(body: &Json) -> bool {
    has(body, &["access_token"]) || has(body, &["restrictedDataToken"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_any_letter_case_and_with_a_prefix() {
        let body = serde_json::json!({"paymentMethods": []});
        for name in [
            "getPaymentMethods",
            "GETPAYMENTMETHODS",
            "transfers.getpaymentmethods",
            "",
        ] {
            assert_eq!(
                find(name, &body).map(|found| found.name),
                Some("getPaymentMethods"),
                "{name}"
            );
        }
    }

    #[test]
    fn two_operations_of_one_name_are_told_apart_by_shape() {
        let bank = serde_json::json!({"accountId": "a", "bankAccountNumberTail": "000"});
        let seller = serde_json::json!({"payload": {"businessType": "PRIVATE_LIMITED"}});
        let is = |body: &Json, read: Read| {
            find("getAccount", body).is_some_and(|found| std::ptr::fn_addr_eq(found.read, read))
        };
        assert!(is(&bank, wallet::read_account) && !is(&bank, identity::read));
        assert!(is(&seller, identity::read) && !is(&seller, wallet::read_account));
    }
}
