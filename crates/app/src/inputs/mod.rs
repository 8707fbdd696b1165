//! Mails wherever people keep them: files, folders, mbox, Maildir, standard
//! input, Outlook's .msg.
//!
//! Order is stable: paths as given, folders by name, messages as they stand.
//! What cannot be read is trouble of that one source and stops nothing else.

mod folder;
mod mbox;
mod msg;
mod rtf;

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use sellkeep_model::Envelope;

/// Bytes of one mail; providers refuse mails far below.
const MAIL_BYTES_MAX: u64 = 50 * 1024 * 1024;
/// Bytes of one mbox in a file: an archive of a busy decade.
const MBOX_BYTES_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// Bytes of an mbox on standard input, which has to stand in memory.
const STANDARD_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Bytes that tell an mbox from a mail.
const START_BYTES: u64 = 512;

/// One mail, before it is read.
#[derive(Debug, Clone)]
pub struct Source {
    /// How it is named in the output.
    pub name: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    /// A file of one mail.
    File(PathBuf),
    /// Bytes from … to … of an mbox file.
    FilePart(Arc<Path>, u64, u64),
    /// What stood on standard input, or a part of it.
    Memory(Arc<[u8]>, std::ops::Range<usize>, Held),
    /// Nothing there; why.
    Unreadable(Arc<anyhow::Error>),
}

/// What a piece of memory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Mail,
    MboxPart,
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

/// Lists every mail below the paths given; of an mbox only where its mails begin.
pub fn list(paths: &[PathBuf]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let listed = if path.as_os_str() == "-" {
            standard()
        } else if path.is_dir() {
            folder::files(path).map(|files| files.iter().flat_map(|file| inside(file)).collect())
        } else {
            one_file(path)
        };
        sources.extend(listed.unwrap_or_else(|error| vec![unreadable(name, error)]));
    }
    if sources.is_empty() {
        bail!("no mail was found; expected .eml, .msg or mbox files, or a Maildir");
    }
    Ok(sources)
}

/// A file inside a folder: trouble with it stays its own.
fn inside(file: &Path) -> Vec<Source> {
    one_file(file).unwrap_or_else(|error| vec![unreadable(file.display().to_string(), error)])
}

fn unreadable(name: String, error: anyhow::Error) -> Source {
    let place = Place::Unreadable(Arc::new(error));
    Source { name, place }
}

/// A file's mails: one, or all of an mbox.
fn one_file(path: &Path) -> Result<Vec<Source>> {
    let name = path.display().to_string();
    let mut file = open(path)?;
    let mut start = Vec::new();
    (&mut file)
        .take(START_BYTES)
        .read_to_end(&mut start)
        .with_context(|| format!("reading {name}"))?;
    if !mbox::is_mbox(&start) {
        let place = Place::File(path.to_owned());
        return Ok(vec![Source { name, place }]);
    }
    file.seek(SeekFrom::Start(0))
        .with_context(|| format!("reading {name}"))?;
    let starts = mbox::starts(file, MBOX_BYTES_MAX)
        .with_context(|| format!("scanning the mbox {name}"))?
        .with_context(|| too_large(&name, MBOX_BYTES_MAX))?;
    let path: Arc<Path> = path.into();
    let part = |(number, from, to)| Source {
        name: format!("{name}#{number}"),
        place: Place::FilePart(Arc::clone(&path), from, to),
    };
    Ok(numbered(&starts).map(part).collect())
}

fn standard() -> Result<Vec<Source>> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(STANDARD_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .context("reading standard input")?;
    if bytes.len() as u64 > STANDARD_BYTES_MAX {
        bail!(too_large("standard input", STANDARD_BYTES_MAX));
    }
    let bytes: Arc<[u8]> = bytes.into();
    let source = |name: String, range, held| Source {
        name,
        place: Place::Memory(Arc::clone(&bytes), range, held),
    };
    if !mbox::is_mbox(&bytes) {
        return Ok(vec![source("-".to_owned(), 0..bytes.len(), Held::Mail)]);
    }
    let starts = mbox::starts(Cursor::new(&bytes), STANDARD_BYTES_MAX)?.unwrap_or_default();
    let at = |offset: u64| usize::try_from(offset).unwrap_or(bytes.len());
    let part = |(number, from, to)| source(format!("-#{number}"), at(from)..at(to), Held::MboxPart);
    Ok(numbered(&starts).map(part).collect())
}

/// Pairs of borders, counted from 1.
fn numbered(starts: &[u64]) -> impl Iterator<Item = (usize, u64, u64)> {
    let pairs = starts.windows(2).enumerate();
    pairs.map(|(number, pair)| (number + 1, pair[0], pair[1]))
}

/// Opens a regular file; a pipe or a device among mails would never end.
fn open(path: &Path) -> Result<File> {
    let about =
        std::fs::metadata(path).with_context(|| format!("looking for {}", path.display()))?;
    if !about.is_file() {
        bail!(
            "{} is no regular file; use - for standard input",
            path.display()
        );
    }
    File::open(path).with_context(|| format!("opening {}", path.display()))
}

/// Reads one mail.
pub fn read(source: &Source) -> Result<Mail> {
    let name = &source.name;
    match &source.place {
        Place::Unreadable(error) => bail!("{error:#}"),
        Place::File(path) => {
            let bytes = bounded(open(path)?, name)?;
            mail(name, bytes, envelope_beside(path)?)
        }
        Place::FilePart(path, from, to) => {
            if to - from > MAIL_BYTES_MAX {
                bail!(too_large(name, MAIL_BYTES_MAX));
            }
            let mut file = open(path)?;
            file.seek(SeekFrom::Start(*from))
                .with_context(|| format!("reading {name}"))?;
            let bytes = bounded(file.take(to - from), name)?;
            mail(name, mbox::message(&bytes), None)
        }
        Place::Memory(bytes, range, held) => {
            let bytes = bytes.get(range.clone()).unwrap_or_default();
            let bytes = bounded(bytes, name)?;
            match held {
                Held::Mail => mail(name, bytes, None),
                Held::MboxPart => mail(name, mbox::message(&bytes), None),
            }
        }
    }
}

fn bounded(reader: impl Read, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader
        .take(MAIL_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("reading {name}"))?;
    if bytes.len() as u64 > MAIL_BYTES_MAX {
        bail!(too_large(name, MAIL_BYTES_MAX));
    }
    Ok(bytes)
}

fn too_large(name: &str, bytes_max: u64) -> String {
    format!(
        "{name} is larger than {} MiB, which is more than this program reads at once; no mail provider delivers such a mail",
        bytes_max >> 20
    )
}

fn mail(name: &str, bytes: Vec<u8>, envelope: Option<Envelope>) -> Result<Mail> {
    let rebuilt = msg::is_msg(&bytes);
    let bytes = if rebuilt {
        msg::rebuild(&bytes).with_context(|| format!("reading {name} as an Outlook .msg file"))?
    } else {
        bytes
    };
    Ok(Mail {
        name: name.to_owned(),
        bytes,
        envelope,
        rebuilt,
    })
}

/// The mail inside Outlook's `.msg`; `None` where the bytes are something else, or broken.
pub fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    msg::is_msg(bytes)
        .then(|| msg::rebuild(bytes).ok())
        .flatten()
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
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("reading the envelope {}", path.display()))?;
    Envelope::from_json(&text).with_context(|| format!("reading the envelope {}", path.display()))
}
