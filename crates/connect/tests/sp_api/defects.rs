//! Known defects of the official files. Each must still be there, so that the list cannot rot.

use std::path::Path;

use serde_json::Value as Json;

use crate::corpus::{answers, corpus, load};
use crate::is_broken_example;

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
