//! The cheat sheet: whom to call and write to when an account is taken over, on one page.
//!
//! Only what the owner sells on, with his own ids, and every contact with the day it
//! was checked. Readable in black and white, on paper, without a network.
//! A contact that nobody has looked at for half a year, or that rests on one third
//! party only, is marked with words, never left out silently and never shown as sure.

mod html;
mod pick;

use jiff::civil::Date;
use sellkeep_knowledge::{Confidence, Contact, Knowledge};

pub use html::html;

use crate::pdf::{Block, Document, Paper, SIZE_MIN, fit_on_one_page, write};

/// Whose sheet it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Owner {
    /// The shop's or organisation's name.
    pub name: String,
    /// Brand ids of the marketplaces and payment services in use.
    pub brands: Vec<String>,
    /// Two-letter country, for contacts that differ by country.
    pub country: Option<String>,
    /// Own ids by brand: (brand, "Seller ID A1B2…").
    pub ids: Vec<(String, String)>,
    /// Own bank, carrier, second administrator: (who, how to reach).
    pub own: Vec<(String, String)>,
    /// What people confirmed or corrected: (contact id, value, day, by whom).
    pub confirmed: Vec<Confirmed>,
}

/// A contact that a person has checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The contact's id.
    pub contact: String,
    /// The value as the person found it.
    pub value: String,
    /// When.
    pub on: Date,
    /// Who.
    pub by: String,
}

/// One line of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The contact's id.
    pub id: String,
    /// What for.
    pub what: String,
    /// The number, address or page.
    pub value: String,
    /// When somebody looked, and what to be careful about.
    pub checked: String,
    /// It must be checked before anybody relies on it.
    pub doubtful: bool,
}

/// One part of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub title: String,
    /// Own ids.
    pub ids: Vec<String>,
    /// The contacts.
    pub lines: Vec<Line>,
}

/// The sheet before it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub title: String,
    /// The first steps, in order.
    pub first_steps: Vec<String>,
    /// The parts.
    pub sections: Vec<Section>,
    /// The day it was made.
    pub made: Date,
}

/// What to do first, whatever happened; the playbooks say more.
const FIRST_STEPS: &[&str] = &[
    "Take a clean device. Sign in only by typing the address yourself, never through a link or a number from a mail.",
    "Change the password, sign out all other devices, check the second step and its phone number.",
    "Look at the deposit account, the users and the apps; remove what is not yours. Note time and ending of every change first.",
    "Call the marketplace and your bank about the next payout. Give nobody a code, whoever calls.",
    "Do the same for the mailbox: password, sessions, forwarding, rules.",
];

/// Puts a sheet together.
pub fn sheet(knowledge: &Knowledge, owner: &Owner, today: Date) -> Sheet {
    let brand_section = |id: &String| {
        let name = knowledge
            .brands
            .iter()
            .find(|brand| brand.id == *id)
            .map_or_else(|| id.clone(), |brand| brand.name.clone());
        let picked = pick::for_brand(knowledge, id, owner.country.as_deref(), today);
        Section {
            title: name,
            ids: own_ids(owner, id),
            lines: picked
                .iter()
                .map(|contact| line(contact, owner, today))
                .collect(),
        }
    };
    let mut sections: Vec<Section> = owner.brands.iter().map(brand_section).collect();
    sections.push(Section {
        title: "Authorities".to_owned(),
        ids: Vec::new(),
        lines: pick::authorities(knowledge, owner.country.as_deref(), today)
            .iter()
            .map(|contact| line(contact, owner, today))
            .collect(),
    });
    sections.insert(0, own_section(owner));
    sections.retain(|section| !(section.lines.is_empty() && section.ids.is_empty()));
    Sheet {
        title: format!("Security contacts: {}", owner.name),
        first_steps: FIRST_STEPS.iter().map(|step| (*step).to_owned()).collect(),
        sections,
        made: today,
    }
}

fn own_ids(owner: &Owner, brand: &str) -> Vec<String> {
    owner
        .ids
        .iter()
        .filter(|(of, _)| of == brand)
        .map(|(_, id)| id.clone())
        .collect()
}

fn own_section(owner: &Owner) -> Section {
    let own = |(who, how): &(String, String)| Line {
        id: String::new(),
        what: who.clone(),
        value: how.clone(),
        checked: "entered by you".to_owned(),
        doubtful: false,
    };
    Section {
        title: "Our own".to_owned(),
        ids: Vec::new(),
        lines: owner.own.iter().map(own).collect(),
    }
}

fn line(contact: &Contact, owner: &Owner, today: Date) -> Line {
    let confirmed = owner
        .confirmed
        .iter()
        .rev()
        .find(|seen| seen.contact == contact.id);
    let (value, checked, doubtful) = match confirmed {
        Some(seen) if is_fresh(seen.on, today) => (
            seen.value.clone(),
            format!("confirmed {} by {}", seen.on, seen.by),
            false,
        ),
        // An own correction stays, for the printed value is known to be wrong; but it is old.
        Some(seen) if seen.value != contact.value => (
            seen.value.clone(),
            format!("corrected {} by {}, CHECK AGAIN", seen.on, seen.by),
            true,
        ),
        _ => (
            contact.value.clone(),
            checked(contact, today),
            is_doubtful(contact, today),
        ),
    };
    Line {
        id: contact.id.clone(),
        what: what(contact),
        value,
        checked,
        doubtful,
    }
}

fn is_fresh(on: Date, today: Date) -> bool {
    today
        .since(on)
        .is_ok_and(|age| age.get_days() <= sellkeep_knowledge::FRESH_DAYS_MAX)
}

fn is_doubtful(contact: &Contact, today: Date) -> bool {
    contact.is_stale(today) || contact.source.confidence == Confidence::Low
}

fn checked(contact: &Contact, today: Date) -> String {
    let seen = match contact.source.seen.as_str() {
        "unknown" => "checked: nobody knows when".to_owned(),
        seen => format!("checked {seen}"),
    };
    let sure = match contact.source.confidence {
        Confidence::Low => ", ONE THIRD PARTY ONLY",
        Confidence::Medium | Confidence::High => "",
    };
    let old = if contact.is_stale(today) {
        ", CHECK AGAIN"
    } else {
        ""
    };
    format!("{seen}{sure}{old}")
}

fn what(contact: &Contact) -> String {
    let purpose = match contact.purpose.as_str() {
        "account-compromised" => "Account taken over",
        "fraud-payment" => "Money at stake",
        "report-phishing" => "Report a fake",
        "report-abuse" => "Report abuse",
        "seller-support" => "Seller support",
        "law-enforcement" => "Police and authorities",
        "two-factor" => "Second step",
        "data-protection" => "Data protection",
        "vulnerability" => "Security hole",
        other => other,
    };
    let login = if contact.requires_login {
        ", after sign-in"
    } else {
        ""
    };
    let hours = contact.hours.as_ref().map(|hours| format!(", {hours}"));
    format!(
        "{purpose} ({}, {}{login}{})",
        contact.organisation,
        contact.channel,
        hours.unwrap_or_default()
    )
}

/// The sheet as a one-page PDF. Where even the smallest readable type does not fit,
/// doubtful contacts go first, and the page says that it is not everything.
pub fn pdf(sheet: &Sheet, paper: Paper) -> Vec<u8> {
    let mut sheet = sheet.clone();
    loop {
        let document = document(&sheet, paper);
        if let Some(size) = fit_on_one_page(&document) {
            return write(&document, size);
        }
        if !shorten(&mut sheet) {
            return write(&document, SIZE_MIN);
        }
    }
}

/// Takes one line out: a doubtful one where there is any, else the last of the longest part.
fn shorten(sheet: &mut Sheet) -> bool {
    let note = "Not everything fits on this page: `sellkeep contacts` shows the rest.";
    if sheet.first_steps.last().is_none_or(|last| last != note) {
        sheet.first_steps.push(note.to_owned());
    }
    for section in sheet.sections.iter_mut().rev() {
        if let Some(at) = section.lines.iter().rposition(|line| line.doubtful) {
            section.lines.remove(at);
            return true;
        }
    }
    let longest = sheet
        .sections
        .iter_mut()
        .max_by_key(|section| section.lines.len());
    longest.is_some_and(|section| section.lines.len() > 1 && section.lines.pop().is_some())
}

fn document(sheet: &Sheet, paper: Paper) -> Document {
    let mut blocks = vec![Block::Title(sheet.title.clone())];
    blocks.push(Block::Heading("First".to_owned()));
    for (number, step) in sheet.first_steps.iter().enumerate() {
        blocks.push(Block::Text(format!("{}. {step}", number + 1)));
    }
    for section in &sheet.sections {
        blocks.push(Block::Heading(section.title.clone()));
        blocks.extend(section.ids.iter().map(|id| Block::Text(id.clone())));
        for line in &section.lines {
            let mark = if line.doubtful { "(?) " } else { "" };
            blocks.push(Block::Row(
                format!("{mark}{} · {}", line.what, line.checked),
                line.value.clone(),
            ));
        }
    }
    blocks.push(Block::Text(format!(
        "Made {} by Sellkeep. (?) = check before you rely on it.",
        sheet.made
    )));
    Document {
        title: sheet.title.clone(),
        language: "en".to_owned(),
        paper,
        columns: 2,
        blocks,
    }
}

#[cfg(test)]
mod tests;
