//! The built-in knowledge, with the user's overlay folder over it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sellkeep_knowledge::{Files, Knowledge};

/// Loads the knowledge; `overlay` adds or replaces files of the same path.
pub fn load(overlay: Option<&Path>) -> Result<Knowledge> {
    let Some(folder) = overlay else {
        return Ok(Knowledge::builtin()?);
    };
    let mut files = Files::new();
    collect(folder, folder, &mut files)
        .with_context(|| format!("reading the knowledge overlay {}", folder.display()))?;
    anyhow::ensure!(
        !files.is_empty(),
        "the knowledge overlay {} holds no .toml file; expected brands/<brand>/brand.toml and the like",
        folder.display()
    );
    Ok(Knowledge::with_overlay(&files)?)
}

/// Facts are `.toml` files; a rule brings its text and its cases.
fn belongs(path: &Path, name: &str) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending {
        Some("toml") => true,
        Some("yml" | "jsonl") => name.starts_with("rules/"),
        _ => false,
    }
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
            if !belongs(&path, &name) {
                continue;
            }
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            files.insert(name, text);
        }
    }
    Ok(())
}
