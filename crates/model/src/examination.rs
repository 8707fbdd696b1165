//! The outcome of examining a mail, a text or a link: a verdict with its reasons.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dns::{Answer, DnsQuestion};

/// Who sent it: the origin, never the intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The origin is proven to be the claimed brand.
    Genuine,
    /// It claims a brand and the evidence contradicts it.
    Fake,
    /// It claims a brand and nothing decides.
    Unproven,
    /// It claims no brand we know.
    Unrelated,
}

impl Verdict {
    /// The word as it stands in JSON and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Genuine => "genuine",
            Verdict::Fake => "fake",
            Verdict::Unproven => "unproven",
            Verdict::Unrelated => "unrelated",
        }
    }
}

/// How much one finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Speaks for the mail or only describes it.
    Note,
    /// Seen in fakes, but in honest mail too: counts only beside others.
    Weak,
    /// Seldom in honest mail: two of different kinds decide.
    Strong,
    /// Contradicts the claim by itself.
    Decisive,
}

/// One red flag or remark, for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable name, for `sellkeep explain`.
    pub id: String,
    /// How much it weighs.
    pub level: Level,
    /// One sentence a seller understands.
    pub says: String,
    /// The evidence, quoted from the mail and made printable.
    pub quote: String,
    /// Why it matters.
    pub why: String,
    /// Where the rule comes from: an RFC section, a marketplace's page, a measurement.
    pub source: String,
}

/// Where a brand was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimPlace {
    /// The From address lies in the brand's domain.
    FromAddress,
    /// The From address imitates the brand's domain.
    FromLookalike,
    /// The display name of From.
    DisplayName,
    /// The subject.
    Subject,
    /// The text.
    Text,
    /// A link or its words.
    Link,
}

/// One brand that the message says it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The brand's id in `knowledge/brands/`.
    pub brand: String,
    /// Where it says so.
    pub place: ClaimPlace,
    /// The words, made printable.
    pub quote: String,
    /// The name was written with look-alike letters or hidden characters.
    pub disguised: bool,
}

/// By what the origin is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProofKind {
    /// A DKIM signature verified here over the stored bytes (RFC 6376).
    Dkim,
    /// SPF alone, aligned as DMARC asks (RFC 7489 section 3.1.2), with a known envelope.
    Spf,
    /// The user's own provider said so in a header that only it can have added.
    Observed,
    /// For a link alone: its host is an official one.
    Site,
}

/// The proof of a genuine origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// By what.
    pub kind: ProofKind,
    /// The brand it proves.
    pub brand: String,
    /// The domain that signed or that SPF passed for.
    pub domain: String,
    /// DKIM selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// RSA modulus or Ed25519 key length in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_bits: Option<usize>,
    /// `live`, `recorded` or `archived`: where the key came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_from: Option<String>,
    /// The provider's authserv-id, for an observed proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// One sentence a seller understands.
    pub says: String,
}

/// Why even a genuine mail needs care.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caution {
    /// Stable name, for `sellkeep explain`.
    pub id: String,
    /// One sentence a seller understands.
    pub says: String,
}

/// One thing to do next.
pub type Advice = String;

/// One DNS answer that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsUse {
    /// What was asked.
    #[serde(flatten)]
    pub question: DnsQuestion,
    /// What was said; `None` where nobody was asked.
    pub answer: Option<Answer>,
}

/// The outcome of one examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// Who sent it.
    pub verdict: Verdict,
    /// Ids of the brands it claims to come from, each once, strongest first.
    pub claims: Vec<String>,
    /// The proof, for a genuine mail.
    pub proof: Option<Proof>,
    /// What a genuine mail may still do.
    pub caution: Vec<Caution>,
    /// Red flags and remarks, heaviest first.
    pub findings: Vec<Finding>,
    /// What to do next, first thing first.
    pub advice: Vec<Advice>,
    /// How sure the verdict can be: `full`, or why it is less (`low: no headers` …).
    pub confidence: String,
    /// The moment as of which keys and dates were judged.
    pub judged_as_of: Timestamp,
    /// Where each claim stands in the mail.
    pub claimed: Vec<Claim>,
    /// The DNS answers used, so that the verdict can be derived again.
    pub dns: Vec<DnsUse>,
    /// Version hash of the knowledge used.
    pub knowledge: String,
}
