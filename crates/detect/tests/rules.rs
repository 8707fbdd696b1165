//! The shipped rules load whole, and every case of theirs can be read.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sellkeep_detect::rule::RuleSet;
use sellkeep_detect::rule::case::Case;
use sellkeep_knowledge::Knowledge;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// All files of the rules with their texts, by path below the knowledge folder.
fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    collect(&root().join("rules"), &mut files);
    files
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
fn all_shipped_rules_load() {
    let rules = RuleSet::load(&files()).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(
        rules.rules().len() >= 50,
        "only {} rules",
        rules.rules().len()
    );
}

#[test]
fn all_shipped_cases_can_be_read() {
    let mut cases = 0;
    for (path, text) in files() {
        if Path::new(&path)
            .extension()
            .is_some_and(|ending| ending == "jsonl")
        {
            Case::parse(&text).unwrap_or_else(|reason| panic!("{path}: {reason}"));
            cases += 1;
        }
    }
    assert!(cases >= 100, "only {cases} cases");
}

#[test]
fn every_tag_is_a_technique_that_exists() {
    let knowledge = Knowledge::builtin().unwrap_or_else(|problems| panic!("{problems}"));
    let known: BTreeSet<&str> = knowledge
        .techniques
        .iter()
        .map(|technique| technique.tag.as_str())
        .collect();
    let rules = RuleSet::load(&files()).unwrap_or_else(|problems| panic!("{problems}"));
    let mut tags = 0;
    for rule in rules.rules() {
        for tag in &rule.tags {
            assert!(
                known.contains(tag.as_str()),
                "{}: there is no technique {tag:?}",
                rule.id
            );
            tags += 1;
        }
    }
    assert!(tags > 50, "only {tags} tags");
}

#[test]
fn the_rules_built_in_are_those_of_the_folder() {
    let knowledge = Knowledge::builtin().unwrap_or_else(|problems| panic!("{problems}"));
    let built_in =
        RuleSet::load(&knowledge.rule_files).unwrap_or_else(|problems| panic!("{problems}"));
    let folder = RuleSet::load(&files()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(built_in.rules(), folder.rules());
}
