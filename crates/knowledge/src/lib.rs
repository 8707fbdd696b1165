//! Facts with sources: brands, zones, contacts, guidance, lures.
//!
//! Built into the executable, read and checked once, then only looked up. An
//! overlay may add or replace. Nothing here touches a file: folders come in as
//! values of path and text.

use std::collections::BTreeMap;

use self::load::Input;
use self::packed::File;

mod brand;
pub mod check;
mod contact;
mod deed;
mod fact;
mod hold;
mod language;
mod load;
mod lookup;
mod lure;
mod machine;
mod notice;
mod packed;
pub mod playbook;
mod problem;
mod resource;
mod source;
mod tag;
mod zone;

pub use brand::{
    AbusedChannel, Brand, BrandKind, DmarcSeen, MailDomain, MailRole, Match, Shortener, Signature,
    WebHost,
};
pub use check::{Check, Decided, Must};
pub use contact::{Contact, HowToSend};
pub use deed::{Deed, DeedWords, TOPICS, Topic};
pub use fact::Fact;
pub use hold::Hold;
pub use language::Language;
pub use lookup::{Host, Sender};
pub use lure::{Lure, LureWords};
pub use machine::MachineName;
pub use notice::{Detail, DetailForm, Notice, NoticeClass, Wording};
pub use playbook::{DeadlineBasis, Playbook, Step};
pub use problem::{Problem, Problems};
pub use resource::Resource;
pub use source::{Confidence, FRESH_DAYS_MAX, Source};
pub use tag::Technique;
pub use zone::Zone;

/// Everything known, looked up by the rest of the program.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// All brands, sorted by id.
    pub brands: Vec<Brand>,
    /// Suffixes of strangers, longest first.
    pub zones: Vec<Zone>,
    /// General short-link domains that belong to no brand.
    pub shorteners: Vec<Shortener>,
    /// Escalation routes, sorted by id.
    pub contacts: Vec<Contact>,
    /// Guidance, sorted by id.
    pub facts: Vec<Fact>,
    /// Lures, sorted by id.
    pub lures: Vec<Lure>,
    /// Official pages, sorted by id.
    pub resources: Vec<Resource>,
    /// Playbooks, sorted by id.
    pub playbooks: Vec<Playbook>,
    /// Checks of the preparation, sorted by id.
    pub checks: Vec<Check>,
    /// What words can say that happened, sorted by id.
    pub deeds: Vec<Deed>,
    /// Words that sound like one theme, sorted by id.
    pub topics: Vec<Topic>,
    /// How languages are told apart, sorted by code.
    pub languages: Vec<Language>,
    /// How long marketplaces pay nothing out after a deposit method was added.
    pub holds: Vec<Hold>,
    /// Local parts of addresses behind which a machine writes.
    pub machine_names: Vec<MachineName>,
    /// Techniques that rules may carry as tags.
    pub techniques: Vec<Technique>,
    /// Files of rules by their path, as text: `detect` reads them. A built-in rule's cases
    /// are there by name only.
    pub rule_files: Files,
    /// Hash of every file it was read from (SHA-256, hexadecimal).
    pub version: String,
    index: lookup::Index,
    by_brand: BTreeMap<String, Vec<usize>>,
}

/// Files by their path below the knowledge folder.
pub type Files = BTreeMap<String, String>;

include!(concat!(env!("OUT_DIR"), "/files.rs"));

impl Knowledge {
    /// The knowledge built into the executable.
    pub fn builtin() -> Result<Knowledge, Problems> {
        let files: Vec<Input<'_>> = FILES.iter().map(Input::of_builtin).collect();
        load::load(&files)
    }

    /// The built-in knowledge with an overlay: a file of the same path replaces, others add.
    pub fn with_overlay(overlay: &Files) -> Result<Knowledge, Problems> {
        let builtin = FILES
            .iter()
            .map(|file| (file.path, Input::of_builtin(file)));
        let mut files: BTreeMap<&str, Input<'_>> = builtin.collect();
        files.extend(overlay.iter().map(|(path, text)| {
            let path = path.as_str();
            (path, Input::of_text(path, text))
        }));
        let files: Vec<Input<'_>> = files.into_values().collect();
        load::load(&files)
    }

    /// Only the files given.
    pub fn load(files: &Files) -> Result<Knowledge, Problems> {
        let files = files.iter();
        let files: Vec<Input<'_>> = files
            .map(|(path, text)| Input::of_text(path, text))
            .collect();
        load::load(&files)
    }

    /// The contacts of a brand for one purpose, in the order of their ids.
    pub fn contacts_for(&self, brand: &str, purpose: &str) -> Vec<&Contact> {
        let places = self
            .by_brand
            .get(brand)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let contacts = places.iter().filter_map(|at| self.contacts.get(*at));
        contacts
            .filter(|contact| contact.purpose == purpose)
            .collect()
    }
}
