//! Records in the shapes of Amazon's interfaces (selling-partner-api-models, 2026-08).

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::{Record, id_of};
use serde_json::{Value as Json, json};

use crate::seller::Seller;

/// An answer of the API.
pub fn answer(
    seller: &Seller,
    at: Timestamp,
    operation: &str,
    request: &Json,
    body: Json,
) -> Record {
    Record {
        operation: Some(operation.to_owned()),
        request: request.as_object().cloned().unwrap_or_default(),
        status: Some(200),
        body,
        ..bare(seller, at, "amazon.api")
    }
}

/// A record with nothing but its place.
pub fn bare(seller: &Seller, at: Timestamp, source: &str) -> Record {
    Record {
        at,
        account: seller.id.clone(),
        source: source.to_owned(),
        operation: None,
        request: serde_json::Map::new(),
        status: None,
        body: Json::Null,
        headers: std::collections::BTreeMap::new(),
        signature: None,
        eml: None,
        eml_base64: None,
        folder: None,
        clock: false,
    }
}

/// One deposit method as `getPaymentMethods` shows it.
pub fn method(id: &str, tail: &str, country: &str, holder: &str, default: bool) -> Json {
    let mut method = json!({
        "paymentMethodId": id, "tail": tail, "countryCode": country,
        "accountHolderName": holder, "paymentMethodType": "BANK_ACCOUNT",
    });
    if default {
        method["assignmentType"] = json!("DEFAULT_DEPOSIT_METHOD");
    }
    method
}

/// `getPaymentMethods`.
pub fn payment_methods(seller: &Seller, at: Timestamp, methods: &[Json]) -> Record {
    let request = json!({"marketplaceId": seller.store});
    answer(
        seller,
        at,
        "getPaymentMethods",
        &request,
        json!({"paymentMethods": methods}),
    )
}

/// The seller's own deposit method.
pub fn own_method(seller: &Seller, default: bool) -> Json {
    method(
        &format!("pm-{}", seller.id),
        &seller.tail,
        seller.country,
        "Own Shop",
        default,
    )
}

/// `listExpectedPayouts`.
pub fn expected_payout(
    seller: &Seller,
    at: Timestamp,
    due: Timestamp,
    amount: f64,
    tail: &str,
) -> Record {
    let body = json!({"expectedPayouts": [{
        "partnerMetadata": {"partnerId": seller.id, "accountType": "STANDARD_ORDERS", "marketplaceId": seller.store},
        "amount": {"currencyCode": seller.currency, "currencyAmount": amount},
        "status": "SCHEDULED", "scheduledDate": due.to_string(),
        "accountTail": tail, "paymentMethod": "BANK_ACCOUNT",
    }]});
    answer(
        seller,
        at,
        "listExpectedPayouts",
        &json!({"marketplaceIds": [seller.store]}),
        body,
    )
}

/// `listPayouts` with one payout.
pub fn payout(
    seller: &Seller,
    at: Timestamp,
    id: &str,
    kind: &str,
    status: &str,
    amount: f64,
    tail: &str,
) -> Record {
    let body = json!({"payouts": [{
        "id": id,
        "partnerMetadata": {"partnerId": seller.id, "accountType": "STANDARD_ORDERS", "marketplaceId": seller.store},
        "currentStatus": status,
        "statusHistory": [{"status": status, "lastUpdatedDate": at.to_string()}],
        "type": kind,
        "amount": {"currencyCode": seller.currency, "currencyAmount": amount},
        "accountTail": tail, "paymentMethod": "BANK_ACCOUNT",
        "creationDate": at.to_string(),
    }]});
    answer(
        seller,
        at,
        "listPayouts",
        &json!({"marketplaceIds": [seller.store]}),
        body,
    )
}

/// `listBalances`.
pub fn balances(seller: &Seller, at: Timestamp, available: f64) -> Record {
    let money = |amount: f64| json!({"currencyCode": seller.currency, "currencyAmount": amount});
    let body = json!({"balances": [
        {"balanceType": "AVAILABLE", "amount": money(available)},
        {"balanceType": "TOTAL", "amount": money(available * 1.3)},
    ]});
    answer(
        seller,
        at,
        "listBalances",
        &json!({"marketplaceId": seller.store}),
        body,
    )
}

/// One listing as `searchListingsItems` shows it.
pub fn listing(
    seller: &Seller,
    sku: &str,
    created: Timestamp,
    changed: Timestamp,
    price: f64,
    quantity: u32,
) -> Json {
    json!({
        "sku": sku,
        "summaries": [{"marketplaceId": seller.store, "asin": asin(sku), "productType": "HOME",
            "conditionType": "new_new", "status": ["BUYABLE", "DISCOVERABLE"], "itemName": format!("Item {sku}"),
            "createdDate": created.to_string(), "lastUpdatedDate": changed.to_string()}],
        "offers": [{"marketplaceId": seller.store, "offerType": "B2C",
            "price": {"currencyCode": seller.currency, "amount": format!("{price:.2}")}}],
        "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": quantity}],
        "issues": [],
    })
}

/// `searchListingsItems` for what changed lately: never the whole catalogue.
pub fn changed_listings(seller: &Seller, at: Timestamp, items: &[Json]) -> Record {
    let since = at - SignedDuration::from_hours(24);
    let request = json!({"marketplaceIds": [seller.store], "lastUpdatedAfter": since.to_string()});
    let body = json!({"numberOfResults": items.len(), "items": items});
    answer(seller, at, "searchListingsItems", &request, body)
}

/// `LISTINGS_ITEM_STATUS_CHANGE` as it comes over EventBridge.
pub fn listing_notice(seller: &Seller, at: Timestamp, sku: &str, created: Timestamp) -> Record {
    let payload = json!({"SellerId": seller.id, "MarketplaceId": seller.store, "Asin": asin(sku),
        "Sku": sku, "CreatedDate": created.to_string(), "Status": ["BUYABLE", "DISCOVERABLE"]});
    notification(seller, at, "LISTINGS_ITEM_STATUS_CHANGE", &payload)
}

/// `ORDER_CHANGE` for a new order.
pub fn order(seller: &Seller, at: Timestamp, number: u64, sku: &str, promise_days: u32) -> Record {
    let latest = at + SignedDuration::from_hours(24 * i64::from(promise_days));
    let payload = json!({"OrderChangeNotification": {
        "NotificationLevel": "OrderLevel", "SellerId": seller.id,
        "AmazonOrderId": format!("{:03}-{:07}-{:07}", number % 1000, number % 9_999_991, number % 9_999_973),
        "OrderChangeType": "OrderStatusChange",
        "OrderChangeTrigger": {"TimeOfOrderChange": at.to_string(), "ChangeReason": null},
        "Summary": {"MarketplaceId": seller.store, "OrderStatus": "Unshipped", "PurchaseDate": at.to_string(),
            "FulfillmentType": "MFN", "OrderType": "StandardOrder", "LatestShipDate": latest.to_string(),
            "LatestDeliveryDate": (latest + SignedDuration::from_hours(72)).to_string(),
            "OrderItems": [{"OrderItemId": number.to_string(), "SellerSKU": sku, "Quantity": 1}]},
    }});
    notification(seller, at, "ORDER_CHANGE", &payload)
}

/// A notification in its envelope.
pub fn notification(seller: &Seller, at: Timestamp, kind: &str, payload: &Json) -> Record {
    let id = id_of(&[&seller.id, kind, &at.to_string(), &payload.to_string()]);
    let body = json!({
        "NotificationVersion": "1.0", "NotificationType": kind, "PayloadVersion": "1.0",
        "EventTime": at.to_string(), "Payload": payload,
        "NotificationMetadata": {"ApplicationId": "app", "SubscriptionId": seller.id,
            "PublishTime": at.to_string(), "NotificationId": id},
    });
    Record {
        operation: Some(kind.to_owned()),
        body,
        ..bare(seller, at, "amazon.notification")
    }
}

/// `ACCOUNT_STATUS_CHANGED`.
pub fn account_status(seller: &Seller, at: Timestamp, before: &str, after: &str) -> Record {
    let body = json!({
        "notificationVersion": "1.0", "notificationType": "ACCOUNT_STATUS_CHANGED",
        "payloadVersion": "2021-01-01", "eventTime": at.to_string(),
        "payload": {"accountStatusChangeNotification": {"previousAccountStatus": before, "currentAccountStatus": after}},
        "notificationMetadata": {"applicationId": "app", "subscriptionId": seller.id,
            "publishTime": at.to_string(), "notificationId": id_of(&[&seller.id, &at.to_string(), after])},
    });
    Record {
        operation: Some("ACCOUNT_STATUS_CHANGED".to_owned()),
        body,
        ..bare(seller, at, "amazon.notification")
    }
}

/// `listFinancialEvents` (v0) with a loan paid out.
pub fn loan(seller: &Seller, at: Timestamp, amount: f64) -> Record {
    let body = json!({"payload": {"FinancialEvents": {"LoanServicingEventList": [{
        "LoanAmount": {"CurrencyCode": seller.currency, "CurrencyAmount": amount},
        "SourceBusinessEventType": "LoanAdvance"}]}}});
    let since = at - SignedDuration::from_hours(24);
    answer(
        seller,
        at,
        "listFinancialEvents",
        &json!({"PostedAfter": since.to_string()}),
        body,
    )
}

/// The token server refuses: the grant was taken back.
pub fn grant_lost(seller: &Seller, at: Timestamp) -> Record {
    let body = json!({"error": "invalid_grant",
        "error_description": "The request has an invalid grant parameter : refresh_token"});
    Record {
        status: Some(400),
        ..answer(seller, at, "getAccessToken", &json!({}), body)
    }
}

/// A catalogue number that looks like one.
fn asin(sku: &str) -> String {
    format!("B0{}", id_of(&[sku])[..8].to_uppercase())
}
