//! Deposit methods, payouts, balances, financial events.

use serde_json::{Value as Json, json};

use super::{Answer, Question, page, wrong};
use crate::seller::{Method, Payout, Seller};

/// Payouts on a page.
const PAYOUTS_A_PAGE: usize = 5;

pub fn payment_methods(seller: &mut Seller, question: &Question) -> Answer {
    let store = question.word("marketplaceId");
    if !seller.stores.iter().any(|known| known == store) {
        return wrong("marketplaceId is missing or none of the seller's");
    }
    // The views of the money lag behind.
    let shop = seller.shop(question.seen - seller.lag, question.now);
    let methods: Vec<Json> = shop.methods.iter().map(method).collect();
    (200, json!({"paymentMethods": methods}))
}

fn method(method: &Method) -> Json {
    let mut json = json!({"accountHolderName": method.holder, "paymentMethodId": method.id,
        "tail": method.tail, "countryCode": method.country, "paymentMethodType": "BANK_ACCOUNT"});
    if method.default {
        json["assignmentType"] = json!("DEFAULT_DEPOSIT_METHOD");
    }
    json
}

pub fn expected_payouts(seller: &mut Seller, question: &Question) -> Answer {
    let shop = seller.shop(question.seen - seller.lag, question.now);
    let partner = partner(seller);
    let due = match shop.payout_due {
        Some(due) => json!({"partnerMetadata": partner, "status": "SCHEDULED",
            "amount": {"currencyCode": seller.currency, "currencyAmount": shop.payout_amount},
            "scheduledDate": due.to_string(), "accountTail": shop.payout_tail, "paymentMethod": "BANK_ACCOUNT"}),
        None => json!({"partnerMetadata": partner, "status": "NO_PAYOUT_EXPECTED"}),
    };
    (200, json!({"expectedPayouts": [due]}))
}

fn partner(seller: &Seller) -> Json {
    json!({"partnerId": seller.id, "accountType": "STANDARD_ORDERS", "marketplaceId": seller.stores[0]})
}

/// Pages may be empty and have a token all the same, as Amazon documents.
pub fn payouts(seller: &mut Seller, question: &Question, empty_pages: bool) -> Answer {
    const AFTER_EMPTY: &str = "page-0";
    let token = question.word("nextToken");
    if empty_pages && token.is_empty() {
        return (200, json!({"payouts": [], "nextToken": AFTER_EMPTY}));
    }
    let shop = seller.shop(question.seen, question.now);
    let since = question.time("createdAfter");
    let wanted = shop
        .payouts
        .iter()
        .filter(|payout| since.is_none_or(|since| payout.at >= since));
    let payouts = wanted.map(|one| payout(seller, one)).collect();
    match page(payouts, token, PAYOUTS_A_PAGE) {
        Ok((payouts, None)) => (200, json!({"payouts": payouts})),
        Ok((payouts, next)) => (200, json!({"payouts": payouts, "nextToken": next})),
        Err(wrong) => wrong,
    }
}

fn payout(seller: &Seller, payout: &Payout) -> Json {
    json!({"id": payout.id, "partnerMetadata": partner(seller), "currentStatus": "STARTED",
        "statusHistory": [{"status": "STARTED", "lastUpdatedDate": payout.at.to_string()}],
        "type": payout.kind, "amount": {"currencyCode": seller.currency, "currencyAmount": payout.amount},
        "accountTail": payout.tail, "paymentMethod": "BANK_ACCOUNT", "creationDate": payout.at.to_string()})
}

pub fn balances(seller: &mut Seller, question: &Question) -> Answer {
    let shop = seller.shop(question.seen, question.now);
    let money = |amount: f64| json!({"currencyCode": seller.currency, "currencyAmount": amount});
    let balance = |kind: &str, amount: f64| {
        json!({"partnerMetadata": partner(seller), "balanceType": kind, "amount": money(amount),
            "lastUpdatedTime": question.seen.to_string()})
    };
    let body = json!({"balances": [
        balance("AVAILABLE", shop.payout_amount), balance("TOTAL", shop.payout_amount * 1.3)]});
    (200, body)
}

pub fn event_groups(seller: &mut Seller, question: &Question) -> Answer {
    let shop = seller.shop(question.seen, question.now);
    let group = |payout: &Payout| {
        json!({"FinancialEventGroupId": format!("g-{}", payout.id), "ProcessingStatus": "Closed",
            "FundTransferStatus": "Succeeded", "FundTransferDate": payout.at.to_string(),
            "AccountTail": payout.tail,
            "OriginalTotal": {"CurrencyCode": seller.currency, "CurrencyAmount": payout.amount}})
    };
    let groups: Vec<Json> = shop.payouts.iter().map(group).collect();
    (200, json!({"payload": {"FinancialEventGroupList": groups}}))
}

pub fn events(seller: &mut Seller, question: &Question) -> Answer {
    let Some(since) = question.time("PostedAfter") else {
        return wrong("PostedAfter is missing");
    };
    if question.now.duration_since(since) < jiff::SignedDuration::from_mins(2) {
        return wrong("PostedAfter must be more than two minutes ago");
    }
    let shop = seller.shop(question.seen, question.now);
    let loans = shop.loans.iter().filter(|loan| loan.at >= since);
    let loans: Vec<Json> = loans
        .map(|loan| {
            json!({"LoanAmount": {"CurrencyCode": seller.currency, "CurrencyAmount": loan.amount},
            "SourceBusinessEventType": "LoanAdvance"})
        })
        .collect();
    (
        200,
        json!({"payload": {"FinancialEvents": {"LoanServicingEventList": loans}}}),
    )
}
