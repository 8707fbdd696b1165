//! The evidence of an incident: its chain, what people add, and packets for each reader.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use sellkeep_model::sha256;
use sellkeep_respond::evidence::Piece;
use sellkeep_respond::incident::{Act, Incident};
use sellkeep_respond::packet::{AMAZON_API_WITHIN, Reader};
use sellkeep_store::{NewRecord, Versioned};

use super::incidents::title;
use super::{Access, Page};
use crate::act::{enter, incident, note, save};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::form::{Fields, Upload};
use crate::frame::{Frame, html, to};
use crate::packets::{Archive, Gathered, media_type};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/evidence/{id}", "Evidence", Access::Act, methods)
    .with_forms()
    .up_to(FILE_BYTES_MAX);

/// A picture of a screen, a letter, a mail.
const FILE_BYTES_MAX: usize = 36 << 20;
/// A title is a line.
const TITLE_CHARS_MAX: usize = 200;
/// The longest name of a business.
const NAME_CHARS_MAX: usize = 200;
/// The source of what people add.
const SOURCE: &str = "console.evidence";

#[derive(Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    frame: Frame,
    id: String,
    title: String,
    links: Vec<LinkLine>,
    waiting: usize,
    heads: Vec<HeadLine>,
    readers: Vec<ReaderLine>,
    duty: String,
    closed: bool,
}

struct LinkLine {
    number: u64,
    title: String,
    learned: String,
    saved: String,
    by: String,
    sha256: String,
}

struct HeadLine {
    at: String,
    links: u64,
    hash: String,
}

struct ReaderLine {
    word: &'static str,
    shown: &'static str,
    purpose: &'static str,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(change)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(id): Path<String>,
) -> Outcome {
    let found = archive(&console, &who).read(&id).await?;
    let known = |digest: &str| found.chain.iter().any(|link| link.sha256 == digest);
    let readers = Reader::ALL.iter().map(|reader| ReaderLine {
        word: reader.as_str(),
        shown: reader.shown(),
        purpose: reader.purpose(),
    });
    html(&EvidencePage {
        frame: Frame::new(&visitor, PAGE.title),
        title: title(&found.incident),
        waiting: found
            .originals
            .iter()
            .filter(|one| !known(&one.sha256))
            .count(),
        links: found.chain.iter().map(link).collect(),
        heads: found
            .heads
            .iter()
            .rev()
            .map(|head| HeadLine {
                at: shown::time(&head.at),
                links: head.links,
                hash: head.hash.clone(),
            })
            .collect(),
        readers: readers.collect(),
        duty: duty(&console, &who, &found).await?,
        closed: found.incident.closed_at().is_some(),
        id,
    })
}

/// Where packets of whoever asks come from.
pub fn archive<'c>(console: &'c Console, who: &'c SignedIn) -> Archive<'c> {
    Archive {
        store: &console.store,
        knowledge: console.knowledge(),
        tenant: &who.tenant,
    }
}

/// How long is left to tell Amazon, for an account on Amazon.
async fn duty(console: &Console, who: &SignedIn, found: &Gathered) -> Result<String, Trouble> {
    let account = &found.incident.account;
    let account = console.store.account(&who.tenant, account).await?;
    if account.is_none_or(|account| account.value.marketplace != "amazon") {
        return Ok(String::new());
    }
    let alerts = found.alerts.iter().map(|alert| alert.detection.at);
    let log = found.incident.log.iter().map(|entry| entry.at);
    let now = console.now();
    let detected = alerts.chain(log).min().unwrap_or(now);
    let until = detected.checked_add(AMAZON_API_WITHIN).unwrap_or(now);
    Ok(format!(
        "{} ({})",
        shown::left(until, now),
        shown::time(&until)
    ))
}

fn link(link: &sellkeep_respond::evidence::Link) -> LinkLine {
    LinkLine {
        number: link.number,
        title: link.title.clone(),
        learned: shown::time(&link.learned),
        saved: shown::time(&link.saved),
        by: link.by.clone(),
        sha256: link.sha256.clone(),
    }
}

async fn change(
    State(console): State<Console>,
    who: SignedIn,
    Path(id): Path<String>,
    upload: Upload,
) -> Outcome {
    let kept = incident(&console, &who, &id).await?;
    match upload.fields.get("act") {
        "gather" => {
            archive(&console, &who).gather(&id, console.now()).await?;
            note(&console, &who, "evidence-gathered", &id, "").await?;
        }
        "packet" => return packet(&console, &who, &id, &upload.fields).await,
        "add" => add(&console, &who, kept, &upload).await?,
        _ => return Err(Trouble::Refused("Choose what to do.".to_owned())),
    }
    Ok(to(&format!("/evidence/{id}")))
}

/// A packet for one reader, as a file.
async fn packet(console: &Console, who: &SignedIn, id: &str, fields: &Fields) -> Outcome {
    let reader = Reader::of(fields.get("reader")).ok_or(Trouble::NotFound)?;
    let business = fields.get("business").chars();
    let business: String = business.take(NAME_CHARS_MAX).collect();
    let packed = archive(console, who)
        .pack(id, reader, &business, console.now())
        .await?;
    let head = packed.head.map(|head| head.hash).unwrap_or_default();
    let says = format!("{} {head}", reader.as_str());
    note(console, who, "packet-made", id, &says).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", packed.name),
        ),
    ];
    Ok((headers, packed.bytes).into_response())
}

/// Adds a file at the end of the chain.
async fn add(
    console: &Console,
    who: &SignedIn,
    mut kept: Versioned<Incident>,
    upload: &Upload,
) -> Result<(), Trouble> {
    let now = console.now();
    let id = kept.value.id.clone();
    if upload.file.is_empty() {
        return Err(Trouble::Refused("Choose a file to add.".to_owned()));
    }
    let words = &upload.fields;
    let title = words.words("title", "what it is", TITLE_CHARS_MAX)?;
    let digest = sha256(&upload.file);
    let saved = Act::EvidenceSaved {
        sha256: digest.clone(),
        title: title.clone(),
    };
    enter(&mut kept.value, who, now, saved)?;
    let record = NewRecord {
        account: kept.value.account.clone(),
        source: SOURCE.to_owned(),
        at: now,
        bytes: upload.file.to_vec(),
    };
    console.store.put_record(&who.tenant, record).await?;
    let archive = archive(console, who);
    let mut chain = archive.read(&id).await?.chain;
    let piece = Piece {
        content: &upload.file,
        title,
        media_type: media_type(&upload.file).to_owned(),
        happened: None,
        learned: now,
    };
    if chain.iter().all(|link| link.sha256 != digest) {
        archive
            .add(&id, &mut chain, &piece, who.name(), now)
            .await?;
    }
    save(console, who, kept).await?;
    note(console, who, "evidence-saved", &id, &digest).await
}
