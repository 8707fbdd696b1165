//! `sellkeep brands`: what is known, with sources.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use sellkeep_knowledge::{Brand, Confidence, Knowledge, Source};

use super::Usage;
use crate::knowledge;

/// Show what is known of all brands, or of one
#[derive(Args)]
pub struct Arguments {
    /// A brand's id or name
    name: Option<String>,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    match &arguments.name {
        None => list(&knowledge),
        Some(name) => {
            let wanted = name.to_lowercase();
            let found = knowledge
                .brands
                .iter()
                .find(|brand| brand.id == wanted || brand.name.to_lowercase() == wanted);
            let brand = found.ok_or_else(|| {
                Usage(format!(
                    "no brand is called {name:?}; `sellkeep brands` lists them all"
                ))
            })?;
            show(&knowledge, brand);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(knowledge: &Knowledge) {
    println!(
        "{:14} {:18} {:>6} {:>6} {:>8}  facts",
        "id", "name", "sender", "hosts", "contacts"
    );
    for brand in &knowledge.brands {
        let contacts = contacts(knowledge, brand).count();
        let state = if brand.complete {
            "complete"
        } else {
            "in part"
        };
        println!(
            "{:14} {:18} {:>6} {:>6} {contacts:>8}  {state}",
            brand.id,
            brand.name,
            brand.mail_domains.len(),
            brand.web_hosts.len()
        );
    }
    println!(
        "\n{} brands, {} contacts, knowledge {}",
        knowledge.brands.len(),
        knowledge.contacts.len(),
        &knowledge.version[..12]
    );
}

const PURPOSES: &[&str] = &[
    "report-phishing",
    "account-compromised",
    "fraud-payment",
    "vulnerability",
    "seller-support",
    "two-factor",
    "data-protection",
    "report-abuse",
    "law-enforcement",
];

fn contacts<'k>(
    knowledge: &'k Knowledge,
    brand: &'k Brand,
) -> impl Iterator<Item = &'k sellkeep_knowledge::Contact> {
    PURPOSES
        .iter()
        .flat_map(|purpose| knowledge.contacts_for(&brand.id, purpose))
}

fn show(knowledge: &Knowledge, brand: &Brand) {
    println!(
        "{} ({}, {})",
        brand.name,
        brand.id,
        if brand.complete {
            "complete"
        } else {
            "known in part"
        }
    );
    if let Some(notes) = &brand.notes {
        println!("{notes}");
    }
    println!("\nWrites from");
    for domain in &brand.mail_domains {
        let below = if domain.matching == sellkeep_knowledge::Match::Suffix {
            " and below"
        } else {
            ""
        };
        println!(
            "  {}{below}: {:?}{}",
            domain.domain,
            domain.role,
            origin(&domain.source)
        );
    }
    println!("\nOfficial sites");
    for host in &brand.web_hosts {
        println!("  {}: {}{}", host.host, host.role, origin(&host.source));
    }
    if !brand.notices.is_empty() {
        println!("\nKnown notices");
    }
    for notice in &brand.notices {
        println!(
            "  {}: {} ({}) from {}{}",
            notice.id,
            notice.kind.as_str(),
            notice.class.as_str(),
            notice.senders.join(", "),
            origin(&notice.source)
        );
    }
    println!("\nContacts");
    for contact in contacts(knowledge, brand) {
        println!(
            "  {} ({}, {}): {}{}",
            contact.purpose,
            contact.region,
            contact.channel,
            contact.value,
            origin(&contact.source)
        );
    }
}

/// Source and date; what is not sure says so.
fn origin(source: &Source) -> String {
    let doubt = match source.confidence {
        Confidence::High => "",
        Confidence::Medium => ", medium confidence",
        Confidence::Low => ", LOW CONFIDENCE: verify before use",
    };
    format!("\n      {} (seen {}{doubt})", source.source, source.seen)
}
