//! `sellkeep rules`: what is watched for, and whether rules are sound.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use sellkeep_detect::{RuleSet, judge};
use sellkeep_knowledge::Files;
use serde_json::json;

use crate::knowledge;

/// The rules: list them, look for mistakes, try their cases
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR", global = true)]
    knowledge: Option<PathBuf>,
    /// One JSON line per rule
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Action {
    /// List the rules (the default)
    List,
    /// Read all rules and name every mistake
    Lint,
    /// Run every case of the rules in a knowledge folder: what must fire and what must not
    Test {
        /// The folder that holds `rules/`
        #[arg(default_value = "knowledge")]
        folder: PathBuf,
    },
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.action {
        None | Some(Action::List) => list(arguments),
        Some(Action::Lint) => lint(arguments),
        Some(Action::Test { folder }) => test(folder),
    }
}

fn load(arguments: &Arguments) -> Result<RuleSet> {
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    RuleSet::load(&knowledge.rule_files).context("reading the rules")
}

fn list(arguments: &Arguments) -> Result<ExitCode> {
    let rules = load(arguments)?;
    let mut out = anstream::stdout();
    for rule in rules.rules() {
        if arguments.json {
            let line = json!({"rule": rule.id, "theme": rule.theme, "title": rule.title,
                "level": rule.meta.alert.map(sellkeep_model::AlertLevel::as_str),
                "why": rule.description, "false_positives": rule.false_positives,
                "tags": rule.tags, "playbook": rule.meta.playbook, "version": rule.version});
            writeln!(out, "{line}")?;
            continue;
        }
        let level = rule
            .meta
            .alert
            .map_or("feeds the risk", sellkeep_model::AlertLevel::shown);
        writeln!(out, "{:28} {:16} {}", rule.id, level, rule.title)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn lint(arguments: &Arguments) -> Result<ExitCode> {
    let rules = load(arguments)?;
    println!("{} rules, no mistake.", rules.rules().len());
    Ok(ExitCode::SUCCESS)
}

fn test(folder: &Path) -> Result<ExitCode> {
    let mut files = Files::new();
    collect(folder, &folder.join("rules"), &mut files)
        .with_context(|| format!("reading the rules below {}", folder.display()))?;
    let rules = RuleSet::load(&files).context("reading the rules")?;
    let (mut passed, mut failed) = (0, 0);
    for (path, text) in files.iter().filter(|(path, _)| is_case(path)) {
        match judge(&rules, path, text) {
            Ok(()) => passed += 1,
            Err(reason) => {
                failed += 1;
                println!("{path}: {reason}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn collect(root: &Path, folder: &Path, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let name = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            files.insert(name, text);
        }
    }
    Ok(())
}

fn is_case(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|ending| ending == "jsonl")
}
