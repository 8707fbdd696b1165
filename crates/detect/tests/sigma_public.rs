//! Every public Sigma rule of the corpus loads and matches the logs it must match, or is
//! refused with the reason. The figures are printed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rsigma_eval::{CompiledRule, compile_rule, evaluate_rule};
use rsigma_parser::parse_sigma_yaml;
use sellkeep_detect::sigma::{Detection, Document, JsonEvent, JsonName, Matcher, documents, read};
use serde_json::{Map, Value as Json};

/// Rules that may be refused, with a part of the reason.
const REFUSED: &[(&str, &str)] = &[];

/// Logs that hold more events that match than their info says (several writes of a file that
/// the rule names); the independent matcher counts as ours does.
const MISCOUNTED: &[&str] = &[
    "Anydesk Temporary Artefact",
    "Cred Dump Tools Dropped Files",
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/suites/sigma")
}

#[test]
fn every_public_rule_loads_and_matches_its_logs() {
    let corpus = corpus();
    if !corpus.is_dir() {
        println!("skipped: no corpus");
        return;
    }
    let mut tally = Tally::default();
    let rules = rules(&corpus, &mut tally);
    for info in files(&corpus.join("regression_data"), "info.yml") {
        logs(&info, &rules, &mut tally);
    }
    println!("{tally:#?}");
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
    assert!(tally.loaded > 100 && tally.events > 100, "{tally:?}");
}

/// Every rule on every event, also where it must not match: the same answer as an
/// independent matcher.
#[test]
fn an_independent_matcher_agrees_on_every_rule_and_event() {
    let corpus = corpus();
    if !corpus.is_dir() {
        println!("skipped: no corpus");
        return;
    }
    let ours = rules(&corpus, &mut Tally::default());
    let folders = files(&corpus.join("regression_data"), "info.yml");
    let events: Vec<Json> = folders
        .iter()
        .flat_map(|info| events(info.parent().expect("a folder")))
        .collect();
    let mut pairs = 0;
    for (id, theirs) in independent(&corpus) {
        let Some(rule) = ours.get(&id) else {
            panic!("{id} is refused by ours only");
        };
        for event in &events {
            let own = rule.pattern.matches(&JsonEvent(event));
            let other = evaluate_rule(&theirs, &rsigma_eval::JsonEvent::borrow(event)).is_some();
            assert_eq!(own, other, "{}: {event}", rule.title);
            pairs += 1;
        }
    }
    println!("{pairs} pairs of rule and event");
    assert!(pairs > 10_000);
}

fn independent(corpus: &Path) -> Vec<(String, CompiledRule)> {
    let mut compiled = Vec::new();
    for folder in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        for path in files(&corpus.join(folder), ".yml") {
            let text = fs::read_to_string(&path).expect("a rule");
            for rule in parse_sigma_yaml(&text).expect("a rule").rules {
                let id = rule.id.clone().expect("an id");
                compiled.push((id, compile_rule(&rule).expect("a rule")));
            }
        }
    }
    compiled
}

#[derive(Debug, Default)]
struct Tally {
    loaded: usize,
    refused: Vec<String>,
    rules_with_logs: usize,
    events: usize,
    /// Logs of rules that the corpus does not hold, or without a log file.
    without_rule_or_log: Vec<String>,
    wrong: Vec<String>,
}

type Rules = BTreeMap<String, Detection<JsonName>>;

fn rules(corpus: &Path, tally: &mut Tally) -> Rules {
    let mut rules = BTreeMap::new();
    for folder in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        for path in files(&corpus.join(folder), ".yml") {
            let text = fs::read_to_string(&path).expect("a rule");
            for document in documents(&text).expect("YAML") {
                match read::<JsonEvent<'_>>(&document) {
                    Ok(Document::Detection(detection)) => {
                        tally.loaded += 1;
                        let id = detection.id.clone().expect("an id");
                        rules.insert(id, *detection);
                    }
                    Ok(_) => tally
                        .wrong
                        .push(format!("{}: no detection", path.display())),
                    Err(reason) => refused(&path, &reason, tally),
                }
            }
        }
    }
    rules
}

fn refused(path: &Path, reason: &str, tally: &mut Tally) {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let line = format!("{name}: {reason}");
    let known = REFUSED
        .iter()
        .any(|(rule, why)| *rule == name && reason.contains(why));
    if known {
        tally.refused.push(line);
    } else {
        tally.wrong.push(line);
    }
}

fn logs(info: &Path, rules: &Rules, tally: &mut Tally) {
    let text = fs::read_to_string(info).expect("an info");
    let info_json = documents(&text).expect("YAML").remove(0);
    let folder = info.parent().expect("a folder");
    let wanted = info_json["regression_tests_info"][0]["match_count"].as_u64();
    for rule in info_json["rule_metadata"].as_array().into_iter().flatten() {
        let id = rule["id"].as_str().expect("an id");
        let events = events(folder);
        let (Some(rule), false) = (rules.get(id), events.is_empty()) else {
            tally.without_rule_or_log.push(folder.display().to_string());
            continue;
        };
        tally.rules_with_logs += 1;
        tally.events += events.len();
        let matching = events
            .iter()
            .filter(|event| rule.pattern.matches(&JsonEvent(event)));
        let count = matching.count() as u64;
        let miscounted = MISCOUNTED.contains(&rule.title.as_str());
        if count == 0 || !miscounted && wanted.is_some_and(|wanted| wanted != count) {
            let what = format!(
                "{}: {count} of {} events match, not {wanted:?}",
                rule.title,
                events.len()
            );
            tally.wrong.push(what);
        }
    }
}

/// The events of a folder's logs. A file may hold several, one after the other.
fn events(folder: &Path) -> Vec<Json> {
    let mut events = Vec::new();
    for path in files(folder, ".json") {
        let text = fs::read_to_string(&path).expect("a log");
        let stream = serde_json::Deserializer::from_str(&text).into_iter::<Json>();
        events.extend(stream.map(|event| flat(&event.expect("JSON"))));
    }
    events
}

/// Windows events as Sigma names their fields: those of the data by their own name, those of
/// the header by element and attribute, joined by `_`.
fn flat(event: &Json) -> Json {
    let mut fields = Map::new();
    let event = &event["Event"];
    for (name, value) in event["System"].as_object().into_iter().flatten() {
        match value.get("#attributes").and_then(Json::as_object) {
            Some(attributes) => {
                for (attribute, value) in attributes {
                    fields.insert(format!("{name}_{attribute}"), value.clone());
                }
                if let Some(text) = value.get("#text") {
                    fields.insert(name.clone(), text.clone());
                }
            }
            None => {
                fields.insert(name.clone(), value.clone());
            }
        }
    }
    for section in ["EventData", "UserData"] {
        data(&event[section], &mut fields);
    }
    Json::Object(fields)
}

fn data(section: &Json, fields: &mut Map<String, Json>) {
    for (name, value) in section.as_object().into_iter().flatten() {
        if name == "#attributes" {
            continue;
        }
        if value.is_object() {
            data(value, fields);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
