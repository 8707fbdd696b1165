//! `sellkeep contacts`: whom to call and write to, on the screen or as a one-page sheet.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use jiff::Zoned;
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::printable;
use sellkeep_model::TENANT_DEFAULT;
use sellkeep_respond::pdf::Paper;
use sellkeep_respond::sheet::{self, Confirmed, Owner, Sheet};
use sellkeep_store::Tenant;
use serde_json::json;

use super::Usage;
use crate::data::{DataArguments, runtime};
use crate::knowledge;

/// Security contacts of your marketplaces, with the day each was checked; as a one-page sheet too
#[derive(Args)]
pub struct Arguments {
    /// Brands you sell on or get paid by; all complete ones where none is named
    brands: Vec<String>,
    /// Your country (two letters): its contacts come first
    #[arg(long, value_name = "CC")]
    country: Option<String>,
    /// Your shop's name, for the sheet
    #[arg(long, default_value = "our shops")]
    name: String,
    /// Your own id on a brand, for the sheet: amazon="Seller ID A1B2C3" (repeatable)
    #[arg(long, value_name = "BRAND=ID")]
    id: Vec<String>,
    /// Your own bank, carrier, second administrator: "Bank=+49 30 1234567" (repeatable)
    #[arg(long, value_name = "WHO=HOW")]
    own: Vec<String>,
    /// Write the one-page sheet as PDF
    #[arg(long, value_name = "FILE")]
    pdf: Option<PathBuf>,
    /// Write the sheet as one HTML page that works offline
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Paper of the PDF
    #[arg(long, value_enum, default_value_t = PaperChoice::A4)]
    paper: PaperChoice,
    /// One JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataArguments,
    /// Whose confirmed contacts are taken from the data
    #[arg(long, default_value = TENANT_DEFAULT)]
    tenant: String,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum PaperChoice {
    A4,
    Letter,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    let owner = owner(arguments, &knowledge)?;
    let sheet = sheet::sheet(&knowledge, &owner, Zoned::now().date());
    if let Some(path) = &arguments.pdf {
        let paper = match arguments.paper {
            PaperChoice::A4 => Paper::A4,
            PaperChoice::Letter => Paper::Letter,
        };
        std::fs::write(path, sheet::pdf(&sheet, paper))
            .with_context(|| format!("writing the sheet {}", path.display()))?;
    }
    if let Some(path) = &arguments.html {
        std::fs::write(path, sheet::html(&sheet))
            .with_context(|| format!("writing the sheet {}", path.display()))?;
    }
    let written = arguments.pdf.is_some() || arguments.html.is_some();
    if arguments.json {
        println!("{}", as_json(&sheet));
    } else if !written {
        anstream::stdout().write_all(for_person(&sheet).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn owner(arguments: &Arguments, knowledge: &Knowledge) -> Result<Owner> {
    let known = |id: &String| knowledge.brands.iter().any(|brand| brand.id == *id);
    if let Some(unknown) = arguments.brands.iter().find(|id| !known(id)) {
        return Err(Usage(format!(
            "no brand is called {unknown:?}; `sellkeep brands` lists them"
        ))
        .into());
    }
    let complete = || {
        let complete = knowledge.brands.iter().filter(|brand| brand.complete);
        complete.map(|brand| brand.id.clone()).collect()
    };
    Ok(Owner {
        name: arguments.name.clone(),
        brands: if arguments.brands.is_empty() {
            complete()
        } else {
            arguments.brands.clone()
        },
        country: arguments.country.clone(),
        ids: pairs(&arguments.id, "--id")?,
        own: pairs(&arguments.own, "--own")?,
        confirmed: confirmed(arguments)?,
    })
}

/// What people confirmed or corrected in the console, where there is any data.
fn confirmed(arguments: &Arguments) -> Result<Vec<Confirmed>> {
    let data = &arguments.data;
    if data.database.is_none() && !data.data.join("sellkeep.db").exists() {
        return Ok(Vec::new());
    }
    let tenant = Tenant::new(&arguments.tenant);
    runtime()?.block_on(async {
        let store = data.open().await?;
        let found = sellkeep_console::confirmed_contacts(&store, &tenant).await;
        found.context("reading the confirmed contacts")
    })
}

fn pairs(texts: &[String], option: &str) -> Result<Vec<(String, String)>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        None => Err(Usage(format!("{option} takes NAME=VALUE, not {text:?}")).into()),
    };
    texts.iter().map(pair).collect()
}

fn as_json(sheet: &Sheet) -> serde_json::Value {
    let sections: Vec<_> = sheet
        .sections
        .iter()
        .map(|section| {
            let lines: Vec<_> = section
                .lines
                .iter()
                .map(|line| {
                    json!({"id": line.id, "what": line.what, "value": line.value,
                        "checked": line.checked, "doubtful": line.doubtful})
                })
                .collect();
            json!({"title": section.title, "ids": section.ids, "contacts": lines})
        })
        .collect();
    json!({"title": sheet.title, "made": sheet.made.to_string(),
        "first_steps": sheet.first_steps, "sections": sections})
}

fn for_person(sheet: &Sheet) -> String {
    let mut out = String::new();
    for section in &sheet.sections {
        let _ = writeln!(out, "\x1b[1m{}\x1b[0m", section.title);
        for id in &section.ids {
            let _ = writeln!(out, "  {}", printable::whole(id));
        }
        for line in &section.lines {
            let mark = if line.doubtful { "?" } else { " " };
            let _ = writeln!(
                out,
                " {mark} {}\n     {}\n     {}",
                printable::whole(&line.what),
                printable::whole(&line.value),
                line.checked
            );
        }
        out.push('\n');
    }
    out.push_str(
        "? = look at the official page before you rely on it. A sheet to print: --pdf FILE\n",
    );
    out
}
