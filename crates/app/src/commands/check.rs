//! `sellkeep check`: mails from anywhere, one verdict each.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use anyhow::{Context, Result};
use clap::Args;
use sellkeep_mail::{Examiner, Record, content};
use sellkeep_model::{Envelope, Examination, Finding, Level, Timestamp, Verdict};

use super::{FAKE, Usage};
use crate::answers::Answers;
use crate::bundle::Bundle;
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
    at: Option<Timestamp>,
    now: Timestamp,
}

/// What became of one source.
type Outcome = Result<Vec<(Mail, Vec<Judged>)>>;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let shared = prepare(arguments)?;
    let sources = inputs::list(&arguments.paths)?;
    let bundle = arguments
        .save
        .as_ref()
        .map(|path| Bundle::create(path))
        .transpose()?;
    let mut printer = Printer::new(arguments.json, sources.len());
    let mut bundle = bundle;
    let mut trouble = false;
    judge_all(&shared, &sources, |source, outcome| {
        match outcome {
            Ok(mails) => {
                for (mail, judged) in mails {
                    if let Some(bundle) = &mut bundle {
                        let envelope = mail.envelope.as_ref().or(shared.envelope.as_ref());
                        bundle.add(&mail, envelope, &shared.trust, &judged[0].examination)?;
                    }
                    for one in judged {
                        printer.print(&one)?;
                    }
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
        at,
        now: time::now(),
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

fn judge_source(shared: &Shared, source: &Source) -> Outcome {
    let mails = inputs::read(source)?;
    Ok(mails
        .into_iter()
        .map(|mail| {
            let judged = judge_mail(shared, &mail);
            (mail, judged)
        })
        .collect())
}

/// The mail, and every mail attached to it.
fn judge_mail(shared: &Shared, mail: &Mail) -> Vec<Judged> {
    let envelope = mail
        .envelope
        .as_ref()
        .or(shared.envelope.as_ref())
        .cloned()
        .unwrap_or_default();
    let mut outer = judge_bytes(shared, &mail.bytes, &envelope, &shared.trust);
    if mail.rebuilt {
        remark(
            &mut outer,
            "outlook-msg",
            Level::Note,
            "Outlook does not keep the bytes that were signed, so no signature can be verified. Save the mail as .eml for a sure answer.",
            &mail.name,
        );
    }
    let mut inner = attached(shared, mail);
    if let Some(fake) = inner
        .iter()
        .find(|one| one.examination.verdict == Verdict::Fake)
        && outer.verdict != Verdict::Genuine
    {
        adopt(&mut outer, &fake.examination);
    }
    inner.insert(
        0,
        Judged {
            name: mail.name.clone(),
            examination: outer,
        },
    );
    inner
}

fn judge_bytes(
    shared: &Shared,
    bytes: &[u8],
    envelope: &Envelope,
    trust: &[String],
) -> Examination {
    let record = Record {
        mail: bytes,
        envelope,
        trust,
        at: shared.at,
        now: shared.now,
    };
    shared.answers.examine(&shared.examiner, &record)
}

/// Mails forwarded as attachments are judged on their own: without the outer
/// envelope, and without anything a provider wrote about the outer mail.
fn attached(shared: &Shared, mail: &Mail) -> Vec<Judged> {
    let mentions = |needle: &[u8]| memchr::memmem::find(&mail.bytes, needle).is_some();
    if !mentions(b"rfc822") && !mentions(b".eml") && !mentions(b"RFC822") {
        return Vec::new();
    }
    let attached = content::read(&mail.bytes).attached_mails;
    let judge = |(number, bytes): (usize, Vec<u8>)| {
        let mut examination = judge_bytes(shared, &bytes, &Envelope::default(), &[]);
        remark(
            &mut examination,
            "forwarded-as-attachment",
            Level::Note,
            "This mail was attached to another one and is judged on its own.",
            &mail.name,
        );
        Judged {
            name: format!("{}/attachment-{}", mail.name, number + 1),
            examination,
        }
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
    };
    answers.examine(examiner, &record)
}

/// Reads exactly one mail for another command.
pub fn read_one(path: &std::path::Path) -> Result<Mail> {
    let source = if path.as_os_str() == "-" {
        Source::Standard
    } else {
        Source::File(path.to_owned())
    };
    let mut mails = inputs::read(&source)?;
    let first = mails.pop().context("the file holds no mail")?;
    anyhow::ensure!(
        mails.is_empty(),
        "{} holds several mails; save the one you mean as a file of its own",
        path.display()
    );
    Ok(first)
}
