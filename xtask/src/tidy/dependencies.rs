//! Every outside crate has one line in `docs/dependencies.md` that says why, and nothing else has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const DOCUMENT: &str = "docs/dependencies.md";

/// Compares the workspace manifest with the document.
pub fn check(root: &Path) -> Result<Vec<String>> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let document = fs::read_to_string(root.join(DOCUMENT))
        .with_context(|| format!("{DOCUMENT} cannot be read"))?;
    Ok(compare(&used(&manifest)?, &explained(&document)))
}

fn compare(used: &BTreeSet<String>, explained: &BTreeSet<String>) -> Vec<String> {
    let missing = used.difference(explained);
    let missing = missing.map(|name| format!("{DOCUMENT}: no line says why {name} is used"));
    let gone = explained.difference(used);
    let gone = gone.map(|name| format!("{DOCUMENT}: {name} is not a workspace dependency"));
    missing.chain(gone).collect()
}

fn used(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: toml::Table = manifest.parse()?;
    let workspace = manifest
        .get("workspace")
        .and_then(|table| table.get("dependencies"));
    let table = workspace.and_then(toml::Value::as_table);
    let table = table.context("Cargo.toml has no [workspace.dependencies]")?;
    let names = table.keys().filter(|name| !name.starts_with("sellkeep-"));
    Ok(names.cloned().collect())
}

/// Names in back-ticks at the beginning of a table row.
fn explained(document: &str) -> BTreeSet<String> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_superfluous_lines_are_found() {
        let manifest = "[workspace.dependencies]\nsellkeep-mail = '1'\nurl = '2'\ntoml = '1'\n";
        let document = "| crate | why |\n|---|---|\n| `toml` | reads |\n| `png` | images |\n";
        let mistakes = compare(&used(manifest).unwrap(), &explained(document));
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes[0].contains("url") && mistakes[1].contains("png"));
    }
}
