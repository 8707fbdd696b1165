//! From files to checked facts.
//!
//! Every mistake is named with its file, record and field; all of them, not
//! only the first. Nothing with a mistake is loaded.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use crate::brand::{
    AbusedChannel, Brand, BrandKind, DmarcSeen, MailDomain, Notice, Shortener, Signature, WebHost,
};
use crate::contact::Contact;
use crate::fact::Fact;
use crate::lookup::Index;
use crate::lure::Lure;
use crate::zone::Zone;
use crate::{Files, Knowledge};

/// One mistake in the knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path below the knowledge folder.
    pub file: String,
    /// Which record, for example `mail_domain 3` or `contact amazon-report-scam-email`.
    pub record: String,
    /// What is wrong, with the field's name.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "knowledge/{}: {}: {}",
            self.file, self.record, self.what
        )
    }
}

/// All mistakes that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "the knowledge has {} mistake(s):", self.0.len())?;
        for problem in &self.0 {
            writeln!(out, "  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A kind of record and the fields it may have, beside `source`, `seen`, `confidence`.
trait Fields: DeserializeOwned {
    const FIELDS: &'static [&'static str];
}

macro_rules! fields {
    ($($kind:ty: $($field:literal)+;)+) => {
        $(impl Fields for $kind { const FIELDS: &'static [&'static str] = &[$($field),+]; })+
    };
}

fields! {
    MailDomain: "domain" "match" "role" "evidence" "notes";
    WebHost: "host" "match" "role" "notes";
    Shortener: "domain" "notes";
    Signature: "from_domain" "dkim_d" "selectors_seen" "envelope_from" "result" "notes";
    DmarcSeen: "domain" "policy" "notes";
    AbusedChannel: "sender" "what" "signal" "notes";
    Notice: "id" "sender" "subject" "subject_match" "event" "locale" "security_relevant" "notes";
    Contact: "id" "organisation" "service" "region" "purpose" "channel" "value" "hours" "how_to_send" "notes" "requires_login";
    Fact: "id" "platform" "category" "statement" "severity" "check" "how" "notes";
    Zone: "domain" "owner" "public_suffix" "why" "looks_like_brand" "notes";
    Lure: "id" "title" "why" "words";
}

const SOURCE_FIELDS: &[&str] = &["source", "seen", "confidence"];
const BRAND_FIELDS: &[&str] = &[
    "id",
    "name",
    "kind",
    "complete",
    "common_word",
    "display_aliases",
    "common_aliases",
    "lookalike_words",
    "relay_first_labels",
    "notes",
    "mail_domain",
    "web_host",
    "shortener",
    "signature",
    "dmarc",
    "abused_channel",
];

/// Reads all files; `Err` holds every mistake.
pub fn load(files: &Files) -> Result<Knowledge, Problems> {
    let mut loader = Loader::default();
    for (path, text) in files {
        loader.file(path, text);
    }
    loader.finish(files)
}

#[derive(Default)]
struct Loader {
    brands: BTreeMap<String, Brand>,
    notices: Vec<(String, Notice)>,
    brand_contacts: Vec<(String, Vec<String>)>,
    knowledge: Knowledge,
    problems: Vec<Problem>,
}

impl Loader {
    fn problem(&mut self, file: &str, record: &str, what: impl Into<String>) {
        self.problems.push(Problem {
            file: file.to_owned(),
            record: record.to_owned(),
            what: what.into(),
        });
    }

    fn file(&mut self, path: &str, text: &str) {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => return self.problem(path, "file", error.message().to_owned()),
        };
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["brands", folder, "brand.toml"] => self.brand(path, folder, &table),
            ["brands", brand, "contacts.toml"] => self.contacts(path, Some(brand), &table),
            ["contacts", _] => self.contacts(path, None, &table),
            ["brands", brand, "notices", folder, "notice.toml"] => {
                self.notice(path, brand, folder, table)
            }
            ["guidance", _] => {
                let facts = self.records(path, &table, "fact");
                self.knowledge.facts.extend(facts);
            }
            ["lures", _] => {
                let lure = self.record::<Lure>(path, "lure", Value::Table(table));
                self.knowledge.lures.extend(lure);
            }
            ["zones.toml"] => {
                let zones = self.records(path, &table, "zone");
                self.knowledge.zones.extend(zones);
            }
            ["shorteners.toml"] => {
                let shorteners = self.records(path, &table, "shortener");
                self.knowledge.shorteners.extend(shorteners);
            }
            _ => self.problem(path, "file", "no such file belongs to the knowledge"),
        }
    }

    fn contacts(&mut self, path: &str, brand: Option<&str>, table: &Table) {
        let contacts: Vec<Contact> = self.records(path, table, "contact");
        if let Some(brand) = brand {
            let ids = contacts.iter().map(|contact| contact.id.clone()).collect();
            self.brand_contacts.push((brand.to_owned(), ids));
        }
        self.knowledge.contacts.extend(contacts);
    }

    /// All records of one name in a file that holds nothing else.
    fn records<T: Fields>(&mut self, path: &str, table: &Table, name: &str) -> Vec<T> {
        for other in table.keys().filter(|key| *key != name) {
            self.problem(path, other, format!("only `{name}` may stand in this file"));
        }
        self.list(path, table, name)
    }

    fn list<T: Fields>(&mut self, path: &str, table: &Table, name: &str) -> Vec<T> {
        let values = match table.get(name) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values,
            Some(_) => {
                self.problem(path, name, format!("write it as [[{name}]]"));
                return Vec::new();
            }
        };
        let mut records = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let id = value.get("id").and_then(Value::as_str);
            let record = id.map_or_else(
                || format!("{name} {}", index + 1),
                |id| format!("{name} {id}"),
            );
            records.extend(self.record(path, &record, value.clone()));
        }
        records
    }

    fn record<T: Fields>(&mut self, path: &str, record: &str, value: Value) -> Option<T> {
        let before = self.problems.len();
        if let Value::Table(table) = &value {
            for key in table.keys() {
                if !T::FIELDS.contains(&key.as_str()) && !SOURCE_FIELDS.contains(&key.as_str()) {
                    self.problem(path, record, format!("`{key}` is no field of it"));
                }
            }
            self.source(path, record, table);
        }
        if self.problems.len() > before {
            return None;
        }
        match value.try_into() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(path, record, error.message().to_owned());
                None
            }
        }
    }

    fn source(&mut self, path: &str, record: &str, table: &Table) {
        for field in SOURCE_FIELDS {
            match table.get(*field).map(Value::as_str) {
                None => self.problem(
                    path,
                    record,
                    format!("`{field}` is missing: no fact without a source and a date"),
                ),
                Some(None) => self.problem(path, record, format!("`{field}` must be a text")),
                Some(Some(text)) if text.trim().is_empty() => {
                    self.problem(path, record, format!("`{field}` is empty"))
                }
                Some(Some(text)) if *field == "seen" && !is_date(text) => {
                    self.problem(
                        path,
                        record,
                        format!(
                            "`seen` is no date (YYYY, YYYY-MM, YYYY-MM-DD or unknown): {text:?}"
                        ),
                    );
                }
                Some(Some(_)) => {}
            }
        }
    }

    fn notice(&mut self, path: &str, brand: &str, folder: &str, table: Table) {
        if let Some(notice) = self.record::<Notice>(path, "notice", Value::Table(table)) {
            if notice.id != folder {
                self.problem(
                    path,
                    "notice",
                    format!("`id` is {:?}, but the folder is {folder:?}", notice.id),
                );
            }
            self.notices.push((brand.to_owned(), notice));
        }
    }

    fn brand(&mut self, path: &str, folder: &str, table: &Table) {
        for key in table
            .keys()
            .filter(|key| !BRAND_FIELDS.contains(&key.as_str()))
        {
            self.problem(path, "brand", format!("`{key}` is no field of it"));
        }
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let flag = |key: &str| table.get(key).and_then(Value::as_bool).unwrap_or_default();
        let texts = |key: &str| {
            let values = table.get(key).and_then(Value::as_array);
            values
                .map(|values| {
                    values
                        .iter()
                        .filter_map(Value::as_str)
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default()
        };
        if text("id").as_deref() != Some(folder) {
            self.problem(
                path,
                "brand",
                format!("`id` must be the folder's name, {folder:?}"),
            );
        }
        for field in ["name", "kind"] {
            if text(field).is_none_or(|text| text.trim().is_empty()) {
                self.problem(path, "brand", format!("`{field}` is missing"));
            }
        }
        let kind = match table.get("kind").cloned().map(Value::try_into::<BrandKind>) {
            Some(Err(error)) => {
                self.problem(path, "brand", format!("`kind`: {}", error.message()));
                BrandKind::Adjacent
            }
            Some(Ok(kind)) => kind,
            None => BrandKind::Adjacent,
        };
        let brand = Brand {
            id: folder.to_owned(),
            name: text("name").unwrap_or_default(),
            kind,
            complete: flag("complete"),
            common_word: flag("common_word"),
            display_aliases: texts("display_aliases"),
            common_aliases: texts("common_aliases"),
            lookalike_words: texts("lookalike_words"),
            relay_first_labels: texts("relay_first_labels"),
            notes: text("notes"),
            mail_domains: self.list(path, table, "mail_domain"),
            web_hosts: self.list(path, table, "web_host"),
            shorteners: self.list(path, table, "shortener"),
            signatures: self.list(path, table, "signature"),
            dmarc: self.list(path, table, "dmarc"),
            abused_channels: self.list(path, table, "abused_channel"),
            notices: Vec::new(),
        };
        self.brands.insert(folder.to_owned(), brand);
    }

    fn finish(mut self, files: &Files) -> Result<Knowledge, Problems> {
        for (brand, notice) in std::mem::take(&mut self.notices) {
            match self.brands.get_mut(&brand) {
                Some(known) => known.notices.push(notice),
                None => {
                    let file = format!("brands/{brand}/notices/{}/notice.toml", notice.id);
                    self.problem(&file, "notice", format!("there is no brand {brand:?}"));
                }
            }
        }
        self.unique();
        self.sound();
        if !self.problems.is_empty() {
            return Err(Problems(self.problems));
        }
        let mut knowledge = self.knowledge;
        knowledge.brands = self.brands.into_values().collect();
        knowledge
            .zones
            .sort_by_key(|zone| std::cmp::Reverse(zone.domain.as_str().len()));
        knowledge.contacts.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.facts.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.lures.sort_by(|a, b| a.id.cmp(&b.id));
        for (brand, ids) in self.brand_contacts {
            let place = |id: &String| {
                knowledge
                    .contacts
                    .iter()
                    .position(|contact| contact.id == *id)
            };
            let places = ids.iter().filter_map(place).collect();
            knowledge.by_brand.insert(brand, places);
        }
        knowledge.version = version(files);
        knowledge.index = Index::new(&knowledge);
        Ok(knowledge)
    }

    fn unique(&mut self) {
        let ids = |kind: &'static str, ids: Vec<String>| ids.into_iter().map(move |id| (kind, id));
        let contacts = self
            .knowledge
            .contacts
            .iter()
            .map(|contact| contact.id.clone())
            .collect();
        let facts = self
            .knowledge
            .facts
            .iter()
            .map(|fact| fact.id.clone())
            .collect();
        let lures = self
            .knowledge
            .lures
            .iter()
            .map(|lure| lure.id.clone())
            .collect();
        let mut all: Vec<(&str, String)> = ids("contact", contacts)
            .chain(ids("fact", facts))
            .chain(ids("lure", lures))
            .collect();
        all.sort();
        for pair in all.windows(2).filter(|pair| pair[0] == pair[1]) {
            let (kind, id) = &pair[0];
            self.problem(
                "",
                &format!("{kind} {id}"),
                "the id stands there more than once",
            );
        }
    }

    /// What single records cannot say: a complete brand has what a verdict and a
    /// report need, and no sender of notices lies in a zone of strangers.
    fn sound(&mut self) {
        let mut found = Vec::new();
        for brand in self.brands.values() {
            let file = format!("brands/{}/brand.toml", brand.id);
            if brand.complete && brand.mail_domains.is_empty() {
                found.push((
                    file.clone(),
                    "brand".to_owned(),
                    "`complete`, but without a mail domain",
                ));
            }
            if brand.complete && brand.web_hosts.is_empty() {
                found.push((
                    file.clone(),
                    "brand".to_owned(),
                    "`complete`, but without an official host",
                ));
            }
            for domain in &brand.mail_domains {
                let tenant_zone = self
                    .knowledge
                    .zones
                    .iter()
                    .any(|zone| domain.domain == zone.domain);
                if tenant_zone
                    && domain.role == crate::MailRole::Notification
                    && domain.matching == crate::Match::Suffix
                {
                    found.push((
                        file.clone(),
                        format!("mail_domain {}", domain.domain),
                        "sends notices by suffix, but lies in a zone of strangers",
                    ));
                }
            }
        }
        for (file, record, what) in found {
            self.problem(&file, &record, what);
        }
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, len: usize| {
        part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match parts.as_slice() {
        ["unknown"] => true,
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}

/// SHA-256 over every path and text, in order, lengths included.
fn version(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
