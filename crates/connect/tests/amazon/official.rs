//! Amazon's own models: whatever writes or moves money is not on our list.

use std::fs;
use std::path::Path;

use sellkeep_connect::amazon::live::operation::{OPERATIONS, allowed};
use serde_json::Value as Json;

struct Official {
    name: String,
    method: String,
    path: String,
}

fn official() -> Vec<Official> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sp-api/models");
    let Ok(folders) = fs::read_dir(folder) else {
        println!("skipped: no corpus");
        return Vec::new();
    };
    let files =
        folders.flat_map(|entry| fs::read_dir(entry.expect("an entry").path()).expect("a folder"));
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(file.expect("a file").path()).expect("read");
        let model: Json = serde_json::from_str(&text).expect("JSON");
        for (path, methods) in model["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                if let Some(name) = operation.get("operationId").and_then(Json::as_str) {
                    found.push(Official {
                        name: name.to_owned(),
                        method: method.to_uppercase(),
                        path: path.clone(),
                    });
                }
            }
        }
    }
    found
}

/// The path with something in the place of `{…}`.
fn filled(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "X1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn of_all_official_operations_only_our_list_is_allowed() {
    let all = official();
    if all.is_empty() {
        return;
    }
    let (mut taken, mut refused_writes) = (Vec::new(), 0);
    for operation in &all {
        let found = allowed(&operation.method, &filled(&operation.path));
        match found {
            Some(found) => {
                assert_eq!(found.name(), operation.name);
                taken.push(operation.name.as_str());
            }
            None if operation.method != "GET" => refused_writes += 1,
            None => {}
        }
        // No path is reached by another method than its own.
        for method in ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] {
            let found = allowed(method, &filled(&operation.path));
            assert!(
                found.is_none_or(|found| found.name() == "createReport"),
                "{method} {}",
                operation.path
            );
        }
    }
    let mut ours: Vec<&str> = OPERATIONS.iter().map(|facts| facts.name).collect();
    ours.sort_unstable();
    taken.sort_unstable();
    assert_eq!(ours, taken, "each of ours is an official one, once");
    println!(
        "{} official operations, {} allowed, {refused_writes} writing ones refused",
        all.len(),
        taken.len()
    );
    assert!(
        all.len() > 80 && refused_writes > 25,
        "{} {refused_writes}",
        all.len()
    );
}

#[test]
fn what_moves_money_is_refused_by_name() {
    let all = official();
    if all.is_empty() {
        return;
    }
    for name in [
        "initiatePayout",
        "createTransaction",
        "createTransferSchedule",
        "updateTransferSchedule",
        "deleteScheduleTransaction",
        "createRestrictedDataToken",
        "createFeed",
        "putListingsItem",
        "patchListingsItem",
        "deleteListingsItem",
        "createSubscription",
        "rotateApplicationClientSecret",
    ] {
        let known: Vec<&Official> = all
            .iter()
            .filter(|operation| operation.name == name)
            .collect();
        assert!(!known.is_empty(), "{name} is in no model any more");
        for operation in known {
            assert_eq!(
                allowed(&operation.method, &filled(&operation.path)),
                None,
                "{name}"
            );
        }
    }
}

/// Rates, bursts, paths and paging of the list are those of the models.
#[test]
fn the_list_says_what_the_models_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sp-api/models");
    let Ok(folders) = fs::read_dir(folder) else {
        println!("skipped: no corpus");
        return;
    };
    let mut checked = 0;
    for entry in folders {
        for file in fs::read_dir(entry.expect("an entry").path()).expect("a folder") {
            let text = fs::read_to_string(file.expect("a file").path()).expect("read");
            let model: Json = serde_json::from_str(&text).expect("JSON");
            for facts in OPERATIONS {
                let method = facts.verb.as_str().to_lowercase();
                let paths = model["paths"].as_object().expect("paths");
                let Some(operation) = paths
                    .get(facts.path)
                    .and_then(|methods| methods.get(&method))
                else {
                    continue;
                };
                assert_eq!(operation["operationId"], facts.name);
                let says = operation["description"].as_str().expect("words");
                let row = says.lines().rev().find(|line| {
                    line.starts_with("| ") && line.contains(|sign: char| sign.is_ascii_digit())
                });
                let numbers: Vec<f64> = row
                    .expect("a usage plan")
                    .split('|')
                    .filter_map(|cell| cell.trim().parse().ok())
                    .collect();
                assert_eq!(
                    numbers[..2],
                    [facts.rate, f64::from(facts.burst)],
                    "{}",
                    facts.name
                );
                if let Some((parameter, _)) = facts.paging {
                    let known = operation["parameters"].as_array().expect("parameters");
                    assert!(
                        known.iter().any(|one| one["name"] == parameter),
                        "{} {parameter}",
                        facts.name
                    );
                }
                checked += 1;
            }
        }
    }
    assert_eq!(checked, OPERATIONS.len());
}
