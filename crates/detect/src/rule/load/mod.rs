//! From files to rules. All mistakes are named, with file and place; with one mistake
//! nothing is loaded.

mod block;
mod body;
mod meta;
mod one;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use sellkeep_knowledge::{Problem, Problems};
use sellkeep_model::id_of;

use self::one::Loaded;
use super::RuleSet;
use crate::flat::{FlatEvent, Name};
use crate::sigma::{Document, Filter, documents, read};

/// Reads rules and filters from files by their path below the knowledge folder.
pub(super) fn load(files: &BTreeMap<String, String>) -> Result<RuleSet, Problems> {
    let mut loader = Loader::default();
    for (path, text) in files {
        loader.file(path, text);
    }
    loader.finish()
}

#[derive(Default)]
struct Loader<'a> {
    /// Theme and text of each rule.
    rules: BTreeMap<&'a str, (&'a str, &'a str)>,
    /// Rule, and `fires` or `silent`.
    cases: BTreeSet<(&'a str, &'a str)>,
    filters: Vec<(&'a str, &'a str)>,
    problems: Vec<Problem>,
}

impl<'a> Loader<'a> {
    fn problem(&mut self, file: &str, record: &str, what: impl Into<String>) {
        self.problems.push(Problem {
            file: file.to_owned(),
            record: record.to_owned(),
            what: what.into(),
        });
    }

    fn file(&mut self, path: &'a str, text: &'a str) {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["rules", theme, rule, "rule.yml"] => {
                if let Some((other, _)) = self.rules.insert(rule, (theme, text)) {
                    self.problem(
                        path,
                        "rule",
                        format!("there is one of that name in {other}"),
                    );
                }
            }
            ["rules", _, rule, proof @ ("fires" | "silent"), case] if is_case(case) => {
                self.cases.insert((rule, proof));
            }
            ["rules", "filters", filter] if has_ending(filter, "yml") => {
                self.filters.push((path, text));
            }
            ["rules", ..] => self.problem(path, "file", "no such file belongs to a rule"),
            _ => {}
        }
    }

    fn finish(mut self) -> Result<RuleSet, Problems> {
        let mut loaded = Vec::new();
        for (id, (theme, text)) in std::mem::take(&mut self.rules) {
            let path = format!("rules/{theme}/{id}/rule.yml");
            self.has_cases(&path, id);
            match one::load(theme, id, text) {
                Ok(rule) => loaded.push(rule),
                Err(mistakes) => {
                    for (place, what) in mistakes {
                        self.problem(&path, &place, what);
                    }
                }
            }
        }
        for (path, text) in std::mem::take(&mut self.filters) {
            if let Err(what) = filter(&mut loaded, text) {
                self.problem(path, "filter", what);
            }
        }
        if self.problems.is_empty() {
            Ok(RuleSet::new(
                loaded
                    .into_iter()
                    .map(|one| (one.rule, one.patterns))
                    .collect(),
            ))
        } else {
            Err(Problems(self.problems))
        }
    }

    fn has_cases(&mut self, path: &str, id: &str) {
        for proof in ["fires", "silent"] {
            if !self.cases.contains(&(id, proof)) {
                self.problem(path, "cases", format!("there is no case in {proof}/"));
            }
        }
    }
}

fn is_case(name: &str) -> bool {
    has_ending(name, "jsonl")
}

fn has_ending(name: &str, ending: &str) -> bool {
    std::path::Path::new(name)
        .extension()
        .is_some_and(|found| found == ending)
}

/// Reads a file of filters and narrows the rules that they name.
fn filter(loaded: &mut [Loaded], text: &str) -> Result<(), String> {
    for document in documents(text)? {
        let Document::Filter(filter) = read::<FlatEvent<'_>>(&document)? else {
            return Err("it is no filter".to_owned());
        };
        narrow(loaded, &filter, text)?;
    }
    Ok(())
}

fn narrow(loaded: &mut [Loaded], filter: &Filter<Name>, text: &str) -> Result<(), String> {
    for name in filter.rules.iter().flatten() {
        if !loaded.iter().any(|one| one.rule.id == *name) {
            return Err(format!("`rules`: there is no rule {name:?}"));
        }
    }
    let wanted = |id: &String| filter.rules.as_ref().is_none_or(|rules| rules.contains(id));
    for one in loaded.iter_mut().filter(|one| wanted(&one.rule.id)) {
        let patterns = std::mem::take(&mut one.patterns).into_iter();
        one.patterns = patterns
            .map(|pattern| pattern.and(filter.pattern.clone()))
            .collect();
        one.rule.version = id_of(&[&one.rule.version, text]);
        one.rule.state_version = id_of(&[&one.rule.state_version, text]);
    }
    Ok(())
}
