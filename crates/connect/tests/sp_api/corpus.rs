//! The official files: models with their sandbox answers, schemas with their examples.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

pub fn corpus() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sp-api");
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no corpus");
    None
}

pub fn load(path: &Path) -> Json {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn files(folder: &Path) -> Vec<PathBuf> {
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
pub struct Answer {
    pub model: String,
    pub operation: String,
    pub verb: String,
    pub status: u16,
    pub request: Json,
    pub body: Json,
}

pub fn answers(path: &Path) -> Vec<Answer> {
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

pub fn parameters(request: &Json) -> Json {
    let mut flat = serde_json::Map::new();
    for (name, parameter) in request["parameters"].as_object().into_iter().flatten() {
        if let Some(value) = parameter.get("value") {
            flat.insert(name.clone(), value.clone());
        }
    }
    Json::Object(flat)
}

/// Every example of a notification's schema: the envelope.
pub fn notifications(folder: &Path) -> Vec<Json> {
    let mut found = Vec::new();
    for path in files(&folder.join("schemas/notifications")) {
        let schema = load(&path);
        if let Some(examples) = schema["examples"].as_array() {
            found.extend(examples.iter().cloned());
            continue;
        }
        // One schema has examples of its payload alone.
        let payloads = schema["properties"]["Payload"]["examples"].as_array();
        let kind = &schema["properties"]["NotificationType"]["enum"][0];
        let wrap = |payload: &Json| json!({"NotificationType": kind, "EventTime": "2020-07-13T19:42:04.284Z", "Payload": payload});
        found.extend(payloads.into_iter().flatten().map(wrap));
    }
    found
}
