//! From files to checked facts.
//!
//! Every mistake is named with its file, record and field; all of them, not
//! only the first. Nothing is loaded where there is a mistake.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sha2::{Digest, Sha256};
use toml::{Table, Value};

mod brand;
mod check;
mod fields;
mod form;
mod notice;
mod sound;

use self::fields::Fields;
use self::form::{SOURCE, mistakes};
use crate::Knowledge;
use crate::brand::Brand;
use crate::contact::Contact;
use crate::lookup::Index;
use crate::notice::Notice;
use crate::packed::File;
use crate::playbook::{self, Playbook};
use crate::problem::{Problem, Problems};
use crate::resource::{self, Resource};

/// One file to be read.
pub struct Input<'f> {
    path: &'f str,
    text: &'f str,
    /// The built-in file, whose table need not be parsed.
    builtin: Option<&'f File>,
}

impl<'f> Input<'f> {
    /// A file of the executable.
    pub fn of_builtin(file: &'f File) -> Input<'f> {
        Input {
            path: file.path,
            text: file.text,
            builtin: Some(file),
        }
    }

    /// Any other file.
    pub fn of_text(path: &'f str, text: &'f str) -> Input<'f> {
        Input {
            path,
            text,
            builtin: None,
        }
    }

    fn table(&self) -> Result<Table, toml::de::Error> {
        let packed = self.builtin.and_then(File::table);
        packed.map_or_else(|| self.text.parse(), Ok)
    }
}

/// Reads all files, in the order of their paths; `Err` holds every mistake.
pub fn load(files: &[Input<'_>]) -> Result<Knowledge, Problems> {
    let mut loader = Loader::default();
    for file in files {
        loader.file(file);
    }
    loader.finish(files)
}

#[derive(Default)]
struct Loader {
    brands: BTreeMap<String, Brand>,
    /// Path, brand and notice.
    notices: Vec<(String, String, Notice)>,
    brand_contacts: Vec<(String, Vec<BrandContact>)>,
    /// Where each id of a kind stood first.
    ids: HashMap<(&'static str, String), String>,
    /// Path and folder of each playbook, in the order in which they were read.
    playbook_files: Vec<(String, String)>,
    /// Check and folder of each sample.
    check_samples: BTreeSet<(String, String)>,
    knowledge: Knowledge,
    problems: Vec<Problem>,
}

/// A contact in a brand's own folder.
struct BrandContact {
    id: String,
    reports_fakes: bool,
}

impl Loader {
    fn problem(&mut self, file: &str, record: &str, what: impl Into<String>) {
        self.problems.push(Problem {
            file: file.to_owned(),
            record: record.to_owned(),
            what: what.into(),
        });
    }

    fn file(&mut self, file: &Input<'_>) {
        let path = file.path;
        if path.starts_with("rules/") {
            let rules = &mut self.knowledge.rule_files;
            rules.insert(path.to_owned(), file.text.to_owned());
        } else if path.starts_with("checks/") {
            self.check_file(file);
        } else {
            match file.table() {
                Ok(table) => self.table(path, table),
                Err(error) => self.problem(path, "file", error.message().to_owned()),
            }
        }
    }

    fn table(&mut self, path: &str, table: Table) {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["brands", folder, "brand.toml"] => self.brand(path, folder, table),
            ["brands", brand, "contacts.toml"] => self.contacts(path, Some(brand), table),
            ["contacts", _] => self.contacts(path, None, table),
            ["brands", brand, "notices", folder, "notice.toml"] => {
                self.notice(path, brand, folder, table);
            }
            ["guidance", _] => {
                let facts = self.records(path, table, "fact");
                self.knowledge.facts.extend(facts);
            }
            ["resources", _] => self.resources(path, table),
            ["lures", _] => self.lure(path, table),
            ["playbooks", folder, "playbook.toml"] => self.playbook(path, folder, table),
            ["deeds", _] => self.deed(path, table),
            ["topics", _] => self.topic(path, table),
            ["languages.toml"] => {
                let languages = self.records(path, table, "language");
                self.knowledge.languages.extend(languages);
            }
            ["holds.toml"] => {
                let holds = self.records(path, table, "hold");
                self.knowledge.holds.extend(holds);
            }
            ["machines.toml"] => {
                let names = self.records(path, table, "machine");
                self.knowledge.machine_names.extend(names);
            }
            ["tags", _] => {
                let techniques = self.records(path, table, "technique");
                self.knowledge.techniques.extend(techniques);
            }
            ["zones.toml"] => {
                let zones = self.records(path, table, "zone");
                self.knowledge.zones.extend(zones);
            }
            ["shorteners.toml"] => {
                let shorteners = self.records(path, table, "shortener");
                self.knowledge.shorteners.extend(shorteners);
            }
            _ => self.problem(path, "file", "no such file belongs to the knowledge"),
        }
    }

    fn contacts(&mut self, path: &str, brand: Option<&str>, table: Table) {
        let contacts: Vec<Contact> = self.records(path, table, "contact");
        if let Some(brand) = brand {
            let own = contacts.iter().map(|contact| BrandContact {
                id: contact.id.clone(),
                reports_fakes: contact.purpose == "report-phishing",
            });
            self.brand_contacts.push((brand.to_owned(), own.collect()));
        }
        self.knowledge.contacts.extend(contacts);
    }

    fn resources(&mut self, path: &str, table: Table) {
        let resources: Vec<Resource> = self.records(path, table, "resource");
        for resource in &resources {
            for what in resource::mistakes(resource) {
                self.problem(path, &format!("resource {}", resource.id), what);
            }
        }
        self.knowledge.resources.extend(resources);
    }

    fn playbook(&mut self, path: &str, folder: &str, table: Table) {
        match Value::Table(table).try_into::<Playbook>() {
            Ok(playbook) => {
                self.playbook_files
                    .push((path.to_owned(), folder.to_owned()));
                self.knowledge.playbooks.push(playbook);
            }
            Err(error) => self.problem(path, "file", error.message().to_owned()),
        }
    }

    /// Contacts stand in other files, so playbooks are checked when all are read.
    fn check_playbooks(&mut self) {
        let known: HashSet<&str> = self
            .knowledge
            .contacts
            .iter()
            .map(|contact| contact.id.as_str())
            .collect();
        let mut found = Vec::new();
        for ((path, folder), playbook) in self.playbook_files.iter().zip(&self.knowledge.playbooks)
        {
            let wrong = playbook::mistakes(playbook, folder, |id| known.contains(id));
            found.extend(wrong.into_iter().map(|what| (path.clone(), what)));
        }
        for (path, what) in found {
            self.problem(&path, "playbook", what);
        }
    }

    fn named_after(&mut self, path: &str, record: &str, id: &str, place: &str) {
        if id != place {
            let what = format!("`id` is {id:?}, but the place is {place:?}");
            self.problem(path, record, what);
        }
    }

    /// All records of one name in a file that holds nothing else.
    fn records<T: Fields>(&mut self, path: &str, mut table: Table, name: &'static str) -> Vec<T> {
        for other in table.keys().filter(|key| *key != name) {
            self.problem(path, other, format!("only `{name}` may stand in this file"));
        }
        if table.get(name).is_some_and(|value| !value.is_array()) {
            self.problem(path, name, format!("write it as [[{name}]]"));
        }
        self.list(path, &mut table, name)
    }

    /// Takes the records of one name out of a table.
    fn list<T: Fields>(&mut self, path: &str, table: &mut Table, name: &'static str) -> Vec<T> {
        let Some(Value::Array(values)) = table.remove(name) else {
            return Vec::new();
        };
        let mut records = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let id = value.get("id").and_then(Value::as_str);
            let record = id.map_or_else(
                || format!("{name} {}", index + 1),
                |id| format!("{name} {id}"),
            );
            if let Some(id) = id {
                self.unique(path, name, id);
            }
            records.extend(self.record(path, &record, value));
        }
        records
    }

    fn unique(&mut self, path: &str, kind: &'static str, id: &str) {
        let first = self.ids.insert((kind, id.to_owned()), path.to_owned());
        if let Some(first) = first {
            let what = format!("`id` stands in knowledge/{first} already");
            self.problem(path, &format!("{kind} {id}"), what);
        }
    }

    fn record<T: Fields>(&mut self, path: &str, record: &str, value: Value) -> Option<T> {
        let Value::Table(table) = value else {
            self.problem(path, record, "must be a table");
            return None;
        };
        let mistakes = mistakes(&table, &[T::FIELDS, SOURCE]);
        if mistakes.is_empty() {
            match Value::Table(table).try_into() {
                Ok(record) => return Some(record),
                Err(error) => self.problem(path, record, error.message().to_owned()),
            }
        }
        for what in mistakes {
            self.problem(path, record, what);
        }
        None
    }

    fn finish(mut self, files: &[Input<'_>]) -> Result<Knowledge, Problems> {
        self.give_notices();
        self.sound();
        self.check_playbooks();
        self.prove_checks();
        if !self.problems.is_empty() {
            return Err(Problems(self.problems));
        }
        let mut knowledge = self.knowledge;
        knowledge.brands = self.brands.into_values().collect();
        for brand in &mut knowledge.brands {
            brand.notices.sort_by(|a, b| a.id.cmp(&b.id));
        }
        knowledge
            .zones
            .sort_by_key(|zone| std::cmp::Reverse(zone.domain.as_str().len()));
        knowledge.contacts.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.facts.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.resources.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.lures.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.deeds.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.topics.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.languages.sort_by(|a, b| a.code.cmp(&b.code));
        knowledge.by_brand = places(&knowledge.contacts, self.brand_contacts);
        knowledge.version = version(files);
        knowledge.index = Index::new(&knowledge);
        Ok(knowledge)
    }
}

/// Where each brand's own contacts stand in the sorted list.
fn places(
    sorted: &[Contact],
    brands: Vec<(String, Vec<BrandContact>)>,
) -> BTreeMap<String, Vec<usize>> {
    let place = |own: BrandContact| sorted.binary_search_by(|contact| contact.id.cmp(&own.id));
    let places = brands.into_iter().map(|(brand, contacts)| {
        let mut places: Vec<usize> = contacts.into_iter().flat_map(place).collect();
        places.sort_unstable();
        (brand, places)
    });
    places.collect()
}

/// SHA-256 over every path and text, in order, lengths included.
fn version(files: &[Input<'_>]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        for part in [file.path, file.text] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    let digits = hash.finalize().into_iter().flat_map(hexadecimal);
    digits.map(char::from).collect()
}

fn hexadecimal(byte: u8) -> [u8; 2] {
    let digit = |nibble: u8| match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    };
    [digit(byte >> 4), digit(byte & 15)]
}
