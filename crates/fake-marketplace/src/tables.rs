//! Reports: asked for, made within two minutes, packed, handed out by the storage.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};

use crate::answers::{Answer, Question, wrong};
use crate::seller::{Seller, Shop};

/// How long making one takes.
const TAKES: SignedDuration = SignedDuration::from_mins(2);
/// Reports are kept so long.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
const LISTINGS: &str = "GET_MERCHANT_LISTINGS_ALL_DATA";
const HEALTH: &str = "GET_V2_SELLER_PERFORMANCE_REPORT";

/// A report.
#[derive(Debug)]
struct Report {
    seller: String,
    kind: String,
    stores: Vec<String>,
    created: Timestamp,
    document: Vec<u8>,
}

/// All reports by number.
#[derive(Debug, Default)]
pub struct Reports {
    serial: u64,
    made: BTreeMap<String, Report>,
}

impl Reports {
    /// A document's bytes.
    pub fn document(&self, id: &str) -> Option<Vec<u8>> {
        Some(self.made.get(id)?.document.clone())
    }
}

/// Answers the operations of reports.
pub fn answer(reports: &mut Reports, seller: &mut Seller, question: &Question) -> Answer {
    reports
        .made
        .retain(|_, report| question.now.duration_since(report.created) < KEPT);
    match question.operation {
        "createReport" => create(reports, seller, question),
        "getReports" => list(reports, seller, question),
        "getReport" => match own(reports, seller, &question.part) {
            Some(report) => (200, shown(&question.part, report, question.now)),
            None => wrong("reportId"),
        },
        _ => document(reports, seller, question),
    }
}

fn create(reports: &mut Reports, seller: &mut Seller, question: &Question) -> Answer {
    let word = |name: &str| {
        question
            .body
            .get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
    };
    let stores = question.body.get("marketplaceIds").and_then(Json::as_array);
    let stores: Vec<String> = stores
        .into_iter()
        .flatten()
        .filter_map(|store| store.as_str().map(str::to_owned))
        .collect();
    let kind = word("reportType").to_owned();
    if stores.is_empty() || !matches!(kind.as_str(), LISTINGS | HEALTH) {
        return wrong("reportType or marketplaceIds");
    }
    let shop = seller.shop(question.seen, question.now);
    let text = if kind == LISTINGS {
        table(&shop)
    } else {
        health(&shop, &stores)
    };
    reports.serial += 1;
    let id = reports.serial.to_string();
    let report = Report {
        seller: seller.id.clone(),
        kind,
        stores,
        created: question.now,
        document: packed(&text),
    };
    reports.made.insert(id.clone(), report);
    (202, json!({"reportId": id}))
}

fn list(reports: &Reports, seller: &Seller, question: &Question) -> Answer {
    let kinds = question.words("reportTypes");
    let stores = question.words("marketplaceIds");
    let since = question.time("createdSince");
    let wanted = reports.made.iter().filter(|(_, report)| {
        report.seller == seller.id
            && kinds.contains(&report.kind.as_str())
            && report
                .stores
                .iter()
                .any(|store| stores.contains(&store.as_str()))
            && since.is_none_or(|since| report.created >= since)
    });
    let shown: Vec<Json> = wanted
        .map(|(id, report)| shown(id, report, question.now))
        .collect();
    (200, json!({"reports": shown}))
}

fn own<'a>(reports: &'a Reports, seller: &Seller, id: &str) -> Option<&'a Report> {
    reports
        .made
        .get(id)
        .filter(|report| report.seller == seller.id)
}

fn shown(id: &str, report: &Report, now: Timestamp) -> Json {
    let ready = now.duration_since(report.created) >= TAKES;
    let mut json = json!({"reportId": id, "reportType": report.kind, "marketplaceIds": report.stores,
        "createdTime": report.created.to_string(), "processingStatus": if ready { "DONE" } else { "IN_PROGRESS" }});
    if ready {
        json["reportDocumentId"] = json!(format!("amzn1.spdoc.{id}"));
    }
    json
}

fn document(reports: &Reports, seller: &Seller, question: &Question) -> Answer {
    let id = question
        .part
        .strip_prefix("amzn1.spdoc.")
        .unwrap_or_default();
    if own(reports, seller, id).is_none() {
        return wrong("reportDocumentId");
    }
    let url = format!("{}/documents/{id}", question.address);
    (
        200,
        json!({"reportDocumentId": question.part, "url": url, "compressionAlgorithm": "GZIP"}),
    )
}

fn table(shop: &Shop) -> String {
    let mut text = "\u{feff}item-name\tseller-sku\tprice\tquantity\topen-date\tasin1\tfulfillment-channel\tmerchant-shipping-group\tstatus\n".to_owned();
    for (sku, one) in &shop.listings {
        let opened = one.created.strftime("%Y-%m-%d %H:%M:%S UTC");
        writeln!(
            text,
            "Item {sku}\t{sku}\t{:.2}\t{}\t{opened}\tB000000001\tDEFAULT\tStandard\tActive",
            one.price, one.quantity
        )
        .expect("text grows");
    }
    text
}

fn health(shop: &Shop, stores: &[String]) -> String {
    let status = |store: &String| json!({"marketplaceId": store, "status": shop.status});
    let statuses: Vec<Json> = stores.iter().map(status).collect();
    json!({"accountStatuses": statuses, "performanceMetrics": []}).to_string()
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).expect("memory");
    packer.finish().expect("memory")
}
