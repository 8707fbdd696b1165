//! `sellkeep report`: the mail that reports a fake, as a draft. Nothing is sent.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use sellkeep_mail::Examiner;
use sellkeep_model::Verdict;
use sellkeep_respond::{Stamp, contacts, write};

use super::check::{judge_one, read_one};
use crate::answers::Answers;
use crate::{knowledge, time};

/// Prepare the mail that reports a fake to the right address (it is never sent)
#[derive(Args)]
pub struct Arguments {
    /// The fake, with its full header
    file: PathBuf,
    /// Only to this contact (an id from `sellkeep brands NAME`, or from knowledge/contacts)
    #[arg(long, value_name = "CONTACT_ID")]
    to: Option<String>,
    /// Folder for the drafts
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Where keys and policies come from: `live`, `none`, or a recorded zone (JSON)
    #[arg(long, default_value = "live", value_name = "live|none|FILE")]
    dns: String,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
    /// Write the report although the mail is not a fake, and use low-confidence contacts too
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mail = read_one(&arguments.file)?;
    let examiner = Examiner::new(knowledge::load(arguments.knowledge.as_deref())?);
    let answers = Answers::new(&arguments.dns, None)?;
    let examination = judge_one(&examiner, &answers, &mail.bytes);
    if !arguments.force && matches!(examination.verdict, Verdict::Genuine | Verdict::Unrelated) {
        bail!(
            "{} is {}, so there is nothing to report; --force writes the report all the same",
            arguments.file.display(),
            examination.verdict.as_str()
        );
    }
    let (mut by_mail, pages) = contacts(examiner.knowledge(), &examination.claims, arguments.force);
    if let Some(id) = &arguments.to {
        let contact = examiner
            .knowledge()
            .contact(id)
            .with_context(|| format!("there is no contact {id:?}"))?;
        if contact.channel != "email" {
            bail!(
                "{id} is reached by {} and not by mail: {}",
                contact.channel,
                contact.value
            );
        }
        by_mail = vec![contact];
    }
    std::fs::create_dir_all(&arguments.out)
        .with_context(|| format!("making the folder {}", arguments.out.display()))?;
    let now = time::now();
    for contact in &by_mail {
        let stamp = Stamp {
            date: now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
            message_id: format!("{}.{}@sellkeep.invalid", now.as_millisecond(), contact.id),
        };
        let report =
            write(contact, &mail.bytes, &examination, &stamp).context("composing the report")?;
        let path = arguments.out.join(format!("report-{}.eml", contact.id));
        std::fs::write(&path, &report.mail)
            .with_context(|| format!("writing {}", path.display()))?;
        println!(
            "{}: to {} ({:?}; source {}, seen {})",
            path.display(),
            report.to,
            report.manner,
            contact.source.source,
            contact.source.seen
        );
    }
    if !by_mail.is_empty() {
        println!("Open the draft in your mail program, look at it, and send it yourself.");
    }
    for page in &pages {
        println!("Or by form: {} ({})", page.value, page.organisation);
    }
    if by_mail.is_empty() && pages.is_empty() {
        bail!(
            "no official address is known for reports about {}; your national office takes them too (knowledge/contacts/authority.toml)",
            examination.claims.join(", ")
        );
    }
    Ok(ExitCode::SUCCESS)
}
