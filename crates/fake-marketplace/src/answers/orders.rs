//! Orders with a buyer who must not be kept, and their numbers an hour.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use super::{Answer, Question, page, wrong};
use crate::seller::{Order, Seller};

/// Orders on a page.
const PAGE: usize = 10;

pub fn search(seller: &mut Seller, question: &Question) -> Answer {
    let Some(since) = question
        .time("lastUpdatedAfter")
        .or(question.time("createdAfter"))
    else {
        return wrong("exactly one of createdAfter and lastUpdatedAfter");
    };
    let asked = question.words("includedData");
    let shop = seller.shop(question.seen, question.now);
    let found = shop.orders.iter().filter(|order| order.at >= since);
    let orders = found.map(|one| order(seller, one, &asked)).collect();
    match page(orders, question.word("paginationToken"), PAGE) {
        Ok((orders, None)) => (200, json!({"orders": orders})),
        Ok((orders, next)) => (
            200,
            json!({"orders": orders, "pagination": {"nextToken": next}}),
        ),
        Err(wrong) => wrong,
    }
}

fn order(seller: &Seller, order: &Order, asked: &[&str]) -> Json {
    let latest = order.at + SignedDuration::from_hours(24 * i64::from(order.promise_days));
    let mut json = json!({"orderId": order.id, "createdTime": order.at.to_string(), "lastUpdatedTime": order.at.to_string(),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": seller.stores[0]},
        "orderItems": [{"orderItemId": "1", "quantityOrdered": 1,
            "product": {"sellerSku": order.sku, "title": "Thing", "customization": {"customizedUrl": "https://x.example/Jane-Buyer"}}}]});
    if asked.contains(&"BUYER") {
        json["buyer"] = json!({"buyerName": "Jane Buyer"});
    }
    if asked.contains(&"FULFILLMENT") {
        json["fulfillment"] = json!({"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT",
            "shipByWindow": {"latestDateTime": latest.to_string()}});
        json["orderItems"][0]["fulfillment"] =
            json!({"packing": {"giftOption": {"giftMessage": "From Jane Buyer"}}});
    }
    json
}

pub fn metrics(seller: &mut Seller, question: &Question) -> Answer {
    let interval = question.word("interval").split_once("--");
    let times =
        interval.and_then(|(since, until)| Some((since.parse().ok()?, until.parse().ok()?)));
    let Some((since, until)): Option<(Timestamp, Timestamp)> = times else {
        return wrong("interval");
    };
    if question.words("marketplaceIds").len() != 1 || until <= since {
        return wrong("one marketplace, and a span");
    }
    let shop = seller.shop(question.seen, question.now);
    let mut hours = Vec::new();
    let mut begin = since;
    while begin < until {
        let end = (begin + SignedDuration::from_hours(1)).min(until);
        let count = shop
            .orders
            .iter()
            .filter(|order| order.at >= begin && order.at < end)
            .count();
        let money = |amount: usize| json!({"amount": format!("{amount}.00"), "currencyCode": seller.currency});
        hours.push(json!({"interval": format!("{begin}--{end}"), "unitCount": count, "orderItemCount": count,
            "orderCount": count, "averageUnitPrice": money(20), "totalSales": money(20 * count)}));
        begin = end;
    }
    (200, json!({"payload": hours}))
}
