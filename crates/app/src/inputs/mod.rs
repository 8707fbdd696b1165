//! Mails wherever people keep them: files, folders, mbox, Maildir, standard
//! input, Outlook's .msg.
//!
//! Order is stable: paths as given, folders by name, messages as they stand.

mod mbox;
mod msg;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sellkeep_model::Envelope;

/// Bytes of one mail or one mbox; providers refuse mails far below.
const MAIL_BYTES_MAX: u64 = 60 * 1024 * 1024;
const MBOX_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// Folders inside folders; deeper than this is a loop of links.
const DEPTH_MAX: usize = 32;

/// One thing to read, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Standard,
    /// A file.
    File(PathBuf),
}

/// One mail, read.
#[derive(Debug, Clone)]
pub struct Mail {
    /// How it is named in the output.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its envelope, where a file beside it holds one.
    pub envelope: Option<Envelope>,
    /// It was rebuilt from Outlook's format: signatures cannot be verified.
    pub rebuilt: bool,
}

/// Lists everything below the paths given; reads nothing yet.
pub fn list(paths: &[PathBuf]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            sources.push(Source::Standard);
            continue;
        }
        let about =
            fs::metadata(path).with_context(|| format!("looking for {}", path.display()))?;
        if about.is_dir() {
            folder(path, &mut sources, 0)
                .with_context(|| format!("listing the folder {}", path.display()))?;
        } else {
            sources.push(Source::File(path.clone()));
        }
    }
    if sources.is_empty() {
        bail!("no mail was found; expected .eml, .msg or mbox files, or a Maildir");
    }
    Ok(sources)
}

fn folder(path: &Path, sources: &mut Vec<Source>, depth: usize) -> Result<()> {
    if depth > DEPTH_MAX {
        bail!("folders are nested more than {DEPTH_MAX} deep");
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
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
            folder(&entry, sources, depth + 1)?;
        } else if is_mail_name(&entry) {
            sources.push(Source::File(entry));
        }
    }
    Ok(())
}

/// Files of other kinds lie beside mails: envelopes, zones, indexes, notes.
fn is_mail_name(path: &Path) -> bool {
    let ending = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    !matches!(
        ending.as_str(),
        "json"
            | "tsv"
            | "csv"
            | "md"
            | "toml"
            | "yml"
            | "yaml"
            | "zip"
            | "gz"
            | "html"
            | "pdf"
            | "png"
            | "jpg"
            | "log"
            | "dat"
            | "db"
    )
}

/// Reads one source: a file may hold many mails.
pub fn read(source: &Source) -> Result<Vec<Mail>> {
    match source {
        Source::Standard => {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .take(MBOX_BYTES_MAX)
                .read_to_end(&mut bytes)
                .context("reading standard input")?;
            split("-", bytes, None)
        }
        Source::File(path) => {
            let name = path.display().to_string();
            let about = fs::metadata(path).with_context(|| format!("looking for {name}"))?;
            if about.len() > MBOX_BYTES_MAX {
                bail!(
                    "{name} is larger than {} GiB; split it first",
                    MBOX_BYTES_MAX >> 30
                );
            }
            let bytes = fs::read(path).with_context(|| format!("reading {name}"))?;
            split(&name, bytes, envelope_beside(path)?)
        }
    }
}

fn split(name: &str, bytes: Vec<u8>, envelope: Option<Envelope>) -> Result<Vec<Mail>> {
    if msg::is_msg(&bytes) {
        let bytes = msg::rebuild(&bytes)
            .with_context(|| format!("reading {name} as an Outlook .msg file"))?;
        return Ok(vec![Mail {
            name: name.to_owned(),
            bytes,
            envelope,
            rebuilt: true,
        }]);
    }
    let messages = mbox::split(&bytes);
    if messages.len() > 1 {
        let mail = |(number, bytes): (usize, Vec<u8>)| Mail {
            name: format!("{name}#{}", number + 1),
            bytes,
            envelope: None,
            rebuilt: false,
        };
        return Ok(messages.into_iter().enumerate().map(mail).collect());
    }
    if bytes.len() as u64 > MAIL_BYTES_MAX {
        bail!(
            "{name} is larger than {} MiB, which no mail provider delivers",
            MAIL_BYTES_MAX >> 20
        );
    }
    Ok(vec![Mail {
        name: name.to_owned(),
        bytes,
        envelope,
        rebuilt: false,
    }])
}

/// `<name>.json` beside a mail is its envelope.
fn envelope_beside(path: &Path) -> Result<Option<Envelope>> {
    let beside = path.with_extension("json");
    if beside == path || !beside.is_file() {
        return Ok(None);
    }
    read_envelope(&beside).map(Some)
}

/// Reads an envelope file.
pub fn read_envelope(path: &Path) -> Result<Envelope> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("reading the envelope {}", path.display()))?;
    Envelope::from_json(&text).with_context(|| format!("reading the envelope {}", path.display()))
}
