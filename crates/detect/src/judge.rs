//! Whether a case ends as its folder and its last line say.

use std::collections::BTreeSet;

use sellkeep_model::Detection;

use crate::rehearse::rehearse;
use crate::rule::RuleSet;
use crate::rule::case::{Case, Expect};

/// Runs the case of a path such as `rules/THEME/RULE/fires/NAME.jsonl`. The text says
/// what is wrong.
pub fn judge(rules: &RuleSet, path: &str, text: &str) -> Result<(), String> {
    let parts: Vec<&str> = path.split('/').collect();
    let ["rules", _, rule, folder, _] = parts.as_slice() else {
        return Err("this is no place for a case".to_owned());
    };
    let case = Case::parse(text)?;
    let found = rehearse(rules, &case);
    let own: Vec<&Detection> = found.iter().filter(|found| found.rule == *rule).collect();
    let told = rules
        .get(rule)
        .is_some_and(|rule| rule.meta.alert.is_some());
    match *folder {
        "fires" if told => fires(&own, case.expect.as_ref()),
        "fires" => Ok(()),
        _ => match own.first() {
            None => Ok(()),
            Some(found) => Err(format!("found {:?}", found.title)),
        },
    }
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
