//! Who sent it, as far as cryptography and DNS can tell: SPF, DKIM, DMARC, ARC,
//! and what receiving servers wrote into the header.
//!
//! This module reports what was found; whether it counts as proof is decided in `proof`.

mod arc;
mod canonical;
mod dkim;
mod dmarc;
mod key;
mod lookup;
mod reported;
mod signature;
mod signed;
mod spf;
mod tags;

use sellkeep_model::{DnsAnswers, DnsUse, Domain, Envelope, Timestamp};

use crate::headers::Headers;
use lookup::Lookup;
use signed::SignedMail;

/// Everything that authentication found out about one mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authentication {
    /// One entry a DKIM-Signature field, top first, up to [`SIGNATURES_MAX`].
    pub dkim: Vec<DkimCheck>,
    /// More signatures stood there than were checked.
    pub signatures_skipped: bool,
    /// SPF for the envelope sender; `None` without a known envelope.
    pub spf: Option<SpfCheck>,
    /// DMARC for the domain of From; `None` where From has no single domain.
    pub dmarc: Option<DmarcCheck>,
    /// The ARC chain; `None` where there is none.
    pub arc: Option<ArcCheck>,
    /// Authentication-Results, ARC-Authentication-Results and Received-SPF fields, top first.
    pub reported: Vec<ReportedResults>,
    /// Every DNS question asked, with its answer (`None` where nobody was asked).
    pub dns: Vec<DnsUse>,
}

/// More signatures than an honest mail carries; each costs a hash and a DNS question.
pub const SIGNATURES_MAX: usize = 8;

/// One DKIM signature and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimCheck {
    /// `d=` as a domain; `None` where it is none.
    pub domain: Option<Domain>,
    /// `d=` as written.
    pub domain_raw: String,
    /// `s=`.
    pub selector: String,
    /// The result of the arithmetic; expiry and weaknesses are separate.
    pub result: DkimResult,
    /// `h=`: names of the signed fields, lower case, in order, with repetitions.
    pub signed_fields: Vec<String>,
    /// What makes the signature count for less or nothing although it verifies.
    pub weaknesses: Vec<DkimWeakness>,
    /// Bits of the key, where it was found.
    pub key_bits: Option<usize>,
    /// The key record as published.
    pub key_record: Option<String>,
    /// Algorithm (`a=`), for example `rsa-sha256`.
    pub algorithm: String,
    /// `t=`.
    pub signed_at: Option<Timestamp>,
    /// `x=`.
    pub expires_at: Option<Timestamp>,
}

impl DkimCheck {
    /// Whether the signature verifies and nothing makes it void: it covers From
    /// and the whole body, is in time, and its key is strong and meant for this.
    /// Subject, Date, recipients and Content-Type may be unsigned, as DMARC does not ask for them.
    pub fn is_sound(&self) -> bool {
        let harmless = |weakness: &DkimWeakness| {
            matches!(
                weakness,
                DkimWeakness::SubjectUnsigned
                    | DkimWeakness::DateUnsigned
                    | DkimWeakness::RecipientUnsigned
                    | DkimWeakness::ContentTypeUnsigned
            )
        };
        self.result == DkimResult::Pass && self.weaknesses.iter().all(harmless)
    }
}

/// The arithmetic of one signature (RFC 6376 section 6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DkimResult {
    /// Body hash and signature verify under the published key.
    Pass,
    /// They do not; the reason in plain words.
    Fail(String),
    /// The signature field or the key record cannot be used; the reason in plain words.
    Unusable(String),
    /// The key is not published (any more), or was revoked.
    NoKey,
    /// The DNS could not be asked.
    KeyUnavailable,
}

/// What takes weight from a signature that verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DkimWeakness {
    /// `h=` does not name From (RFC 6376 section 5.4: it must).
    FromUnsigned,
    /// `h=` does not name Subject.
    SubjectUnsigned,
    /// `h=` does not name Date.
    DateUnsigned,
    /// Neither To nor Cc is signed although one stands there.
    RecipientUnsigned,
    /// `h=` does not name Content-Type, or not Content-Transfer-Encoding although
    /// one stands there: whoever replays the mail can change what the bytes mean.
    ContentTypeUnsigned,
    /// `l=` leaves a part of the body uncovered.
    BodyPartUnsigned,
    /// A signed field that may stand once stands there again, unsigned (RFC 6376 section 8.15).
    DuplicateOfSigned,
    /// Judged after `x=`.
    Expired,
    /// `t=` lies after the moment of judgement.
    FromTheFuture,
    /// `rsa-sha1` (RFC 8301 section 3.1: must not be used).
    Sha1,
    /// An RSA key below 1024 bits (RFC 8301 section 3.2).
    KeyTooShort,
    /// The key is in test mode (`t=y`): the signer asks for it to be treated as unsigned.
    TestMode,
    /// The key record says it is not for mail, or another constraint of it is not met.
    KeyNotForThis,
}

/// The result of SPF (RFC 7208 section 2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpfCheck {
    /// `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror`, `permerror`.
    pub result: String,
    /// The domain of the envelope sender; `None` where it is malformed, and for a
    /// bounce, whose result is that of HELO and speaks for no sender.
    pub domain: Option<Domain>,
}

impl SpfCheck {
    /// Whether SPF passed for the envelope sender's domain.
    pub fn passed(&self) -> bool {
        self.result == "pass"
    }
}

/// The result of DMARC (RFC 7489 section 6.6.2, RFC 9989).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcCheck {
    /// The domain of From.
    pub domain: Domain,
    /// `none`, `quarantine`, `reject`, or `None` where nothing is published or known.
    pub policy: Option<String>,
    /// A DKIM signature that is sound ([`DkimCheck::is_sound`]) and aligned.
    pub dkim_aligned: bool,
    /// SPF passed and its domain is aligned.
    pub spf_aligned: bool,
}

/// The ARC chain (RFC 8617).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArcCheck {
    /// `pass`, `fail`, or `unknown` where a key could not be asked for.
    pub result: String,
    /// Number of sets.
    pub sets: usize,
    /// `d=` of the newest seal.
    pub sealer: Option<Domain>,
    /// The reason of a failure in plain words.
    pub reason: Option<String>,
}

/// What one server wrote about its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedResults {
    /// Which field: `Authentication-Results`, `ARC-Authentication-Results`, `Received-SPF`.
    pub field: &'static str,
    /// Position among all header fields, 0 on top.
    pub position: usize,
    /// `i=` of an ARC field.
    pub instance: Option<u32>,
    /// Who says so: the authserv-id, or `receiver=` of Received-SPF; `None` in
    /// Microsoft's dialect, which names nobody.
    pub authserv_id: Option<String>,
    /// The single results.
    pub results: Vec<ReportedResult>,
    /// A part of the field could not be read, or it has an odd name; the missing
    /// server of Microsoft's dialect alone does not count.
    pub malformed: bool,
}

/// One method's result as reported (RFC 8601 section 2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedResult {
    /// `spf`, `dkim`, `dmarc`, `arc`, `compauth` …, lower case.
    pub method: String,
    /// `pass`, `fail`, `none` …, lower case.
    pub result: String,
    /// Properties such as (`header.from`, `amazon.com`), names lower case.
    pub properties: Vec<(String, String)>,
}

impl ReportedResult {
    /// The value of one property.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Checks one mail. `from` is the single domain of From, where there is one;
/// `at` is the moment as of which signatures are judged.
pub fn authenticate(
    mail: &[u8],
    headers: &Headers<'_>,
    from: Option<&Domain>,
    envelope: &Envelope,
    dns: &dyn DnsAnswers,
    at: Timestamp,
) -> Authentication {
    let lookup = Lookup::new(dns);
    let signed = SignedMail::new(mail, headers);
    let (dkim, signatures_skipped) = dkim::check_all(&signed, &lookup, at);
    let spf = spf::check(envelope, &lookup);
    let dmarc = from.map(|from| dmarc::check(from, &dkim, spf.as_ref(), &lookup));
    let arc = arc::check(&signed, &lookup);
    let reported = reported::read_all(headers);
    Authentication {
        dkim,
        signatures_skipped,
        spf,
        dmarc,
        arc,
        reported,
        dns: lookup.into_uses(),
    }
}
