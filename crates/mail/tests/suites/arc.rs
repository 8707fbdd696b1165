//! The ARC validation suite of ValiMail.

use std::fs;

use sellkeep_model::RecordedZone;
use serde_json::Value;

use crate::{conclude, shared, signatures};

const EXPLAINED: &[(&str, &str)] = &[
    (
        "cv_fail_",
        "the suite leaves the result empty; RFC 8617 section 5.2 step 2 says fail",
    ),
    (
        "ams_fields_c_na",
        "written for a draft with relaxed as default; RFC 8617 section 4.1.2 takes DKIM's, simple",
    ),
    (
        "ams_fields_h_empty",
        "a chain that does not cover From says nothing about who wrote the mail",
    ),
];

#[test]
fn validation() {
    let Some(path) = shared("suites/arc/arc-draft-validation-tests.json") else {
        return;
    };
    let sections: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut passed = 0;
    let mut differing = Vec::new();
    for section in sections.as_array().unwrap() {
        let zone = zone(&section["txt-records"]);
        for (name, test) in section["tests"].as_object().unwrap() {
            let message = test["message"].as_str().unwrap();
            let chain = signatures(message.as_bytes(), &zone, 1_500_000_000).arc;
            let got = chain.as_ref().map_or("none", |chain| chain.result.as_str());
            let expected = test["cv"].as_str().unwrap().to_ascii_lowercase();
            if got == expected {
                passed += 1;
            } else {
                let why = chain.as_ref().and_then(|chain| chain.reason.as_deref());
                let why = why.unwrap_or_default();
                differing.push(format!("{name}: {got} ({why}), expected {expected}"));
            }
        }
    }
    conclude("ARC validation", passed, &differing, EXPLAINED);
}

fn zone(records: &Value) -> RecordedZone {
    let mut zone = RecordedZone::default();
    for (name, text) in records.as_object().unwrap() {
        zone.entry(name).txt.push(text.as_str().unwrap().to_owned());
    }
    zone
}
