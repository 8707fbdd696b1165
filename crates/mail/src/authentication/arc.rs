//! ARC: the chain of servers that passed a mail on and what they saw (RFC 8617).
//!
//! Verified as section 5.2 says: structure, the newest message signature, then
//! every seal. Who a sealer is and whether he is believed is decided elsewhere.

use mail_auth::common::crypto::Algorithm;
use sellkeep_model::Domain;

use super::ArcCheck;
use super::canonical::Canonical;
use super::key::{Key, NoKey, keys};
use super::lookup::Lookup;
use super::signature::{Signature, SignatureKind};
use super::signed::SignedMail;
use super::tags::Tags;
use crate::headers::{Header, Headers};

/// Sets in one chain (RFC 8617 section 4.2.1).
const SETS_MAX: usize = 50;

const RESULTS: &str = "ARC-Authentication-Results";
const MESSAGE: &str = "ARC-Message-Signature";
const SEAL: &str = "ARC-Seal";

/// The three fields of one instance.
struct Set<'a> {
    results: &'a Header<'a>,
    message: &'a Header<'a>,
    seal: &'a Header<'a>,
}

/// How a chain fails to pass.
enum Broken {
    /// It is forged or damaged; the reason in plain words.
    Failed(&'static str),
    /// A key could not be asked for.
    Unknown,
}

/// Verifies the chain; `None` where there is none.
pub(super) fn check(mail: &SignedMail<'_>, lookup: &Lookup<'_>) -> Option<ArcCheck> {
    let headers = mail.headers;
    let sets = [RESULTS, MESSAGE, SEAL].map(|name| headers.count(name));
    let sets = sets.into_iter().max().filter(|count| *count > 0)?;
    let (result, reason) = match verify(mail, lookup) {
        Ok(()) => ("pass", None),
        Err(Broken::Failed(reason)) => ("fail", Some(reason)),
        Err(Broken::Unknown) => ("unknown", Some("a key of the chain could not be asked for")),
    };
    Some(ArcCheck {
        result: result.to_owned(),
        sets,
        sealer: newest_sealer(headers),
        reason: reason.map(str::to_owned),
    })
}

fn verify(mail: &SignedMail<'_>, lookup: &Lookup<'_>) -> Result<(), Broken> {
    if mail.headers.truncated {
        return Err(Broken::Failed("the mail has too many header fields"));
    }
    let sets = sets(mail.headers).map_err(Broken::Failed)?;
    let seals = seals(&sets).map_err(Broken::Failed)?;
    let newest = sets.last().ok_or(Broken::Failed("the chain is empty"))?;
    verify_message(newest.message, mail, lookup)?;
    for (index, seal) in seals.iter().enumerate().rev() {
        let keys = published(seal, lookup)?;
        verify_signature(seal, &sealed_bytes(&sets, index, seal), &keys)?;
    }
    Ok(())
}

/// The sets in order; every instance from 1 on holds each field once.
fn sets<'a>(headers: &'a Headers<'a>) -> Result<Vec<Set<'a>>, &'static str> {
    let count = headers.count(SEAL);
    if count > SETS_MAX {
        return Err("the chain is too long");
    }
    let results = in_order(headers, RESULTS, count)?;
    let messages = in_order(headers, MESSAGE, count)?;
    let seals = in_order(headers, SEAL, count)?;
    let sets = results.into_iter().zip(messages).zip(seals);
    Ok(sets
        .map(|((results, message), seal)| Set {
            results,
            message,
            seal,
        })
        .collect())
}

fn in_order<'a>(
    headers: &'a Headers<'a>,
    name: &'a str,
    count: usize,
) -> Result<Vec<&'a Header<'a>>, &'static str> {
    let mut slots: Vec<Option<&Header<'_>>> = vec![None; count];
    for field in headers.all(name) {
        let instance = instance(field).ok_or("a field of the chain has no number")?;
        let slot = instance.checked_sub(1).and_then(|at| slots.get_mut(at));
        let slot = slot.ok_or("a set of the chain is incomplete")?;
        if slot.replace(field).is_some() {
            return Err("a number in the chain stands twice");
        }
    }
    let fields: Option<Vec<_>> = slots.into_iter().collect();
    fields.ok_or("a set of the chain is incomplete")
}

/// `i=` of a field. In the results field it stands first, before what is no tag list.
fn instance(field: &Header<'_>) -> Option<usize> {
    let number = if field.is(RESULTS) {
        let value = field.value();
        let (name, number) = value.split(';').next()?.split_once('=')?;
        (name.trim() == "i").then(|| number.trim().to_owned())?
    } else {
        Tags::parse(field.raw).ok()?.get("i")?.to_owned()
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse().ok().filter(|number| *number <= SETS_MAX)
}

/// The seals, each with the chain state it must claim (RFC 8617 section 5.2).
fn seals<'a>(sets: &[Set<'a>]) -> Result<Vec<Signature<'a>>, &'static str> {
    let mut seals = Vec::with_capacity(sets.len());
    for (index, set) in sets.iter().enumerate() {
        let seal = Signature::parse(set.seal, SignatureKind::ArcSeal)?;
        let expected = if index == 0 { "none" } else { "pass" };
        let claims = seal.tags.get("cv").unwrap_or_default();
        if !claims.eq_ignore_ascii_case(expected) {
            return Err("a sealer says that the chain was broken before him");
        }
        if seal.tags.get("h").is_some() {
            return Err("a seal lists header fields, which none may");
        }
        seals.push(seal);
    }
    Ok(seals)
}

fn verify_message(
    field: &Header<'_>,
    mail: &SignedMail<'_>,
    lookup: &Lookup<'_>,
) -> Result<(), Broken> {
    let message = Signature::parse(field, SignatureKind::ArcMessage).map_err(Broken::Failed)?;
    let signs = |name: &str| message.signed.iter().any(|signed| signed == name);
    if signs("arc-seal") {
        return Err(Broken::Failed(
            "the newest signature covers seals, which none may",
        ));
    }
    if !signs("from") {
        return Err(Broken::Failed("the newest signature does not cover From"));
    }
    // The key first: a body is hashed only where something can come of it.
    let keys = published(&message, lookup)?;
    if mail.leaves_body_open(&message) || !mail.body_matches(&message) {
        return Err(Broken::Failed(
            "the text was changed after the newest signature",
        ));
    }
    verify_signature(&message, &mail.signed_header(&message), &keys)
}

/// The keys of a signature whose algorithm still counts (RFC 8301 section 3.1).
fn published(signature: &Signature<'_>, lookup: &Lookup<'_>) -> Result<Vec<Key>, Broken> {
    if signature.algorithm == Algorithm::RsaSha1 {
        return Err(Broken::Failed(
            "a signature of the chain uses a broken algorithm",
        ));
    }
    let keys = keys(lookup, &signature.selector, signature.domain.as_str());
    keys.map_err(|fault| match fault {
        NoKey::Absent => Broken::Failed("a key of the chain is not published"),
        NoKey::Unavailable => Broken::Unknown,
        NoKey::Unusable(reason) => Broken::Failed(reason),
    })
}

fn verify_signature(signature: &Signature<'_>, bytes: &[u8], keys: &[Key]) -> Result<(), Broken> {
    let algorithm = signature.algorithm;
    let verifies = keys
        .iter()
        .filter(|key| key.suits(algorithm) && key.has_usable_size())
        .filter(|key| key.allows_hash(algorithm) && key.is_for_mail())
        .any(|key| key.verifies(bytes, &signature.value, algorithm));
    if verifies {
        Ok(())
    } else {
        Err(Broken::Failed("a signature of the chain does not verify"))
    }
}

/// All fields of the sets up to `index`, the seal itself last and unsigned
/// (RFC 8617 section 5.1.1).
fn sealed_bytes(sets: &[Set<'_>], index: usize, seal: &Signature<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, set) in sets.iter().enumerate().take(index + 1) {
        for field in [set.results, set.message, set.seal] {
            let is_seal_itself = at == index && std::ptr::eq(field, set.seal);
            if !is_seal_itself {
                Canonical::Relaxed.header_field(field.name, field.raw, &mut out);
            }
        }
    }
    seal.append_unsigned(&mut out);
    out
}

/// The domain of the seal with the highest number, verified or not.
fn newest_sealer(headers: &Headers<'_>) -> Option<Domain> {
    let seals = headers.all(SEAL);
    let newest = seals.max_by_key(|field| instance(field).unwrap_or(0))?;
    let tags = Tags::parse(newest.raw).ok()?;
    Domain::parse(&tags.compact("d")?).ok()
}
