//! The RFC 7208 test suite: results only, as explanations (`exp=`) are not used.

use std::fs;

use sellkeep_model::{Envelope, RecordedZone};
use serde_json::Value;

use crate::{conclude, examine, shared};

#[test]
fn rfc_7208() {
    let Some(path) = shared("suites/spf/rfc7208-tests.yml") else {
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    let mut passed = 0;
    let mut differing = Vec::new();
    for document in text.split("\n---\n").skip(1) {
        let section: Value = serde_saphyr::from_str(document).unwrap();
        let zone = zone(&section["zonedata"]);
        for (name, test) in section["tests"].as_object().unwrap() {
            let got = result(test, &zone);
            let expected = words(&test["result"]);
            if expected.contains(&got) {
                passed += 1;
            } else {
                differing.push(format!("{name}: {got}, expected {expected:?}"));
            }
        }
    }
    assert_eq!(passed + differing.len(), 200, "all 200 tests were seen");
    conclude("RFC 7208", passed, &differing, &[]);
}

fn result(test: &Value, zone: &RecordedZone) -> String {
    let field = |name: &str| test[name].as_str().unwrap_or_default().to_owned();
    let envelope = Envelope {
        helo: Some(field("helo")),
        mail_from: Some(field("mailfrom")),
        client_ip: Some(field("host").parse().unwrap()),
        ..Envelope::default()
    };
    let found = examine(b"\r\n", &envelope, zone, 0);
    found.spf.unwrap().result
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().flat_map(words).collect(),
        other => other.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// The suite's zone data; SPF-type records stand for TXT where there is no TXT.
fn zone(data: &Value) -> RecordedZone {
    let mut zone = RecordedZone::default();
    for (name, records) in data.as_object().unwrap() {
        let records: Vec<(String, String)> =
            records.as_array().unwrap().iter().map(record).collect();
        let has_txt = records.iter().any(|(kind, _)| kind == "TXT");
        let entry = zone.entry(name);
        for (kind, value) in records {
            match kind.as_str() {
                "SPF" if !has_txt => entry.txt.push(value),
                "TXT" if value != "NONE" => entry.txt.push(value),
                "A" => entry.a.push(value),
                "AAAA" => entry.aaaa.push(value),
                "MX" => entry.mx.push(value),
                "PTR" => entry.ptr.push(value),
                "TIMEOUT" => entry.rcode = Some(kind),
                _ => {}
            }
        }
    }
    zone
}

fn record(record: &Value) -> (String, String) {
    let Some((kind, value)) = record.as_object().and_then(|map| map.iter().next()) else {
        return (record.as_str().unwrap().to_owned(), String::new());
    };
    let value = match value {
        Value::Array(parts) if kind == "MX" => {
            format!("{} {}", parts[0], parts[1].as_str().unwrap())
        }
        Value::Array(parts) => parts.iter().map(|part| part.as_str().unwrap()).collect(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (kind.clone(), value)
}
