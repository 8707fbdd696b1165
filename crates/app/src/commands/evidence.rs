//! `sellkeep evidence`: packets of incidents, and checking one without any data of ours.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use sellkeep_console::Archive;
use sellkeep_mail::printable;
use sellkeep_model::{TENANT_DEFAULT, sha256};
use sellkeep_respond::evidence::{Head, Link, verify};
use sellkeep_respond::packet::{CHAIN, HEADS, ORIGINALS, Reader, SUMS};
use sellkeep_store::{PAGE_ROWS_MAX, Tenant};

use super::Usage;
use crate::data::{DataArguments, runtime};
use crate::{knowledge, time};

/// Packets of an incident, with what proves them; checking one
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write the packet of an incident for one reader
    Packet(PacketArguments),
    /// Check a packet: its files, its chain, its signed ends. Needs no data and no network
    Verify {
        /// The ZIP
        packet: PathBuf,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// The incidents that there are
    List(ListArguments),
}

#[derive(Args)]
struct ListArguments {
    #[command(flatten)]
    data: DataArguments,
    /// Whose
    #[arg(long, default_value = TENANT_DEFAULT)]
    tenant: String,
}

#[derive(Args)]
struct PacketArguments {
    /// The incident's id, or its first digits
    incident: String,
    /// Who reads it
    #[arg(long = "for", value_enum)]
    reader: ReaderChoice,
    /// Where to write it; a name of ours in this folder where none is given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Name of the business in it
    #[arg(long, default_value = "")]
    business: String,
    #[command(flatten)]
    list: ListArguments,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReaderChoice {
    Marketplace,
    Bank,
    Police,
    Insurer,
    Client,
    AmazonApi,
}

impl ReaderChoice {
    fn reader(self) -> Reader {
        match self {
            ReaderChoice::Marketplace => Reader::Marketplace,
            ReaderChoice::Bank => Reader::Bank,
            ReaderChoice::Police => Reader::Police,
            ReaderChoice::Insurer => Reader::Insurer,
            ReaderChoice::Client => Reader::Client,
            ReaderChoice::AmazonApi => Reader::AmazonApi,
        }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.action {
        Action::Packet(packet) => runtime()?.block_on(write(packet)),
        Action::List(list) => runtime()?.block_on(show(list)),
        Action::Verify { packet, json } => check(packet, *json),
    }
}

async fn show(arguments: &ListArguments) -> Result<ExitCode> {
    let store = arguments.data.open().await?;
    let tenant = Tenant::new(&arguments.tenant);
    let mut out = anstream::stdout();
    let incidents = store.incidents(&tenant, None, PAGE_ROWS_MAX).await?;
    if incidents.is_empty() {
        writeln!(out, "There is no incident.")?;
    }
    for incident in incidents {
        let one = incident.value;
        writeln!(
            out,
            "{}  {}  {}",
            one.id,
            one.changed.strftime("%Y-%m-%d %H:%M UTC"),
            printable::line(&one.account)
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn write(arguments: &PacketArguments) -> Result<ExitCode> {
    let store = arguments.list.data.open().await?;
    let tenant = Tenant::new(&arguments.list.tenant);
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    let known = store.incidents(&tenant, None, PAGE_ROWS_MAX).await?;
    let mut fitting = known
        .iter()
        .filter(|one| one.value.id.starts_with(&arguments.incident));
    let (Some(incident), None) = (fitting.next(), fitting.next()) else {
        let says = format!(
            "{:?} names no incident, or several; `sellkeep evidence list` shows them",
            arguments.incident
        );
        return Err(Usage(says).into());
    };
    let archive = Archive {
        store: &store,
        knowledge: &knowledge,
        tenant: &tenant,
    };
    let reader = arguments.reader.reader();
    let id = &incident.value.id;
    let packed = archive
        .pack(id, reader, &arguments.business, time::now())
        .await
        .context("making the packet")?;
    let path = arguments.out.clone();
    let path = path.unwrap_or_else(|| PathBuf::from(&packed.name));
    std::fs::write(&path, &packed.bytes)
        .with_context(|| format!("writing the packet {}", path.display()))?;
    println!("{} is written, {}.", path.display(), reader.shown());
    if let Some(head) = packed.head {
        println!("Its chain ends with {} ({} pieces).", head.hash, head.links);
    }
    Ok(ExitCode::SUCCESS)
}

/// Files of one packet: far more than any has.
const FILES_MAX: usize = 5_000;
/// Bytes of all files of one packet together, unpacked: a small ZIP may hold endless zeros.
const BYTES_MAX: u64 = 1 << 30;

/// The files of a packet by their places.
type Files = BTreeMap<String, Vec<u8>>;

fn check(path: &Path, json: bool) -> Result<ExitCode> {
    let files = unpacked(path)?;
    let found = examined(&files);
    if json {
        println!("{}", serde_json::to_string(&found)?);
    } else {
        for line in &found.says {
            println!("{}", printable::line(line));
        }
        for line in &found.troubles {
            println!("NOT RIGHT: {}", printable::line(line));
        }
    }
    Ok(if found.troubles.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn unpacked(path: &Path) -> Result<Files> {
    let shown = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("opening the packet {shown}"))?;
    let mut zip =
        zip::ZipArchive::new(file).with_context(|| format!("reading the packet {shown}"))?;
    if zip.len() > FILES_MAX {
        bail!(
            "the packet {shown} holds {} files; no packet of ours has so many",
            zip.len()
        );
    }
    let (mut files, mut room) = (Files::new(), BYTES_MAX);
    for at in 0..zip.len() {
        let mut entry = zip
            .by_index(at)
            .with_context(|| format!("reading file {at} of {shown}"))?;
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map(std::borrow::Cow::into_owned);
        let name = name.with_context(|| format!("reading a name in {shown}"))?;
        let mut bytes = Vec::new();
        let read = (&mut entry).take(room + 1).read_to_end(&mut bytes);
        let read = read.with_context(|| format!("unpacking {name:?} of {shown}"))? as u64;
        room = match room.checked_sub(read) {
            Some(left) => left,
            None => {
                bail!("the packet {shown} is larger than 1 GiB unpacked; that is no packet of ours")
            }
        };
        if files.insert(name.clone(), bytes).is_some() {
            bail!("the packet {shown} holds {name:?} twice: one of them hides the other");
        }
    }
    Ok(files)
}

/// What an examination of a packet says.
#[derive(Debug, Default, serde::Serialize)]
struct Found {
    says: Vec<String>,
    troubles: Vec<String>,
}

fn examined(files: &Files) -> Found {
    let mut found = Found::default();
    sums(files, &mut found);
    let chain = lines::<Link>(files, CHAIN, &mut found);
    let heads = lines::<Head>(files, HEADS, &mut found);
    let (Some(chain), Some(heads)) = (chain, heads) else {
        return found;
    };
    let pieces: BTreeMap<String, &[u8]> = files
        .iter()
        .filter(|(path, _)| path.starts_with(ORIGINALS) && path.contains("-record."))
        .map(|(_, bytes)| (sha256(bytes), bytes.as_slice()))
        .collect();
    match verify(&chain, |hash| pieces.get(hash).copied(), &heads) {
        Ok(()) => found.says.push(format!(
            "The chain holds: {} pieces, {} signed ends.",
            chain.len(),
            heads.len()
        )),
        Err(broken) => found.troubles.push(broken.to_string()),
    }
    strangers(&chain, &pieces, &mut found);
    match heads.last() {
        Some(head) => found
            .says
            .push(format!("Signed {} by the key {}.", head.at, head.key)),
        None if chain.is_empty() => {}
        None => found
            .troubles
            .push("the chain has no signed end: nobody answers for when it was made".to_owned()),
    }
    found
}

/// Every file has the hash that is written down, and none is there that is not.
fn sums(files: &Files, found: &mut Found) {
    let Some(text) = files
        .get(SUMS)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
    else {
        found.troubles.push(format!("{SUMS} is missing"));
        return;
    };
    let mut named: BTreeMap<&str, &str> = BTreeMap::new();
    for line in text.lines() {
        if let Some((hash, path)) = line.split_once("  ") {
            named.insert(path, hash);
        }
    }
    for (path, hash) in &named {
        match files.get(*path) {
            None => found.troubles.push(format!("{path} is missing")),
            Some(bytes) if sha256(bytes) != *hash => {
                found.troubles.push(format!("{path} was changed"));
            }
            Some(_) => {}
        }
    }
    let strange = files
        .keys()
        .filter(|path| *path != SUMS && !named.contains_key(path.as_str()));
    for path in strange {
        found.troubles.push(format!("{path} was put in later"));
    }
    if found.troubles.is_empty() {
        found
            .says
            .push(format!("All {} files are as they were made.", named.len()));
    }
}

fn lines<T: for<'d> serde::Deserialize<'d>>(
    files: &Files,
    path: &str,
    found: &mut Found,
) -> Option<Vec<T>> {
    let text = files
        .get(path)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(text) = text else {
        found.troubles.push(format!("{path} is missing"));
        return None;
    };
    let read: Result<Vec<T>, _> = text.lines().map(serde_json::from_str).collect();
    if read.is_err() {
        found.troubles.push(format!("{path} is not of our form"));
    }
    read.ok()
}

/// A piece must be in the chain; a link whose piece is not here is held back.
fn strangers(chain: &[Link], pieces: &BTreeMap<String, &[u8]>, found: &mut Found) {
    let in_chain = |hash: &String| chain.iter().any(|link| link.sha256 == *hash);
    for hash in pieces.keys().filter(|hash| !in_chain(hash)) {
        found
            .troubles
            .push(format!("the piece {hash} is in no link of the chain"));
    }
    let held = chain
        .iter()
        .filter(|link| !pieces.contains_key(&link.sha256));
    let held = held.count();
    if held > 0 {
        found.says.push(format!(
            "{} of {} pieces are in this packet; of the others only the hashes are.",
            chain.len() - held,
            chain.len()
        ));
    }
}
