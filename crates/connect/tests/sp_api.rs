//! The official sandbox answers, examples and notifications of Amazon's API are read without loss.
//!
//! "Without loss": every value at a place that [`MAPPED`] or [`MAPPED_NOTIFICATIONS`] names
//! stands in the reading (as it is, as a time, as a number or as keyed digest), and nothing was
//! found that could not be understood. Known defects of the official files are listed by
//! name and must still be there, so that the list cannot rot.

use std::fs;
use std::path::{Path, PathBuf};

use sellkeep_model::{DigestKey, Fields, Reading, Record, Timestamp, Value};
use serde_json::{Value as Json, json};

const KEY: [u8; 32] = [9; 32];
const AT: &str = "2026-11-01T11:00:00Z";

/// Operation, and the places of its answer that must stand in the reading.
const MAPPED: &[(&str, &[&str])] = &[
    (
        "getPaymentMethods",
        &[
            "paymentMethods[].paymentMethodId",
            "paymentMethods[].paymentMethodType",
            "paymentMethods[].tail",
            "paymentMethods[].countryCode",
            "paymentMethods[].accountHolderName",
        ],
    ),
    (
        "listPayouts",
        &[
            "payouts[].id",
            "payouts[].currentStatus",
            "payouts[].type",
            "payouts[].accountTail",
            "payouts[].amount.currencyAmount",
            "payouts[].amount.currencyCode",
            "payouts[].paymentMethod",
            "payouts[].paymentRail",
            "payouts[].traceId",
            "payouts[].creationDate",
            "payouts[].period.startDate",
            "payouts[].period.endDate",
            "payouts[].partnerMetadata.marketplaceId",
            "payouts[].partnerMetadata.accountType",
            "payouts[].relatedIdentifiers[].relatedIdentifierValue",
        ],
    ),
    (
        "listExpectedPayouts",
        &[
            "expectedPayouts[].status",
            "expectedPayouts[].scheduledDate",
            "expectedPayouts[].accountTail",
            "expectedPayouts[].amount.currencyAmount",
            "expectedPayouts[].paymentMethod",
            "expectedPayouts[].partnerMetadata.marketplaceId",
            "expectedPayouts[].relatedIdentifiers[].relatedIdentifierValue",
        ],
    ),
    (
        "listBalances",
        &[
            "balances[].balanceType",
            "balances[].amount.currencyAmount",
            "balances[].lastUpdatedTime",
            "balances[].asOfDate",
            "balances[].balances[].balanceType",
            "balances[].balances[].amount.currencyAmount",
            "balances[].balances[].balances[].amount.currencyAmount",
        ],
    ),
    (
        "listTransactions",
        &[
            "payload.transactions[].transactionType",
            "payload.transactions[].postedDate",
            "payload.transactions[].totalAmount.currencyAmount",
            "payload.transactions[].sellingPartnerMetadata.marketplaceId",
            "payload.transactions[].relatedIdentifiers[].relatedIdentifierValue",
        ],
    ),
    (
        "listFinancialEventGroups",
        &[
            "payload.FinancialEventGroupList[].FinancialEventGroupId",
            "payload.FinancialEventGroupList[].FundTransferStatus",
            "payload.FinancialEventGroupList[].AccountTail",
            "payload.FinancialEventGroupList[].TraceId",
            "payload.FinancialEventGroupList[].FundTransferDate",
            "payload.FinancialEventGroupList[].OriginalTotal.CurrencyAmount",
        ],
    ),
    (
        "listFinancialEvents",
        &[
            "payload.FinancialEvents.ProductAdsPaymentEventList[].invoiceId",
            "payload.FinancialEvents.ProductAdsPaymentEventList[].transactionValue.CurrencyAmount",
            "payload.FinancialEvents.PayWithAmazonEventList[].SellerOrderId",
            "payload.FinancialEvents.ServiceProviderCreditEventList[].TransactionAmount.CurrencyAmount",
        ],
    ),
    (
        "listFinancialEventsByGroupId",
        &["payload.FinancialEvents.ProductAdsPaymentEventList[].invoiceId"],
    ),
    (
        "listFinancialEventsByOrderId",
        &["payload.FinancialEvents.ProductAdsPaymentEventList[].invoiceId"],
    ),
    (
        "getMarketplaceParticipations",
        &[
            "payload[].marketplace.id",
            "payload[].storeName",
            "payload[].marketplace.countryCode",
            "payload[].participation.isParticipating",
            "payload[].participation.hasSuspendedListings",
        ],
    ),
    (
        "getAccount",
        &[
            "payload.businessType",
            "payload.sellingPlan",
            "payload.business.name",
            "payload.business.nonLatinName",
            "payload.business.companyRegistrationNumber",
            "payload.business.companyTaxIdentificationNumber",
            "payload.business.registeredBusinessAddress.countryCode",
            "payload.primaryContact.name",
            "payload.primaryContact.nonLatinName",
            "payload.marketplaceParticipationList[].marketplace.id",
            "payload.marketplaceParticipationList[].storeName",
            "accountId",
            "bankName",
            "bankAccountNumberTail",
            "accountCountryCode",
            "bankAccountHolderStatus",
        ],
    ),
    (
        "listAccounts",
        &[
            "accounts[].accountId",
            "accounts[].bankName",
            "accounts[].bankAccountNumberTail",
            "accounts[].accountCountryCode",
            "accounts[].bankAccountHolderStatus",
        ],
    ),
    (
        "listAccountBalances",
        &[
            "balances[].balanceAmount",
            "balances[].balanceType",
            "balances[].balanceCurrency",
        ],
    ),
    (
        "listAccountTransactions",
        &[
            "transactions[].transactionId",
            "transactions[].transactionStatus",
            "transactions[].transactionType",
            "transactions[].transactionRequesterSource",
            "transactions[].requesterName",
            "transactions[].transactionRequestAmount.currencyAmount",
            "transactions[].transactionDestinationAccount.bankName",
            "transactions[].transactionDestinationAccount.bankAccountNumberTail",
            "transactions[].transactionDestinationAccount.bankAccountCountryCode",
            "transactions[].transactionDestinationAccount.bankAccountHolderName",
        ],
    ),
    (
        "getTransaction",
        &[
            "transactionId",
            "transactionStatus",
            "transactionDestinationAccount.bankAccountNumberTail",
            "transactionDestinationAccount.bankAccountHolderName",
        ],
    ),
    (
        "listTransferSchedules",
        &[
            "transferSchedules[].transferScheduleId",
            "transferSchedules[].transferScheduleStatus",
            "transferSchedules[].transactionDestinationAccount.bankAccountNumberTail",
            "transferSchedules[].paymentPreference.value",
            "transferSchedules[].transferScheduleInformation.scheduleStartDate",
        ],
    ),
    (
        "getTransferSchedule",
        &[
            "transferScheduleId",
            "transferScheduleStatus",
            "transactionDestinationAccount.bankAccountNumberTail",
        ],
    ),
    (
        "searchListingsItems",
        &[
            "items[].sku",
            "items[].summaries[].asin",
            "items[].summaries[].marketplaceId",
            "items[].summaries[].itemName",
            "items[].summaries[].productType",
            "items[].summaries[].createdDate",
            "items[].summaries[].lastUpdatedDate",
            "items[].summaries[].mainImage.link",
            "items[].offers[].price.amount",
            "items[].offers[].price.currencyCode",
            "items[].fulfillmentAvailability[].quantity",
        ],
    ),
    (
        "getListingsItem",
        &[
            "sku",
            "summaries[].asin",
            "summaries[].marketplaceId",
            "offers[].price.amount",
            "fulfillmentAvailability[].quantity",
        ],
    ),
    (
        "getOrderMetrics",
        &[
            "payload[].unitCount",
            "payload[].orderCount",
            "payload[].totalSales.amount",
            "payload[].averageUnitPrice.amount",
        ],
    ),
    (
        "searchOrders",
        &[
            "orders[].orderId",
            "orders[].createdTime",
            "orders[].salesChannel.marketplaceId",
            "orders[].proceeds.grandTotal.amount",
            "orders[].fulfillment.fulfillmentStatus",
            "orders[].fulfillment.fulfilledBy",
            "orders[].fulfillment.shipByWindow.latestDateTime",
        ],
    ),
    (
        "getOrders",
        &[
            "payload.Orders[].AmazonOrderId",
            "payload.Orders[].PurchaseDate",
            "payload.Orders[].OrderStatus",
            "payload.Orders[].MarketplaceId",
            "payload.Orders[].OrderTotal.Amount",
            "payload.Orders[].LatestShipDate",
        ],
    ),
    (
        "getOrder",
        &[
            "order.orderId",
            "order.createdTime",
            "payload.AmazonOrderId",
            "payload.PurchaseDate",
            "payload.OrderStatus",
        ],
    ),
    (
        "getSubscriptions",
        &["payload.subscriptions[].destinationId"],
    ),
    ("getSubscription", &["payload.destinationId"]),
    ("getSubscriptionById", &["payload.destinationId"]),
    (
        "getDestinations",
        &["payload[].destinationId", "payload[].resource.sqs.arn"],
    ),
];

/// Models of the operations that are read.
const MODELS: &[&str] = &[
    "finances-api-model/financesV0.json",
    "finances-api-model/finances_2024-06-19.json",
    "finances-api-model/transfers_2024-06-01.json",
    "listings-items-api-model/listingsItems_2021-08-01.json",
    "notifications-api-model/notifications.json",
    "orders-api-model/ordersV0.json",
    "orders-api-model/orders_2026-01-01.json",
    "sales-api-model/sales.json",
    "seller-wallet-api-model/sellerWallet_2024-03-01.json",
    "sellers-api-model/sellers.json",
];

/// Notification, and the places of its payload that must stand in the reading.
const MAPPED_NOTIFICATIONS: &[(&str, &[&str])] = &[
    (
        "BRANDED_ITEM_CONTENT_CHANGE",
        &["MarketplaceId", "BrandName", "Asin"],
    ),
    (
        "DETAIL_PAGE_TRAFFIC_EVENT",
        &[
            "detailPageTrafficEvents[].asin",
            "detailPageTrafficEvents[].glanceViews",
            "detailPageTrafficEvents[].startTime",
        ],
    ),
    (
        "FBA_INVENTORY_AVAILABILITY_CHANGES",
        &[
            "SKU",
            "ASIN",
            "FulfillmentInventoryByMarketplace[].MarketplaceId",
            "FulfillmentInventoryByMarketplace[].FulfillmentInventory.Fulfillable",
        ],
    ),
    (
        "FEED_PROCESSING_FINISHED",
        &[
            "feedProcessingFinishedNotification.feedId",
            "feedProcessingFinishedNotification.feedType",
            "feedProcessingFinishedNotification.processingStatus",
        ],
    ),
    (
        "FULFILLMENT_ORDER_STATUS",
        &[
            "FulfillmentOrderStatusNotification.SellerFulfillmentOrderId",
            "FulfillmentOrderStatusNotification.FulfillmentOrderStatus",
            "FulfillmentOrderStatusNotification.EventType",
        ],
    ),
    (
        "ITEM_INVENTORY_EVENT_CHANGE",
        &[
            "itemInventoryEventChanges[].asin",
            "itemInventoryEventChanges[].highlyAvailableInventory",
        ],
    ),
    (
        "ITEM_PRODUCT_TYPE_CHANGE",
        &[
            "MarketplaceId",
            "Asin",
            "PreviousProductType",
            "CurrentProductType",
        ],
    ),
    (
        "ITEM_SALES_EVENT_CHANGE",
        &[
            "itemSalesEventChanges[].asin",
            "itemSalesEventChanges[].orderedUnits",
            "itemSalesEventChanges[].orderedRevenue",
            "itemSalesEventChanges[].currencyCode",
        ],
    ),
    (
        "LISTINGS_ITEM_ISSUES_CHANGE",
        &["Sku", "Asin", "MarketplaceId"],
    ),
    (
        "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
        &["Sku", "Quantity", "FulfillmentChannelCode"],
    ),
    (
        "LISTINGS_ITEM_STATUS_CHANGE",
        &["Sku", "Asin", "MarketplaceId", "CreatedDate"],
    ),
    (
        "ORDER_CHANGE",
        &[
            "OrderChangeNotification.AmazonOrderId",
            "OrderChangeNotification.Summary.MarketplaceId",
            "OrderChangeNotification.Summary.OrderStatus",
            "OrderChangeNotification.Summary.PurchaseDate",
            "OrderChangeNotification.Summary.LatestShipDate",
            "OrderChangeNotification.Summary.FulfillmentType",
            "OrderChangeNotification.Summary.OrderItems[].SellerSKU",
            "OrderChangeNotification.Summary.OrderItems[].Quantity",
        ],
    ),
    (
        "PRICING_HEALTH",
        &[
            "issueType",
            "offerChangeTrigger.asin",
            "offerChangeTrigger.marketplaceId",
            "merchantOffer.listingPrice.amount",
            "summary.referencePrice.competitivePriceThreshold.amount",
        ],
    ),
    (
        "REPORT_PROCESSING_FINISHED",
        &[
            "reportProcessingFinishedNotification.reportId",
            "reportProcessingFinishedNotification.reportType",
        ],
    ),
    (
        "TRANSACTION_UPDATE",
        &[
            "TransactionUpdateNotification.TransactionType",
            "TransactionUpdateNotification.PostedDate",
            "TransactionUpdateNotification.TotalAmount.CurrencyAmount",
            "TransactionUpdateNotification.SellingPartnerMetadata.MarketplaceId",
        ],
    ),
];

/// Notifications of which nothing is read, on purpose. The offers of `ANY_OFFER_CHANGED`'s
/// example are strangers'.
const NOTHING_READ: &[&str] = &[
    "ANY_OFFER_CHANGED",
    "DATA_KIOSK_QUERY_PROCESSING_FINISHED",
    "FBA_OUTBOUND_SHIPMENT_STATUS",
    "FEE_PROMOTION",
    "PRODUCT_TYPE_DEFINITIONS_CHANGE",
    "SHIPMENT_TRACKING_MILESTONE_CHANGED",
];

/// Names of the blocks that hold private data of buyers or of the seller.
const PRIVATE: &[&str] = &[
    "accountholdername",
    "address",
    "bankaccountholdername",
    "buyer",
    "buyerinfo",
    "companyregistrationnumber",
    "companytaxidentificationnumber",
    "defaultshipfromlocationaddress",
    "deliveryaddress",
    "destinationpostalcode",
    "recipient",
    "registeredbusinessaddress",
    "shippingaddress",
    "shipfromaddress",
    "legalname",
    "taxregistrationnumber",
    "transactiondescription",
];

// ---------------------------------------------------------------- the corpus

fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sp-api");
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no corpus");
    None
}

fn load(path: &Path) -> Json {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// One answer of a model: a static sandbox response or an example.
struct Answer {
    model: String,
    operation: String,
    verb: String,
    status: u16,
    request: Json,
    body: Json,
}

fn answers(path: &Path) -> Vec<Answer> {
    let model = load(path);
    let mut found = Vec::new();
    let paths = model["paths"].as_object().expect("paths");
    let operations = paths
        .values()
        .flat_map(|methods| methods.as_object().expect("methods"));
    for (verb, operation) in operations {
        let Some(name) = operation["operationId"].as_str() else {
            continue;
        };
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let Ok(status) = status.parse() else {
                continue;
            };
            let answer = |request: Json, body: &Json| Answer {
                model: path
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                operation: name.to_owned(),
                verb: verb.clone(),
                status,
                request,
                body: body.clone(),
            };
            let cases = response["x-amzn-api-sandbox"]["static"].as_array();
            for case in cases.into_iter().flatten() {
                found.push(answer(parameters(&case["request"]), &case["response"]));
            }
            // The files write the type of the answer, or its first member, as name.
            for (kind, body) in response["examples"].as_object().into_iter().flatten() {
                let body = if kind == "payload" {
                    json!({"payload": body})
                } else {
                    body.clone()
                };
                found.push(answer(json!({}), &body));
            }
        }
    }
    found
}

fn parameters(request: &Json) -> Json {
    let mut flat = serde_json::Map::new();
    for (name, parameter) in request["parameters"].as_object().into_iter().flatten() {
        if let Some(value) = parameter.get("value") {
            flat.insert(name.clone(), value.clone());
        }
    }
    Json::Object(flat)
}

/// Every example of a notification's schema: the envelope.
fn notifications(folder: &Path) -> Vec<Json> {
    let mut found = Vec::new();
    for path in files(&folder.join("schemas/notifications")) {
        let schema = load(&path);
        match schema["examples"].as_array() {
            Some(examples) => found.extend(examples.iter().cloned()),
            // One schema has examples of its payload alone.
            None => {
                let payloads = schema["properties"]["Payload"]["examples"].as_array();
                let kind = &schema["properties"]["NotificationType"]["enum"][0];
                let wrap = |payload: &Json| json!({"NotificationType": kind, "EventTime": "2020-07-13T19:42:04.284Z", "Payload": payload});
                found.extend(payloads.into_iter().flatten().map(wrap));
            }
        }
    }
    found
}

// ---------------------------------------------------------------- reading

fn read(source: &str, operation: &str, status: u16, request: &Json, body: &Json) -> Reading {
    let record: Record = serde_json::from_value(json!({
        "at": AT, "account": "shop", "source": source, "operation": operation, "status": status, "request": request, "body": body
    }))
    .expect("a record");
    sellkeep_connect::read(&record, &DigestKey::new(KEY))
}

fn unexpected(reading: &Reading) -> Vec<String> {
    let real = reading.problems.iter().filter(|problem| !problem.harmless);
    real.map(|problem| format!("{}: {}", problem.place, problem.says))
        .collect()
}

/// Everything that a reading keeps, as words, numbers and flags.
fn kept(reading: &Reading) -> Vec<Value> {
    let mut all = Vec::new();
    let of = |fields: &Fields| {
        fields
            .iter()
            .map(|(_, value)| value.clone())
            .collect::<Vec<_>>()
    };
    for event in &reading.events {
        all.extend(event.store.clone().map(Value::from));
        all.extend(event.object.clone().map(|object| Value::from(object.id)));
        all.push(Value::from(event.happened));
        all.extend(of(&event.before));
        all.extend(of(&event.after));
    }
    for state in &reading.states {
        all.extend(state.store.clone().map(Value::from));
        all.push(Value::from(state.as_of));
        for item in &state.items {
            all.push(Value::from(item.id.clone()));
            all.extend(of(&item.fields));
        }
    }
    all
}

/// Whether a value stands in a reading in any of the forms that it may be kept in.
fn is_kept(value: &Json, kept: &[Value]) -> bool {
    let mut forms = Vec::new();
    match value {
        Json::Bool(flag) => forms.push(Value::Flag(*flag)),
        Json::Number(number) => forms.extend(number.as_f64().map(Value::Number)),
        Json::String(text) => {
            forms.push(Value::from(text.as_str()));
            forms.push(Value::from(DigestKey::new(KEY).digest(text)));
            forms.extend(text.parse::<f64>().ok().map(Value::Number));
            forms.extend(text.parse::<Timestamp>().ok().map(Value::from));
            forms.extend(
                format!("{text}T00:00:00Z")
                    .parse::<Timestamp>()
                    .ok()
                    .map(Value::from),
            );
        }
        _ => {}
    }
    let in_id = |form: &Value| {
        let part = form.as_text().filter(|text| text.len() > 3);
        part.is_some_and(|part| {
            kept.iter()
                .any(|value| value.as_text().is_some_and(|text| text.contains(part)))
        })
    };
    forms.iter().any(|form| kept.contains(form) || in_id(form))
}

/// The values at a place such as `payouts[].amount.currencyCode`.
fn at<'a>(body: &'a Json, place: &str) -> Vec<&'a Json> {
    let mut values = vec![body];
    for step in place.split('.') {
        let (name, is_list) = step
            .strip_suffix("[]")
            .map_or((step, false), |name| (name, true));
        values = values
            .into_iter()
            .filter_map(|value| value.get(name))
            .collect();
        if is_list {
            values = values
                .into_iter()
                .filter_map(Json::as_array)
                .flatten()
                .collect();
        }
    }
    values
}

fn lost(body: &Json, places: &[&str], reading: &Reading) -> Vec<String> {
    let kept = kept(reading);
    let mut lost = Vec::new();
    for place in places {
        let values = at(body, place);
        lost.extend(
            values
                .into_iter()
                .filter(|value| !is_kept(value, &kept))
                .map(|value| format!("{place} = {value}")),
        );
    }
    lost
}

// ---------------------------------------------------------------- tests

#[test]
fn every_sandbox_answer_is_read_without_loss() {
    let Some(corpus) = corpus() else { return };
    let (mut read_count, mut refused_count, mut places_met) = (0, 0, 0);
    for model in MODELS {
        for answer in answers(&corpus.join("models").join(model)) {
            let name = format!("{} {} {}", answer.model, answer.operation, answer.status);
            let reading = read(
                "amazon.api",
                &answer.operation,
                answer.status,
                &answer.request,
                &answer.body,
            );
            if answer.status >= 400 {
                let told = reading.events.len() + unexpected(&reading).len();
                assert_eq!(told, 1, "{name}: one event or one problem, not {reading:?}");
                refused_count += 1;
                continue;
            }
            let Some((_, places)) = MAPPED
                .iter()
                .find(|(operation, _)| *operation == answer.operation)
            else {
                continue;
            };
            if answer.verb != "get" || is_broken_example(&answer) {
                continue;
            }
            assert_eq!(unexpected(&reading), Vec::<String>::new(), "{name}");
            assert_eq!(
                lost(&answer.body, places, &reading),
                Vec::<String>::new(),
                "{name}: lost"
            );
            places_met += places
                .iter()
                .filter(|place| !at(&answer.body, place).is_empty())
                .count();
            read_count += 1;
        }
    }
    println!(
        "{read_count} answers read without loss, {places_met} places met, {refused_count} refusals understood"
    );
    assert!(
        read_count >= 50 && refused_count >= 50 && places_met >= 150,
        "{read_count} {refused_count} {places_met}"
    );
}

/// An example of `getOrderMetrics` is three answers in one, which no answer is.
fn is_broken_example(answer: &Answer) -> bool {
    answer.operation == "getOrderMetrics" && answer.body["payload"].is_object()
}

#[test]
fn an_answer_is_known_by_its_shape_alone() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for model in MODELS {
        for answer in answers(&corpus.join("models").join(model)) {
            let mapped = MAPPED
                .iter()
                .any(|(operation, _)| *operation == answer.operation);
            if answer.status >= 400 || !mapped || answer.verb != "get" || is_broken_example(&answer)
            {
                continue;
            }
            let named = read(
                "amazon.api",
                &answer.operation,
                200,
                &answer.request,
                &answer.body,
            );
            let bare = read("amazon.api", "", 200, &answer.request, &answer.body);
            assert_eq!(named.states, bare.states, "{}", answer.operation);
            let ids = |reading: &Reading| {
                reading
                    .events
                    .iter()
                    .map(|event| event.id.clone())
                    .collect::<Vec<_>>()
            };
            assert_eq!(ids(&named), ids(&bare), "{}", answer.operation);
            count += 1;
        }
    }
    assert!(count >= 50, "{count}");
}

#[test]
fn every_other_answer_ends_without_a_panic() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for path in files(&corpus.join("models")) {
        for answer in answers(&path) {
            for operation in [answer.operation.as_str(), ""] {
                read(
                    "amazon.api",
                    operation,
                    answer.status,
                    &answer.request,
                    &answer.body,
                );
                count += 1;
            }
        }
    }
    assert!(count >= 400, "{count}");
}

#[test]
fn every_notification_example_is_read_without_loss_in_every_wrapping() {
    let Some(corpus) = corpus() else { return };
    let mut kinds = Vec::new();
    for envelope in notifications(&corpus) {
        let kind = envelope
            .get("NotificationType")
            .or(envelope.get("notificationType"));
        let kind = kind.and_then(Json::as_str).expect("a type").to_owned();
        let payload = envelope
            .get("Payload")
            .or(envelope.get("payload"))
            .expect("a payload");
        let bus = json!({"version": "0", "detail-type": kind, "time": "2026-01-01T00:00:00Z", "detail": envelope});
        let message = json!({"MessageId": "m", "ReceiptHandle": "r", "Body": envelope.to_string()});
        let wrapped = [
            envelope.clone(),
            message,
            bus.clone(),
            json!({"Body": bus.to_string()}),
        ];
        for body in wrapped {
            let reading = read("amazon.notification", "", 200, &json!({}), &body);
            assert_eq!(unexpected(&reading), Vec::<String>::new(), "{kind}");
            if NOTHING_READ.contains(&kind.as_str()) {
                assert!(
                    reading.events.is_empty() && reading.states.is_empty(),
                    "{kind}"
                );
                continue;
            }
            let places = MAPPED_NOTIFICATIONS.iter().find(|(name, _)| *name == kind);
            let (_, places) = places.unwrap_or_else(|| panic!("{kind} is not mapped"));
            assert_eq!(
                lost(payload, places, &reading),
                Vec::<String>::new(),
                "{kind}: lost"
            );
        }
        kinds.push(kind);
    }
    kinds.sort();
    kinds.dedup();
    let known = MAPPED_NOTIFICATIONS
        .iter()
        .map(|(kind, _)| *kind)
        .chain(NOTHING_READ.iter().copied());
    let missing: Vec<&str> = known
        .filter(|kind| !kinds.iter().any(|met| met == kind))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "no example was met for these");
}

#[test]
fn our_own_price_is_read_from_the_official_offer_example() {
    let Some(corpus) = corpus() else { return };
    let mut schema = load(&corpus.join("schemas/notifications/AnyOfferChangedNotification.json"));
    let change = &mut schema["examples"][0]["Payload"]["AnyOfferChangedNotification"];
    let seller = change["SellerId"].clone();
    change["Offers"][0]["SellerId"] = seller;
    for kind in ["ANY_OFFER_CHANGED", "B2B_ANY_OFFER_CHANGED"] {
        schema["examples"][0]["NotificationType"] = json!(kind);
        let reading = read(
            "amazon.notification",
            "",
            200,
            &json!({}),
            &schema["examples"][0],
        );
        assert_eq!(unexpected(&reading), Vec::<String>::new());
        assert!(kept(&reading).contains(&Value::Number(23.0)), "{reading:?}");
    }
}

#[test]
fn the_account_health_example_is_read_without_loss() {
    let Some(corpus) = corpus() else { return };
    let schema = load(&corpus.join("schemas/reports/accountHealthReport-2020-11-18.json"));
    let report = &schema["examples"][0];
    for body in [report.clone(), json!(report.to_string())] {
        let reading = read(
            "amazon.report",
            "GET_V2_SELLER_PERFORMANCE_REPORT",
            200,
            &json!({}),
            &body,
        );
        assert_eq!(unexpected(&reading), Vec::<String>::new());
        let places = [
            "accountStatuses[].marketplaceId",
            "accountStatuses[].status",
            "performanceMetrics[].accountHealthRating.ahrStatus",
            "performanceMetrics[].warningState[].warningType",
        ];
        assert_eq!(lost(report, &places, &reading), Vec::<String>::new());
    }
}

#[test]
fn nothing_private_of_the_official_samples_is_kept() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    let mut check = |name: &str, body: &Json, reading: &Reading| {
        let mut words = Vec::new();
        private(body, false, &mut words);
        let text = serde_json::to_string(reading).expect("json");
        for word in words {
            count += 1;
            assert!(
                !text.contains(&format!("\"{word}\"")),
                "{name} keeps {word}"
            );
        }
    };
    for model in MODELS {
        for answer in answers(&corpus.join("models").join(model)) {
            let reading = read(
                "amazon.api",
                &answer.operation,
                answer.status,
                &answer.request,
                &answer.body,
            );
            check(&answer.operation, &answer.body, &reading);
        }
    }
    for envelope in notifications(&corpus) {
        check(
            "notification",
            &envelope,
            &read("amazon.notification", "", 200, &json!({}), &envelope),
        );
    }
    assert!(count >= 100, "{count}");
}

/// Words of private blocks. Country codes are no secret, and are kept on purpose.
fn private(value: &Json, inside: bool, words: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            for (name, value) in members {
                let name = name.to_ascii_lowercase();
                if name != "countrycode" {
                    private(value, inside || PRIVATE.contains(&name.as_str()), words);
                }
            }
        }
        Json::Array(values) => values
            .iter()
            .for_each(|value| private(value, inside, words)),
        Json::String(text) if inside && text.len() > 4 => words.push(text.clone()),
        _ => {}
    }
}

// ---------------------------------------------------------------- known defects

/// A defect of the official files: what it is, and whether it is still there.
type Defect = (&'static str, fn(&Path) -> bool);

const DEFECTS: &[Defect] = &[
    (
        "LISTINGS_ITEM_STATUS_CHANGE is called ..._CHANGED by its own schema",
        |corpus| {
            let schema = schema(corpus, "ListingsItemStatusChangeNotification");
            let told = &schema["examples"][0]["NotificationType"];
            !schema["properties"]["NotificationType"]["enum"]
                .as_array()
                .expect("an enum")
                .contains(told)
        },
    ),
    (
        "SHIPMENT_TRACKING_MILESTONE_CHANGED refers to a definition that is not there",
        |corpus| {
            let schema = schema(corpus, "ShipmentTrackingMilestoneChangedNotification");
            let name = schema["$ref"]
                .as_str()
                .expect("a reference")
                .rsplit('/')
                .next()
                .expect("a name");
            schema["definitions"].get(name).is_none()
        },
    ),
    (
        "B2B_ANY_OFFER_CHANGED has a misspelt reference, no properties and no example",
        |corpus| {
            let schema = schema(corpus, "B2bAnyOfferChangedNotification");
            schema.get("#ref").is_some()
                && schema.get("properties").is_none()
                && schema.get("examples").is_none()
        },
    ),
    (
        "PRICING_HEALTH has a reference and no properties",
        |corpus| {
            let schema = schema(corpus, "PricingHealthNotification");
            schema.get("$ref").is_some() && schema.get("properties").is_none()
        },
    ),
    (
        "FBA_INVENTORY_AVAILABILITY_CHANGES has an example of its payload only",
        |corpus| {
            schema(corpus, "FBAInventoryAvailabilityChangeNotification")
                .get("examples")
                .is_none()
        },
    ),
    (
        "the account health example has a status and names that its schema does not know",
        |corpus| {
            let schema = load(&corpus.join("schemas/reports/accountHealthReport-2020-11-18.json"));
            let text = schema.to_string();
            let example = &schema["examples"][0];
            let metrics = &example["performanceMetrics"][0];
            example["accountStatuses"][2]["status"] == "SUSPENDED"
                && metrics.get("warningState").is_some()
                && metrics.get("prefulfillmentCancelRate").is_some()
                && text.contains("\"warningStates\"")
                && text.contains("\"preFulfillmentCancellationRate\"")
        },
    ),
    (
        "the example of getMarketplaceParticipations is a bare list",
        |corpus| {
            let model = load(&corpus.join("models/sellers-api-model/sellers.json"));
            let response =
                &model["paths"]["/sellers/v1/marketplaceParticipations"]["get"]["responses"]["200"];
            response["examples"]["payload"].is_array()
        },
    ),
    (
        "the sandbox answer of getAccount lacks a currency that its schema requires",
        |corpus| {
            let model = load(&corpus.join("models/sellers-api-model/sellers.json"));
            let response = &model["paths"]["/sellers/v1/account"]["get"]["responses"]["200"];
            let store = &response["x-amzn-api-sandbox"]["static"][0]["response"]["payload"]["marketplaceParticipationList"]
                [0];
            store["marketplace"].get("defaultCurrencyCode").is_none()
        },
    ),
    (
        "the sandbox answer of listFinancialEventGroups has a status no schema knows and ten digits for a tail",
        |corpus| {
            let model = load(&corpus.join("models/finances-api-model/financesV0.json"));
            let response =
                &model["paths"]["/finances/v0/financialEventGroups"]["get"]["responses"]["200"];
            let group = &response["x-amzn-api-sandbox"]["static"][0]["response"]["payload"]["FinancialEventGroupList"]
                [0];
            group["ProcessingStatus"] == "PROCESSED"
                && group["FundTransferStatus"] == "TRANSFERED"
                && group["AccountTail"] == "4854564857"
        },
    ),
    (
        "the sandbox answer of getOrders has a number for a time",
        |corpus| {
            let model = load(&corpus.join("models/orders-api-model/ordersV0.json"));
            let response = &model["paths"]["/orders/v0/orders"]["get"]["responses"]["200"];
            response["x-amzn-api-sandbox"]["static"][0]["response"]["payload"]["CreatedBefore"]
                == "1.569521782042E9"
        },
    ),
    (
        "the sandbox answer of getOrderMetrics has spans that end before they begin",
        |corpus| {
            let model = load(&corpus.join("models/sales-api-model/sales.json"));
            let response = &model["paths"]["/sales/v1/orderMetrics"]["get"]["responses"]["200"];
            response
                .to_string()
                .contains("2019-08-01T00:00-07:00--2018-08-03T00:00-07:00")
        },
    ),
    (
        "an example of getOrderMetrics is three answers in one",
        |corpus| {
            answers(&corpus.join("models/sales-api-model/sales.json"))
                .iter()
                .any(is_broken_example)
        },
    ),
    (
        "the sandbox answer of getPaymentMethods names no default method",
        |corpus| {
            let model =
                answers(&corpus.join("models/finances-api-model/transfers_2024-06-01.json"));
            let sandbox = model
                .iter()
                .find(|answer| answer.operation == "getPaymentMethods" && answer.status == 200);
            sandbox.is_some_and(|answer| !answer.body.to_string().contains("assignmentType"))
        },
    ),
];

fn schema(corpus: &Path, name: &str) -> Json {
    load(&corpus.join(format!("schemas/notifications/{name}.json")))
}

#[test]
fn the_known_defects_of_the_official_files_are_still_there() {
    let Some(corpus) = corpus() else { return };
    let mended: Vec<&str> = DEFECTS
        .iter()
        .filter(|(_, is_there)| !is_there(&corpus))
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(
        mended,
        Vec::<&str>::new(),
        "mended at Amazon's: take them off the list"
    );
}

// ---------------------------------------------------------------- hostile input

/// A small generator of its own (xorshift64*), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or_default() % sides.max(1)
    }
}

/// Samples that are there without the corpus too.
fn own_samples() -> Vec<(&'static str, &'static str, Json)> {
    vec![
        (
            "amazon.api",
            "getPaymentMethods",
            json!({"paymentMethods": [{"accountHolderName": "A B", "paymentMethodId": "m", "paymentMethodType": "CARD", "tail": "677", "expiryDate": {"month": "3", "year": "2029"}}]}),
        ),
        (
            "amazon.api",
            "listPayouts",
            json!({"payouts": [{"id": "1", "statusHistory": [{"lastUpdatedDate": "2026-10-01T00:00:00Z"}], "amount": {"currencyAmount": 1.5}}]}),
        ),
        (
            "amazon.api",
            "",
            json!({"error": "invalid_grant", "error_description": "x"}),
        ),
        (
            "amazon.report",
            "GET_MERCHANT_LISTINGS_ALL_DATA",
            json!(
                "\u{feff}seller-sku\tprice\tquantity\topen-date\tstatus\nS1\t1,299.00\t3\t2022-05-31 17:21:53 PDT\tActive\nS2\t5\t1\t31/05/2022\tInactive\n"
            ),
        ),
        (
            "amazon.report",
            "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
            json!(
                "settlement-id\tdeposit-date\ttotal-amount\tcurrency\n1\t2026-03-17\t1.847,32\tGBP\n"
            ),
        ),
        (
            "amazon.notification",
            "",
            json!({"Body": "{\"notificationType\":\"ACCOUNT_STATUS_CHANGED\",\"eventTime\":\"2026-11-01T10:00:00Z\",\"payload\":{\"accountStatusChangeNotification\":{\"previousAccountStatus\":\"NORMAL\",\"currentAccountStatus\":\"AT_RISK\"}}}"}),
        ),
        (
            "amazon.notification",
            "",
            json!({"NotificationType": "LISTINGS_ITEM_STATUS_CHANGE", "Payload": {"Sku": "ü", "Status": ["BUYABLE"], "CreatedDate": "2026-10-30T00:00:00Z"}}),
        ),
    ]
}

fn all_samples() -> Vec<(String, String, Json)> {
    let own = own_samples().into_iter();
    let mut all: Vec<_> = own
        .map(|(source, operation, body)| (source.to_owned(), operation.to_owned(), body))
        .collect();
    if let Some(corpus) = corpus() {
        for model in MODELS {
            let answers = answers(&corpus.join("models").join(model)).into_iter();
            all.extend(
                answers.map(|answer| ("amazon.api".to_owned(), answer.operation, answer.body)),
            );
        }
        let notifications = notifications(&corpus).into_iter();
        all.extend(
            notifications.map(|body| ("amazon.notification".to_owned(), String::new(), body)),
        );
    }
    all
}

/// Changes something somewhere: drops, swaps types, cuts, repeats.
fn mutate(value: &mut Json, dice: &mut Dice) {
    match value {
        Json::Object(members) if !members.is_empty() => {
            let name = members
                .keys()
                .nth(dice.roll(members.len()))
                .expect("a name")
                .clone();
            match dice.roll(5) {
                0 => drop(members.shift_remove(&name)),
                1 => {
                    members.insert(name, odd(dice));
                }
                _ => mutate(&mut members[&name], dice),
            }
        }
        Json::Array(values) if !values.is_empty() => {
            let at = dice.roll(values.len());
            match dice.roll(5) {
                0 => drop(values.remove(at)),
                1 => values[at] = odd(dice),
                2 => values.push(values[at].clone()),
                _ => mutate(&mut values[at], dice),
            }
        }
        Json::String(text) if dice.roll(2) == 0 => {
            let end = dice.roll(text.chars().count() + 1);
            *text = text.chars().take(end).collect();
        }
        other => *other = odd(dice),
    }
}

fn odd(dice: &mut Dice) -> Json {
    match dice.roll(12) {
        0 => Json::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(1e300),
        4 => json!(u64::MAX),
        5 => json!([]),
        6 => json!({}),
        7 => json!([[1, "x", null]]),
        8 => json!("9999-12-31T23:59:59Z"),
        9 => json!("é".repeat(700)),
        10 => json!("\u{0}\t\n\u{202e}--"),
        _ => json!("-9999-01-01T00:00:00Z"),
    }
}

#[test]
fn mutated_samples_never_end_in_a_panic() {
    const ROUNDS: usize = 40;
    let key = DigestKey::new(KEY);
    let latest: Timestamp = "2026-11-01T11:05:00Z".parse().expect("a time");
    let mut dice = Dice(0x5eed_0000_0000_0001);
    let mut count = 0;
    for (source, operation, body) in all_samples() {
        for round in 0..ROUNDS {
            let mut body = body.clone();
            for _ in 0..=dice.roll(6) {
                mutate(&mut body, &mut dice);
            }
            if round % 4 == 0 {
                let text = body
                    .as_str()
                    .map_or_else(|| body.to_string(), str::to_owned);
                body = json!(
                    text.chars()
                        .take(dice.roll(text.chars().count() + 1))
                        .collect::<String>()
                );
            }
            let mut record: Record = serde_json::from_value(
                json!({"at": AT, "account": "shop", "source": source, "operation": operation}),
            )
            .expect("a record");
            record.body = body;
            record.status = [None, Some(200), Some(403)][dice.roll(3)];
            let reading = sellkeep_connect::read(&record, &key);
            assert!(reading.problems.len() <= 60, "{}", reading.problems.len());
            assert!(reading.events.iter().all(|event| event.happened <= latest));
            assert_eq!(
                reading,
                sellkeep_connect::read(&record, &key),
                "reading twice is the same"
            );
            count += 1;
        }
    }
    println!("{count} mutated records read");
}
