//! DKIM: every signature of a mail, verified over the bytes as they are (RFC 6376).
//!
//! A signature that verifies still proves little by itself: what it does not
//! cover and what its key forbids are kept as weaknesses. Whether the rest is
//! proof is decided elsewhere. Only signatures whose key was found cost arithmetic.

use mail_auth::common::crypto::Algorithm;
use sellkeep_model::{Domain, Timestamp};

use super::key::{Key, NoKey, keys};
use super::lookup::Lookup;
use super::signature::{Signature, SignatureKind, time};
use super::signed::SignedMail;
use super::tags::Tags;
use super::{DkimCheck, DkimResult, DkimWeakness, SIGNATURES_MAX};
use crate::headers::{Header, Headers};

/// A signer's clock may be ahead of the receiver's by this many seconds.
const CLOCK_SKEW_SECONDS: i64 = 300;

/// Fields of which one mail may hold one (RFC 5322 section 3.6, RFC 2045), and
/// which readers show or act on; a second one is where forgers put their words.
const SINGLE_FIELDS: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
];

/// Checks the first [`SIGNATURES_MAX`] signatures, top first; also whether more stood there.
pub(super) fn check_all(
    mail: &SignedMail<'_>,
    lookup: &Lookup<'_>,
    at: Timestamp,
) -> (Vec<DkimCheck>, bool) {
    let mut fields = mail.headers.all("DKIM-Signature");
    let checks = fields
        .by_ref()
        .take(SIGNATURES_MAX)
        .map(|field| check(field, mail, lookup, at))
        .collect();
    (checks, fields.next().is_some())
}

fn check(
    field: &Header<'_>,
    mail: &SignedMail<'_>,
    lookup: &Lookup<'_>,
    at: Timestamp,
) -> DkimCheck {
    let mut check = as_written(field);
    let signature = match Signature::parse(field, SignatureKind::Dkim) {
        Ok(signature) => signature,
        Err(reason) => {
            check.result = DkimResult::Unusable(reason.to_owned());
            return check;
        }
    };
    check.domain = Some(signature.domain.clone());
    check.selector.clone_from(&signature.selector);
    check.signed_fields.clone_from(&signature.signed);
    check.weaknesses = weaknesses(&signature, mail.headers);
    check.weaknesses.extend(time_weaknesses(&check, at));
    match constraints(&signature) {
        Ok(()) => verify(&mut check, &signature, mail, lookup),
        Err(reason) => check.result = DkimResult::Unusable(reason.to_owned()),
    }
    check
}

/// What the field says, as far as it can be read; used alone where it is malformed.
fn as_written(field: &Header<'_>) -> DkimCheck {
    let tags = Tags::parse(field.raw).ok();
    let text = |name: &str| tags.as_ref().and_then(|tags| tags.compact(name));
    let moment = |name: &str| tags.as_ref().and_then(|tags| time(tags, name));
    let domain_raw = text("d").unwrap_or_default();
    DkimCheck {
        domain: Domain::parse(&domain_raw).ok(),
        domain_raw,
        selector: text("s").unwrap_or_default(),
        result: DkimResult::NoKey,
        signed_fields: Vec::new(),
        weaknesses: Vec::new(),
        key_bits: None,
        key_record: None,
        algorithm: text("a").unwrap_or_default().to_ascii_lowercase(),
        signed_at: moment("t"),
        expires_at: moment("x"),
    }
}

/// What the field itself must keep to before a key is asked for (RFC 6376 section 6.1.1).
fn constraints(signature: &Signature<'_>) -> Result<(), &'static str> {
    if signature.tags.get("i").is_some() {
        let (_, domain) = signature.identity().unwrap_or_default();
        let domain = Domain::parse(&domain).map_err(|_| "the identity in it is no address")?;
        if !domain.is_within(&signature.domain) {
            return Err("the identity in it lies outside its domain");
        }
    }
    let queries = signature.tags.items("q");
    if queries.is_some_and(|methods| !methods.iter().any(|method| method == "dns/txt")) {
        return Err("its key is not published in the DNS");
    }
    Ok(())
}

fn weaknesses(signature: &Signature<'_>, headers: &Headers<'_>) -> Vec<DkimWeakness> {
    let signs = |name: &str| signature.signed.iter().any(|signed| signed == name);
    let open_recipient = ["to", "cc"]
        .into_iter()
        .filter(|name| headers.first(name).is_some())
        .map(signs);
    let recipient_unsigned = open_recipient.reduce(|one, other| one || other) == Some(false);
    let encoding = "content-transfer-encoding";
    let content_open =
        !signs("content-type") || (headers.first(encoding).is_some() && !signs(encoding));
    let found = [
        (!signs("from"), DkimWeakness::FromUnsigned),
        (!signs("subject"), DkimWeakness::SubjectUnsigned),
        (!signs("date"), DkimWeakness::DateUnsigned),
        (recipient_unsigned, DkimWeakness::RecipientUnsigned),
        (content_open, DkimWeakness::ContentTypeUnsigned),
        (
            has_duplicate(signature, headers),
            DkimWeakness::DuplicateOfSigned,
        ),
        (
            signature.algorithm == Algorithm::RsaSha1,
            DkimWeakness::Sha1,
        ),
    ];
    found
        .into_iter()
        .filter_map(|(is, weakness)| is.then_some(weakness))
        .collect()
}

/// Whether a signed field that may stand once stands more often than it was signed.
fn has_duplicate(signature: &Signature<'_>, headers: &Headers<'_>) -> bool {
    SINGLE_FIELDS.iter().any(|name| {
        let signed = signature.signed.iter().filter(|signed| signed == name);
        let signed = signed.count();
        let standing = headers.count(name);
        // One signed instance of two is the forger's case; two signed of two is an odd but covered mail.
        signed > 0 && standing > 1 && standing > signed
    })
}

fn time_weaknesses(check: &DkimCheck, at: Timestamp) -> Vec<DkimWeakness> {
    let mut found = Vec::new();
    let latest = at.as_second().saturating_add(CLOCK_SKEW_SECONDS);
    let before_signed = |x: Timestamp| check.signed_at.is_some_and(|t| x < t);
    if check.expires_at.is_some_and(|x| at > x || before_signed(x)) {
        found.push(DkimWeakness::Expired);
    }
    if check.signed_at.is_some_and(|t| t.as_second() > latest) {
        found.push(DkimWeakness::FromTheFuture);
    }
    found
}

/// Fetches the keys and does the arithmetic; the first key that verifies counts.
fn verify(
    check: &mut DkimCheck,
    signature: &Signature<'_>,
    mail: &SignedMail<'_>,
    lookup: &Lookup<'_>,
) {
    let keys = match keys(lookup, &signature.selector, signature.domain.as_str()) {
        Ok(keys) => keys,
        Err(fault) => {
            check.result = match fault {
                NoKey::Absent => DkimResult::NoKey,
                NoKey::Unavailable => DkimResult::KeyUnavailable,
                NoKey::Unusable(reason) => DkimResult::Unusable(reason.to_owned()),
            };
            return;
        }
    };
    let mut chosen: Option<(&Key, DkimResult)> = None;
    for key in &keys {
        let result = under_key(key, signature, mail);
        let passes = result == DkimResult::Pass;
        if passes || chosen.is_none() {
            chosen = Some((key, result));
        }
        if passes {
            break;
        }
    }
    if let Some((key, result)) = chosen {
        check.key_bits = Some(key.bits);
        check.key_record = Some(key.record.clone());
        check.weaknesses.extend(key_weaknesses(key, signature));
        if mail.leaves_body_open(signature) {
            check.weaknesses.push(DkimWeakness::BodyPartUnsigned);
        }
        check.result = result;
    }
}

fn under_key(key: &Key, signature: &Signature<'_>, mail: &SignedMail<'_>) -> DkimResult {
    if !key.suits(signature.algorithm) {
        return DkimResult::Unusable("the key is of another kind than the signature".into());
    }
    if !key.has_usable_size() {
        return DkimResult::Unusable("the key is too short or too long to be checked".into());
    }
    if mail.headers.truncated {
        return DkimResult::Unusable("the mail has too many header fields to be checked".into());
    }
    if !mail.body_matches(signature) {
        return DkimResult::Fail("the text of the mail is not the text that was signed".into());
    }
    let bytes = mail.signed_header(signature);
    if key.verifies(&bytes, &signature.value, signature.algorithm) {
        DkimResult::Pass
    } else {
        DkimResult::Fail("the header of the mail is not the one that was signed".into())
    }
}

fn key_weaknesses(key: &Key, signature: &Signature<'_>) -> Vec<DkimWeakness> {
    let (local, domain) = signature.identity().unwrap_or_default();
    let other_domain = key.wants_same_domain()
        && !domain.is_empty()
        && !domain.eq_ignore_ascii_case(signature.domain.as_str());
    let forbidden = !key.is_for_mail()
        || other_domain
        || !key.allows_hash(signature.algorithm)
        || !key.allows_local_part(&local);
    let found = [
        (key.is_test(), DkimWeakness::TestMode),
        (forbidden, DkimWeakness::KeyNotForThis),
        (key.is_too_short(), DkimWeakness::KeyTooShort),
    ];
    found
        .into_iter()
        .filter_map(|(is, weakness)| is.then_some(weakness))
        .collect()
}
