//! `sellkeep check`: mails from anywhere, one verdict each.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use anyhow::Result;
use clap::Args;
use sellkeep_mail::{Examiner, Recipient, Record, content};
use sellkeep_model::{Envelope, Examination, Finding, Level, Timestamp, Verdict};

use super::{FAKE, Usage};
use crate::answers::Answers;
use crate::bundle::{Bundle, Kept};
use crate::inputs::{self, Mail, Source};
use crate::output::{Judged, Printer};
use crate::{knowledge, time};

/// Judge mails: files, folders, mbox, Maildir, Outlook .msg, `-` for standard input
#[derive(Args)]
pub struct Arguments {
    /// What to judge
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// One JSON line per mail
    #[arg(long)]
    json: bool,
    /// Where keys and policies come from: `live`, `none`, or a recorded zone (JSON)
    #[arg(long, default_value = "live", value_name = "live|none|FILE")]
    dns: String,
    /// Archived public keys (tab-separated: selector, domain, record)
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Name under which your own provider writes its results; `outlook` for Microsoft's style (repeatable)
    #[arg(long, value_name = "AUTHSERV_ID")]
    trust: Vec<String>,
    /// An address of yours that the marketplace writes to (repeatable)
    #[arg(long, value_name = "ADDR")]
    address: Vec<String>,
    /// A language that its notices come in, for example `en` (repeatable)
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,
    /// Your name or your shop's, as the marketplace greets you (repeatable)
    #[arg(long, value_name = "NAME")]
    account_name: Vec<String>,
    /// The envelope: {"helo","mail_from","client_ip","received_at"}
    #[arg(long, value_name = "FILE")]
    envelope: Option<PathBuf>,
    /// Judge as of then (RFC 3339); default: when your server took the mail
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    /// Keep mails, DNS answers and verdicts, to derive them again with `sellkeep verify`
    #[arg(long, value_name = "BUNDLE")]
    save: Option<PathBuf>,
}

/// Everything the workers share.
struct Shared {
    examiner: Examiner,
    answers: Answers,
    envelope: Option<Envelope>,
    trust: Vec<String>,
    recipient: Recipient,
    at: Option<Timestamp>,
    now: Timestamp,
    /// A bundle is written, so that the bytes are needed after the verdict.
    saving: bool,
}

/// One mail with its verdict, and what a bundle keeps of it.
struct Piece {
    judged: Judged,
    kept: Option<Kept>,
}

/// What became of one source: the mail itself first, then the mails attached to it.
type Outcome = Result<Vec<Piece>>;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let shared = prepare(arguments)?;
    let sources = inputs::list(&arguments.paths)?;
    let mut bundle = arguments
        .save
        .as_ref()
        .map(|path| Bundle::create(path))
        .transpose()?;
    let mut printer = Printer::new(arguments.json, sources.len());
    let mut trouble = false;
    judge_all(&shared, &sources, |source, outcome| {
        match outcome {
            Ok(pieces) => {
                for piece in pieces {
                    if let (Some(bundle), Some(kept)) = (&mut bundle, &piece.kept) {
                        bundle.add(kept)?;
                    }
                    printer.print(&piece.judged)?;
                }
            }
            Err(error) => {
                trouble = true;
                printer.trouble(&format!("{error:#}"));
            }
        }
        printer.advance(source);
        Ok(())
    })?;
    let fakes = printer.finish(&arguments.paths)?;
    Ok(match (fakes, trouble) {
        (1.., _) => ExitCode::from(FAKE),
        (0, true) => ExitCode::FAILURE,
        (0, false) => ExitCode::SUCCESS,
    })
}

/// The account that mails are compared with, as far as the person told.
fn recipient(arguments: &Arguments) -> Result<Recipient> {
    if let Some(odd) = arguments.address.iter().find(|text| !text.contains('@')) {
        return Err(Usage(format!(
            "--address takes an address such as seller@shop.example, not {odd:?}"
        ))
        .into());
    }
    Ok(Recipient {
        addresses: arguments.address.clone(),
        languages: arguments.language.clone(),
        names: arguments.account_name.clone(),
    })
}

fn prepare(arguments: &Arguments) -> Result<Shared> {
    let at = match &arguments.at {
        Some(text) => Some(text.parse().map_err(|_| {
            Usage(format!(
                "--at takes a time such as 2026-03-02T10:00:00Z, not {text:?}"
            ))
        })?),
        None => None,
    };
    let envelope = arguments
        .envelope
        .as_ref()
        .map(|path| inputs::read_envelope(path))
        .transpose()?;
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    Ok(Shared {
        examiner: Examiner::new(knowledge),
        answers: Answers::new(&arguments.dns, arguments.keys.as_deref())?,
        envelope,
        trust: arguments.trust.clone(),
        recipient: recipient(arguments)?,
        at,
        now: time::now(),
        saving: arguments.save.is_some(),
    })
}

/// Judges all sources on all cores and hands the outcomes on in their order.
fn judge_all(
    shared: &Shared,
    sources: &[Source],
    mut each: impl FnMut(usize, Outcome) -> Result<()>,
) -> Result<()> {
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(sources.len());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel(workers * 16);
        for _ in 0..workers {
            let (send, next) = (send.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(source) = sources.get(index) else {
                        break;
                    };
                    if send.send((index, judge_source(shared, source))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = std::collections::BTreeMap::new();
        let mut turn = 0;
        for (index, outcome) in receive {
            waiting.insert(index, outcome);
            while let Some(outcome) = waiting.remove(&turn) {
                each(turn, outcome)?;
                turn += 1;
            }
        }
        Ok(())
    })
}

/// The mail of one source, and every mail attached to it.
fn judge_source(shared: &Shared, source: &Source) -> Outcome {
    let mail = inputs::read(source)?;
    let inner = attached(shared, &mail);
    let mut outer = judge_one_mail(shared, mail);
    let fake = inner
        .iter()
        .map(|piece| &piece.judged.examination)
        .find(|examination| examination.verdict == Verdict::Fake);
    if let Some(fake) = fake
        && outer.judged.examination.verdict != Verdict::Genuine
    {
        adopt(&mut outer.judged.examination, fake);
    }
    let mut pieces = vec![outer];
    pieces.extend(inner);
    Ok(pieces)
}

fn judge_one_mail(shared: &Shared, mail: Mail) -> Piece {
    let envelope = mail
        .envelope
        .or_else(|| shared.envelope.clone())
        .unwrap_or_default();
    let rebuilt = mail.rebuilt;
    let mut piece = judge_bytes(shared, mail.name, mail.bytes, envelope, &shared.trust);
    if rebuilt {
        let quote = piece.judged.name.clone();
        remark(
            &mut piece.judged.examination,
            "outlook-msg",
            Level::Note,
            "Outlook does not keep the bytes that were signed, so no signature can be verified. Save the mail as .eml for a sure answer.",
            &quote,
        );
    }
    piece
}

/// Judges bytes; what a bundle keeps is taken before anything is added for the reader.
fn judge_bytes(
    shared: &Shared,
    name: String,
    bytes: Vec<u8>,
    envelope: Envelope,
    trust: &[String],
) -> Piece {
    let record = Record {
        mail: &bytes,
        envelope: &envelope,
        trust,
        at: shared.at,
        now: shared.now,
        recipient: Some(&shared.recipient),
    };
    let examination = shared.answers.examine(&shared.examiner, &record);
    let kept = shared.saving.then(|| {
        Kept::new(
            &name,
            bytes,
            envelope,
            trust,
            &shared.recipient,
            &examination,
        )
    });
    Piece {
        judged: Judged {
            timed: shared.at.is_none() && examination.judged_as_of != shared.now,
            name,
            examination,
        },
        kept,
    }
}

/// Mails forwarded as attachments are judged on their own: without the outer
/// envelope, and without anything a provider wrote about the outer mail.
fn attached(shared: &Shared, mail: &Mail) -> Vec<Piece> {
    let mentions = |needle: &[u8]| memchr::memmem::find(&mail.bytes, needle).is_some();
    if !mentions(b"rfc822") && !mentions(b".eml") && !mentions(b"RFC822") {
        return Vec::new();
    }
    let attached = content::read(&mail.bytes).attached_mails;
    let judge = |(number, bytes): (usize, Vec<u8>)| {
        let name = format!("{}/attachment-{}", mail.name, number + 1);
        let mut piece = judge_bytes(shared, name, bytes, Envelope::default(), &[]);
        remark(
            &mut piece.judged.examination,
            "forwarded-as-attachment",
            Level::Note,
            "This mail was attached to another one and is judged on its own.",
            &mail.name,
        );
        piece
    };
    attached.into_iter().enumerate().map(judge).collect()
}

/// The carrier of a fake is reported as what it carries. A genuine attachment
/// never makes its carrier genuine.
fn adopt(outer: &mut Examination, inner: &Examination) {
    outer.verdict = Verdict::Fake;
    outer.proof = None;
    outer.caution.clear();
    outer.claims.clone_from(&inner.claims);
    outer.claimed.clone_from(&inner.claimed);
    outer.advice.clone_from(&inner.advice);
    outer.findings.clone_from(&inner.findings);
}

fn remark(examination: &mut Examination, id: &str, level: Level, says: &str, quote: &str) {
    let Some(known) = sellkeep_mail::explain(id) else {
        return;
    };
    examination.findings.push(Finding {
        id: id.to_owned(),
        level,
        says: says.to_owned(),
        quote: sellkeep_mail::printable::line(quote),
        why: known.why.to_owned(),
        source: known.source.to_owned(),
    });
}

/// Judges one mail for another command.
pub fn judge_one(examiner: &Examiner, answers: &Answers, bytes: &[u8]) -> Examination {
    let envelope = Envelope::default();
    let record = Record {
        mail: bytes,
        envelope: &envelope,
        trust: &[],
        at: None,
        now: time::now(),
        recipient: None,
    };
    answers.examine(examiner, &record)
}

/// Reads exactly one mail for another command.
pub fn read_one(path: &std::path::Path) -> Result<Mail> {
    let sources = inputs::list(&[path.to_owned()])?;
    match sources.as_slice() {
        [source] => inputs::read(source),
        _ => anyhow::bail!(
            "{} holds several mails; save the one you mean as a file of its own",
            path.display()
        ),
    }
}
