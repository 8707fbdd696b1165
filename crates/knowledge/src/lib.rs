//! Facts with sources: brands, zones, contacts, guidance, lures.
//!
//! Built into the executable, read and checked once, then only looked up. An
//! overlay may add or replace. Nothing here touches a file: folders come in as
//! values of path and text.

mod brand;
mod contact;
mod fact;
mod lure;
mod source;
mod zone;

pub use brand::{
    AbusedChannel, Brand, BrandKind, DmarcSeen, MailDomain, MailRole, Match, Notice, Shortener,
    Signature, WebHost,
};
pub use contact::{Contact, HowToSend};
pub use fact::Fact;
pub use lure::{Lure, LureWords};
pub use source::{Confidence, Source};
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
    /// Hash of every file it was read from (SHA-256, hexadecimal).
    pub version: String,
}
