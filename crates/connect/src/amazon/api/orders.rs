//! `searchOrders`, `getOrders` and `getOrder`: orders as counted facts, never their buyers.
//!
//! Only the fields named here are looked at. Buyer, recipient, address, payment and tax blocks
//! are not, even where somebody asked for them.

use jiff::Timestamp;
use sellkeep_model::{EventKind, Field, Object, Reading};

use crate::amazon::frame::Frame;
use crate::amazon::node::Node;

/// Seconds of a day.
const DAY_SECONDS: f64 = 86_400.0;

/// What is kept of an order, whichever way it is told.
#[derive(Default)]
pub(in crate::amazon) struct Order {
    pub id: String,
    pub store: Option<String>,
    pub received: Option<Timestamp>,
    pub status: Option<String>,
    pub fulfilment: Option<String>,
    pub amount: Option<(f64, Option<String>)>,
    pub skus: Vec<String>,
    pub quantity: Option<f64>,
    /// Until when it is promised to be dispatched or, where that is not told, delivered.
    pub promised: Option<Timestamp>,
}

impl Order {
    /// The event: one an order, however often and from wherever it is read.
    pub fn push(mut self, frame: &Frame<'_>, reading: &mut Reading) {
        let mut event = frame.event(EventKind::OrderReceived, &[&self.id], self.received);
        event.store = self.store;
        event.object = Some(Object::new("order", self.id));
        let fields = &mut event.after;
        fields.set_if(Field::Status, self.status);
        fields.set_if(Field::Fulfilment, self.fulfilment);
        fields.set_if(Field::Quantity, self.quantity);
        fields.set_if(Field::Deadline, self.promised);
        if let Some((amount, currency)) = self.amount {
            fields.set(Field::Amount, amount);
            fields.set_if(Field::Currency, currency);
        }
        if let (Some(received), Some(promised)) = (self.received, self.promised) {
            let seconds = promised.duration_since(received).as_secs_f64();
            fields.set(Field::PromiseDays, (seconds / DAY_SECONDS).ceil().max(0.0));
        }
        self.skus.sort();
        self.skus.dedup();
        if !self.skus.is_empty() {
            fields.set(Field::Sku, self.skus.join(", "));
        }
        reading.events.push(event);
    }
}

/// `searchOrders` of 2026-01-01.
pub(super) fn read_search(answer: &Node<'_>, reading: &mut Reading) {
    for order in &answer.main_list("orders").nodes {
        push(order, reading);
    }
}

/// `getOrder` of 2026-01-01.
pub(super) fn read_one(answer: &Node<'_>, reading: &mut Reading) {
    if let Some(order) = answer.object("order") {
        push(&order, reading);
    }
}

fn push(order: &Node<'_>, reading: &mut Reading) {
    let Some(id) = order.text("orderId") else {
        order.problem("has no order number; left out");
        return;
    };
    let fulfilment = order.object("fulfillment");
    let word = |name| fulfilment.as_ref().and_then(|node| node.text(name));
    let latest = |name| fulfilment.as_ref()?.object(name)?.time("latestDateTime");
    let items = order.list("orderItems").nodes;
    let total = order
        .object("proceeds")
        .and_then(|node| node.money("grandTotal"));
    let told = Order {
        id,
        store: order
            .object("salesChannel")
            .and_then(|node| node.text("marketplaceId")),
        received: order.time("createdTime"),
        status: word("fulfillmentStatus"),
        fulfilment: word("fulfilledBy"),
        amount: total.map(|money| (money.amount, money.currency)),
        skus: items
            .iter()
            .filter_map(|item| item.object("product")?.text("sellerSku"))
            .collect(),
        quantity: items
            .iter()
            .filter_map(|item| item.number("quantityOrdered"))
            .reduce(|sum, next| sum + next),
        promised: latest("shipByWindow").or_else(|| latest("deliverByWindow")),
    };
    told.push(order.frame, reading);
}

/// `getOrders` of v0.
pub(super) fn read_v0(answer: &Node<'_>, reading: &mut Reading) {
    for order in &answer.payload().main_list("Orders").nodes {
        push_v0(order, reading);
    }
}

/// `getOrder` of v0.
pub(super) fn read_v0_one(answer: &Node<'_>, reading: &mut Reading) {
    push_v0(&answer.payload(), reading);
}

fn push_v0(order: &Node<'_>, reading: &mut Reading) {
    let Some(id) = order.text("AmazonOrderId") else {
        order.problem("has no order number; left out");
        return;
    };
    let pieces = ["NumberOfItemsShipped", "NumberOfItemsUnshipped"].map(|name| order.number(name));
    let told = Order {
        id,
        store: order.text("MarketplaceId"),
        received: order.time("PurchaseDate"),
        status: order.text("OrderStatus"),
        fulfilment: order.text("FulfillmentChannel"),
        amount: order
            .money("OrderTotal")
            .map(|money| (money.amount, money.currency)),
        quantity: pieces.into_iter().flatten().reduce(|sum, next| sum + next),
        promised: order
            .time("LatestShipDate")
            .or_else(|| order.time("LatestDeliveryDate")),
        ..Order::default()
    };
    told.push(order.frame, reading);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;

    use crate::amazon::sample::answer;

    const NEW: &str = r#"{"orders":[{"orderId":"250-1","createdTime":"2026-10-25T02:30:00Z",
        "salesChannel":{"marketplaceId":"A1VC38T7YXB528"},"buyer":{"buyerName":"John Smith"},
        "recipient":{"deliveryAddress":{"name":"John Smith","postalCode":"150-0002"}},
        "proceeds":{"grandTotal":{"amount":"19940","currencyCode":"JPY"}},
        "fulfillment":{"fulfillmentStatus":"SHIPPED","fulfilledBy":"MERCHANT","shipByWindow":{"latestDateTime":"2026-11-22T23:59:59Z"}},
        "orderItems":[{"quantityOrdered":1,"product":{"sellerSku":"B"}},{"quantityOrdered":2,"product":{"sellerSku":"A"}}]}]}"#;

    #[test]
    fn an_order_is_counted_without_its_buyer() {
        let reading = answer("searchOrders", NEW);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let fields = &reading.events[0].after;
        assert_eq!(fields.text(Field::Sku), Some("A, B"));
        assert_eq!(fields.number(Field::Quantity), Some(3.0));
        assert_eq!(fields.number(Field::Amount), Some(19940.0));
        assert_eq!(fields.number(Field::PromiseDays), Some(29.0));
        let kept = serde_json::to_string(&reading).expect("json");
        for private in ["Smith", "150-0002"] {
            assert!(!kept.contains(private), "{private}");
        }
    }

    #[test]
    fn both_versions_tell_the_same_event() {
        let v0 = answer(
            "getOrders",
            r#"{"payload":{"CreatedBefore":"1.569521782042E9","Orders":[{"AmazonOrderId":"250-1","PurchaseDate":"2026-10-25T02:30:00Z",
            "OrderStatus":"Unshipped","FulfillmentChannel":"MFN","OrderTotal":{"CurrencyCode":"USD","Amount":"11.01"},
            "NumberOfItemsShipped":0,"NumberOfItemsUnshipped":1,"MarketplaceId":"ATVPDKIKX0DER","LatestShipDate":"2026-10-26T02:30:00Z",
            "BuyerInfo":{"BuyerEmail":"user@example.com"}}]}}"#,
        );
        assert!(v0.problems.is_empty(), "{:?}", v0.problems);
        assert_eq!(v0.events[0].id, answer("searchOrders", NEW).events[0].id);
        assert_eq!(v0.events[0].after.number(Field::Amount), Some(11.01));
        assert_eq!(v0.events[0].after.number(Field::PromiseDays), Some(1.0));
        assert!(!serde_json::to_string(&v0).expect("json").contains("user@"));
    }
}
