//! Every shipped rule fires on its cases in `fires/` and keeps quiet on those in `silent/`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sellkeep_detect::judge;
use sellkeep_detect::rule::RuleSet;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

fn collect(folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the rules").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            let text = fs::read_to_string(&path).expect("a text");
            let name = path.strip_prefix(root()).expect("below the knowledge");
            files.insert(name.to_string_lossy().replace('\\', "/"), text);
        }
    }
}

#[test]
fn every_rule_does_what_its_cases_say() {
    let mut files = BTreeMap::new();
    collect(&root().join("rules"), &mut files);
    let rules = RuleSet::load(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let mut wrong = Vec::new();
    let mut run = 0;
    for (path, text) in files.iter().filter(|(path, _)| {
        path.rsplit_once('.')
            .is_some_and(|(_, kind)| kind == "jsonl")
    }) {
        let verdict = judge(&rules, path, text);
        run += 1;
        if let Err(reason) = verdict {
            wrong.push(format!("{path}: {reason}"));
        }
    }
    assert!(run >= 100, "only {run} cases");
    assert!(
        wrong.is_empty(),
        "{} of {run}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
