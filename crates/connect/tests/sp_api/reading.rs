//! Reading a record, and what of it stands in the reading.

use sellkeep_model::{DigestKey, Fields, Reading, Record, Timestamp, Value};
use serde_json::{Value as Json, json};

/// Key of the digests.
pub const KEY: [u8; 32] = [9; 32];
/// When the records were learned.
pub const AT: &str = "2026-11-01T11:00:00Z";

pub fn read(source: &str, operation: &str, status: u16, request: &Json, body: &Json) -> Reading {
    let record: Record = serde_json::from_value(json!({
        "at": AT, "account": "shop", "source": source, "operation": operation, "status": status, "request": request, "body": body
    }))
    .expect("a record");
    sellkeep_connect::read(&record, &DigestKey::new(KEY))
}

pub fn unexpected(reading: &Reading) -> Vec<String> {
    let real = reading.problems.iter().filter(|problem| !problem.harmless);
    real.map(|problem| format!("{}: {}", problem.place, problem.says))
        .collect()
}

/// Everything that a reading keeps, as words, numbers and flags.
pub fn kept(reading: &Reading) -> Vec<Value> {
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
pub fn is_kept(value: &Json, kept: &[Value]) -> bool {
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
pub fn at<'a>(body: &'a Json, place: &str) -> Vec<&'a Json> {
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

pub fn lost(body: &Json, places: &[&str], reading: &Reading) -> Vec<String> {
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
