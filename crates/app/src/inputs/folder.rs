//! Folders of mails: everything that may be a mail, by name; Maildir without `tmp`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Folders inside folders; deeper than this is a loop of links.
const DEPTH_MAX: usize = 32;

/// Files of other kinds that lie beside mails: envelopes, zones, indexes, notes.
const NO_MAIL: &[&str] = &[
    "json", "jsonl", "tsv", "csv", "md", "toml", "yml", "yaml", "zip", "gz", "html", "pdf", "png",
    "jpg", "log", "dat", "db",
];

/// All files below a folder that may be mails, in the order of their names.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found, 0)?;
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>, depth: usize) -> Result<()> {
    if depth > DEPTH_MAX {
        bail!(
            "{}: folders are nested more than {DEPTH_MAX} deep",
            path.display()
        );
    }
    let listing = || format!("listing the folder {}", path.display());
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .with_context(listing)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(listing)?;
    entries.sort();
    let maildir = path.join("cur").is_dir() && path.join("new").is_dir();
    for entry in entries {
        let name = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') || maildir && name == "tmp" {
            continue;
        }
        if entry.is_dir() {
            collect(&entry, found, depth + 1)?;
        } else if entry.is_file() && is_mail_name(&entry) {
            found.push(entry);
        }
    }
    Ok(())
}

fn is_mail_name(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    !NO_MAIL.contains(&ending.to_ascii_lowercase().as_str())
}
