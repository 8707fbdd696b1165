//! What is known of one brand: its names, domains, hosts and senders.
//!
//! The fields are those of `knowledge/brands/<brand>/brand.toml`.

use sellkeep_model::Domain;
use serde::Deserialize;

use crate::notice::Notice;
use crate::source::Source;

/// Whoever a mail may claim to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Stable name, also the folder's name.
    pub id: String,
    /// The name people know.
    pub name: String,
    /// What it is to a seller.
    pub kind: BrandKind,
    /// Whether the facts suffice to call its mail genuine.
    pub complete: bool,
    /// The name is also an ordinary word ("Target", "Wise", "Square"): only a
    /// display name that is the name itself, or a longer alias, claims it.
    pub common_word: bool,
    /// Display names in use, in any letter case.
    pub display_aliases: Vec<String>,
    /// Those of the aliases that are ordinary words too: they claim the brand
    /// only where they stand alone.
    pub common_aliases: Vec<String>,
    /// Tokens of look-alike domains.
    pub lookalike_words: Vec<String>,
    /// A host below any of the brand's domains whose first label is one of
    /// these relays a stranger's words.
    pub relay_first_labels: Vec<String>,
    /// Ids of brands of the same house: they write from each other's domains.
    pub sister_brands: Vec<String>,
    /// Remark with its reason.
    pub notes: Option<String>,
    /// Domains in From, envelope and signatures, with their roles.
    pub mail_domains: Vec<MailDomain>,
    /// Official hosts.
    pub web_hosts: Vec<WebHost>,
    /// Short-link domains; those of low confidence are not the brand's.
    pub shorteners: Vec<Shortener>,
    /// DKIM facts read from delivered mail.
    pub signatures: Vec<Signature>,
    /// Published DMARC policies.
    pub dmarc: Vec<DmarcSeen>,
    /// Genuine senders that carry an attacker's words.
    pub abused_channels: Vec<AbusedChannel>,
    /// Known notices, sorted by id.
    pub notices: Vec<Notice>,
}

/// What a brand is to a seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BrandKind {
    /// Sells for others.
    Marketplace,
    /// Moves money.
    Payments,
    /// Hosts accounts and servers.
    Cloud,
    /// Sells advertising or other services to sellers.
    Adjacent,
    /// Runs people's mailboxes.
    Mailbox,
    /// Carries parcels.
    Carrier,
}

/// How a name in the facts meets a name in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// Only the name itself.
    Exact,
    /// The name and everything below it.
    Suffix,
}

/// What the brand does with a mail domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailRole {
    /// Sends the brand's notices: the only role that can be proven genuine.
    Notification,
    /// Sends advertising.
    Marketing,
    /// Employees write from it.
    Corporate,
    /// A sister company.
    Affiliate,
    /// Carries the words of buyers or other strangers.
    Relay,
    /// Any customer of the brand can send from it.
    Tenant,
    /// Seen in the envelope only.
    Envelope,
    /// Signs for every customer of a mail service.
    Transport,
}

/// One domain in the brand's mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MailDomain {
    /// The name.
    pub domain: Domain,
    /// Whether names below it count too.
    #[serde(rename = "match")]
    pub matching: Match,
    /// What it is for.
    pub role: MailRole,
    /// What kind of evidence the fact rests on.
    pub evidence: Option<String>,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// One official host.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WebHost {
    /// The name.
    pub host: Domain,
    /// Whether names below it count too.
    #[serde(rename = "match")]
    pub matching: Match,
    /// What it is for; `sign-in` hosts are the only ones where a password may be typed.
    pub role: String,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// One short-link domain.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Shortener {
    /// The name.
    pub domain: Domain,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// DKIM facts read from one kind of delivered mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Signature {
    /// Domain in From.
    pub from_domain: Domain,
    /// Domains that signed (`d=`).
    pub dkim_d: Vec<String>,
    /// Selectors (`s=`).
    pub selectors_seen: Vec<String>,
    /// Domain in the envelope's sender.
    pub envelope_from: Option<String>,
    /// What the receiver said.
    pub result: String,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// A DMARC policy as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DmarcSeen {
    /// The domain it was published for.
    pub domain: Domain,
    /// `none`, `quarantine` or `reject`.
    pub policy: String,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// A genuine sender whose mail carries an attacker's words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AbusedChannel {
    /// The sender, or words for it.
    pub sender: String,
    /// What is abused.
    pub what: String,
    /// How it shows.
    pub signal: String,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
