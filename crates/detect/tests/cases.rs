//! Every shipped rule fires on its cases in `fires/` and keeps quiet on those in `silent/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sellkeep_detect::rehearse;
use sellkeep_detect::rule::RuleSet;
use sellkeep_detect::rule::case::{Case, Expect};
use sellkeep_model::Detection;

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
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".jsonl")) {
        let parts: Vec<&str> = path.split('/').collect();
        let ["rules", _, rule, folder, _] = parts.as_slice() else {
            panic!("{path} is no place for a case");
        };
        let case = Case::parse(text).unwrap_or_else(|reason| panic!("{path}: {reason}"));
        let found = rehearse(&rules, &case);
        let own: Vec<&Detection> = found.iter().filter(|found| found.rule == *rule).collect();
        let told = rules
            .get(rule)
            .is_some_and(|rule| rule.meta.alert.is_some());
        let verdict = match *folder {
            "fires" if told => fires(&own, case.expect.as_ref()),
            "fires" => Ok(()),
            _ if own.is_empty() => Ok(()),
            _ => Err(format!("found {:?}", own[0].title)),
        };
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

fn fires(own: &[&Detection], expect: Option<&Expect>) -> Result<(), String> {
    let heaviest = own
        .iter()
        .map(|found| found.level)
        .max()
        .ok_or("found nothing")?;
    let Some(expect) = expect else {
        return Ok(());
    };
    let threads: BTreeSet<&str> = own.iter().map(|found| found.id.as_str()).collect();
    let objects: Vec<&str> = own
        .iter()
        .filter_map(|found| found.object.as_ref())
        .map(|object| object.id.as_str())
        .collect();
    let deadlines: Vec<_> = own.iter().filter_map(|found| found.deadline).collect();
    if expect.level.is_some_and(|level| level != heaviest) {
        return Err(format!("the level is {heaviest:?}"));
    }
    if expect
        .count
        .is_some_and(|count| count != threads.len() as u64)
    {
        return Err(format!("there are {} threads", threads.len()));
    }
    if expect
        .object
        .as_deref()
        .is_some_and(|object| !objects.contains(&object))
    {
        return Err(format!("the objects are {objects:?}"));
    }
    if expect
        .deadline
        .is_some_and(|deadline| !deadlines.contains(&deadline))
    {
        return Err(format!("the deadlines are {deadlines:?}"));
    }
    Ok(())
}
