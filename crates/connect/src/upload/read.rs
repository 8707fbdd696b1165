//! Uploads: rows of a table or entries of a list, each one event.
//!
//! What a person uploads is *claimed*; if the record says that the uploader attested it
//! (`"request": {"attested": "true"}`, which the console writes after he confirmed with his
//! second factor), it is *observed*.

use sellkeep_model::{DigestKey, ProofLevel, Reading, Record};
use serde_json::{Map, Value as Json};

use crate::generic::entry;
use crate::told::reading;

/// More rows than one person looks through; a larger table is to be split.
const ROWS_MAX: usize = 2_000;

/// Columns of an entry; every other column is a detail.
const COLUMNS: &[&str] = &["kind", "happened", "id"];

/// What stands in an upload.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    let attested = record
        .parameter("attested")
        .is_some_and(|word| word == "true");
    let proof = if attested {
        ProofLevel::Observed
    } else {
        ProofLevel::Claimed
    };
    let mut problems = Reading::default();
    let mut record = record.clone();
    if let Some(text) = record.body.as_str().filter(|text| is_table(text)) {
        record.body = table(text, &mut problems);
    }
    let mut reading = reading(&record, key, "", proof, |told, body| {
        if body.has("events") {
            body.list("events")
                .iter()
                .for_each(|place| entry(told, place));
        } else if body.json().is_array() {
            body.things().iter().for_each(|place| entry(told, place));
        } else {
            entry(told, body);
        }
    });
    reading.problems.extend(problems.problems);
    reading
}

fn is_table(text: &str) -> bool {
    !text
        .trim_start()
        .trim_start_matches('\u{feff}')
        .starts_with(['{', '['])
}

/// The rows of a table as entries.
fn table(text: &str, problems: &mut Reading) -> Json {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b';', b'\t']
        .into_iter()
        .find(|sign| head.contains(char::from(*sign)));
    let mut table = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let Ok(names) = table.headers().cloned() else {
        problems.problem("body", "is no table; nothing was read");
        return Json::Array(Vec::new());
    };
    let mut rows = Vec::new();
    for (number, row) in table.records().enumerate() {
        if number >= ROWS_MAX {
            problems.problem(
                "body",
                "has more rows than are read at once; split the table",
            );
            break;
        }
        match row {
            Ok(row) => rows.push(row_entry(&names, &row)),
            Err(_) => problems.problem(
                format!("row {}", number + 2),
                "has not as many columns as the first row; left out",
            ),
        }
    }
    Json::Array(rows)
}

/// `object_type` and `object_id` are the object, `before.NAME` and `after.NAME` (or `NAME` alone)
/// are details. Empty cells say nothing.
fn row_entry(names: &csv::StringRecord, row: &csv::StringRecord) -> Json {
    let mut entry = Map::new();
    let (mut object, mut before, mut after) = (Map::new(), Map::new(), Map::new());
    for (name, cell) in names.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let name = name.to_ascii_lowercase();
        let (map, name) = match name.as_str() {
            "object_type" => (&mut object, "type"),
            "object_id" => (&mut object, "id"),
            name if COLUMNS.contains(&name) => (&mut entry, name),
            name => match name.strip_prefix("before.") {
                Some(name) => (&mut before, name),
                None => (&mut after, name.strip_prefix("after.").unwrap_or(name)),
            },
        };
        map.insert(name.to_owned(), cell_value(cell));
    }
    for (name, map) in [("object", object), ("before", before), ("after", after)] {
        if !map.is_empty() {
            entry.insert(name.to_owned(), Json::Object(map));
        }
    }
    Json::Object(entry)
}

/// Tables know only text: yes and no are recognised, everything else stays as it is written.
fn cell_value(cell: &str) -> Json {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "yes" => Json::Bool(true),
        "false" | "no" => Json::Bool(false),
        _ => Json::String(cell.to_owned()),
    }
}
