//! Amazon's own models: whether an answer is one that they allow.
//!
//! Reads the part of Swagger 2.0 that the models use: type, required, properties, items,
//! enum, `$ref`, number bounds. Where a model does not say, everything is allowed.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

/// No answer is nested deeper; a model that refers to itself ends here.
const DEPTH_MAX: usize = 40;
/// More complaints than a person reads.
const COMPLAINTS_MAX: usize = 5;

/// The schemas of good answers, by operation and status.
#[derive(Debug)]
pub struct Models {
    answers: HashMap<(String, u16), (usize, Json)>,
    documents: Vec<Json>,
}

impl Models {
    /// Reads every model below a folder; `None` where there is none.
    pub fn load(folder: &Path) -> Option<Models> {
        let mut models = Models {
            answers: HashMap::new(),
            documents: Vec::new(),
        };
        for entry in fs::read_dir(folder).ok()? {
            let below = fs::read_dir(entry.ok()?.path()).ok()?;
            for file in below.flatten() {
                models.read(&file.path());
            }
        }
        (!models.answers.is_empty()).then_some(models)
    }

    fn read(&mut self, path: &Path) {
        let text = fs::read_to_string(path).expect("a model");
        let model: Json = serde_json::from_str(&text).expect("JSON");
        let at = self.documents.len();
        // Of two models with operations of one name, the sellers' is the one we answer.
        let wallet = path.ends_with("sellerWallet_2024-03-01.json");
        for methods in model["paths"]
            .as_object()
            .into_iter()
            .flat_map(|paths| paths.values())
        {
            for operation in methods
                .as_object()
                .into_iter()
                .flat_map(|methods| methods.values())
            {
                let Some(name) = operation.get("operationId").and_then(Json::as_str) else {
                    continue;
                };
                for (status, response) in operation["responses"].as_object().into_iter().flatten() {
                    if let (Ok(status), Some(schema)) = (status.parse(), response.get("schema"))
                        && !wallet
                    {
                        self.answers
                            .insert((name.to_owned(), status), (at, schema.clone()));
                    }
                }
            }
        }
        self.documents.push(model);
    }

    /// What is wrong with an answer.
    pub fn complaints(&self, operation: &str, status: u16, body: &Json) -> Vec<String> {
        let Some((at, schema)) = self.answers.get(&(operation.to_owned(), status)) else {
            return vec![format!("{operation} {status}: no model knows this answer")];
        };
        let mut found = Vec::new();
        let check = Check {
            document: &self.documents[*at],
            operation,
        };
        check.walk(schema, body, operation, 0, &mut found);
        found.truncate(COMPLAINTS_MAX);
        found
    }
}

struct Check<'a> {
    document: &'a Json,
    operation: &'a str,
}

impl Check<'_> {
    fn walk(
        &self,
        schema: &Json,
        value: &Json,
        place: &str,
        depth: usize,
        found: &mut Vec<String>,
    ) {
        if depth > DEPTH_MAX {
            return;
        }
        if let Some(path) = schema.get("$ref").and_then(Json::as_str) {
            let target = self.document.pointer(path.trim_start_matches('#'));
            let target =
                target.unwrap_or_else(|| panic!("{}: {path} leads nowhere", self.operation));
            return self.walk(target, value, place, depth + 1, found);
        }
        if let Some(words) = schema.get("enum").and_then(Json::as_array)
            && !words.contains(value)
        {
            found.push(format!("{place}: {value} is none of {words:?}"));
        }
        let kind = schema.get("type").and_then(Json::as_str);
        if kind.is_some_and(|kind| !is(kind, value)) {
            found.push(format!(
                "{place}: {value} is no {}",
                kind.unwrap_or_default()
            ));
            return;
        }
        self.members(schema, value, place, depth, found);
        if let (Some(items), Some(things)) = (schema.get("items"), value.as_array()) {
            for (index, thing) in things.iter().enumerate() {
                self.walk(items, thing, &format!("{place}[{index}]"), depth + 1, found);
            }
        }
    }

    fn members(
        &self,
        schema: &Json,
        value: &Json,
        place: &str,
        depth: usize,
        found: &mut Vec<String>,
    ) {
        let Some(members) = value.as_object() else {
            return;
        };
        for name in schema
            .get("required")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            let name = name.as_str().unwrap_or_default();
            if !members.contains_key(name) {
                found.push(format!("{place}: {name} is missing"));
            }
        }
        let Some(known) = schema.get("properties").and_then(Json::as_object) else {
            return;
        };
        for (name, value) in members {
            match known.get(name) {
                Some(schema) => {
                    self.walk(schema, value, &format!("{place}.{name}"), depth + 1, found);
                }
                None if schema.get("additionalProperties").is_some() => {}
                None => found.push(format!("{place}.{name}: the model does not know it")),
            }
        }
    }
}

fn is(kind: &str, value: &Json) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_that_a_model_does_not_allow_is_found() {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sp-api/models");
        let Some(models) = Models::load(&folder) else {
            println!("skipped: no corpus");
            return;
        };
        let complaints = |body: &Json| models.complaints("getPaymentMethods", 200, body);
        let good =
            json!({"paymentMethods": [{"tail": "677", "paymentMethodType": "BANK_ACCOUNT"}]});
        assert_eq!(complaints(&good), Vec::<String>::new());
        for bad in [
            json!([]),
            json!({"paymentMethods": [{"tail": 677}]}),
            json!({"paymentMethods": [{"paymentMethodType": "SHOEBOX"}]}),
            json!({"methods": []}),
        ] {
            assert_eq!(complaints(&bad).len(), 1, "{bad}");
        }
        let missing = json!({"expectedPayouts": [{"status": "SCHEDULED"}]});
        assert_eq!(
            models
                .complaints("listExpectedPayouts", 200, &missing)
                .len(),
            1
        );
        assert_eq!(models.complaints("getNothing", 200, &missing).len(), 1);
    }
}
