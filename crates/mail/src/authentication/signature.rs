//! One signature field: DKIM-Signature (RFC 6376 section 3.5),
//! ARC-Message-Signature or ARC-Seal (RFC 8617 section 4.1).
//!
//! Read strictly and once: what is malformed here is no signature, whatever
//! more forgiving readers make of it. Nothing is verified here.

use mail_auth::common::crypto::Algorithm;
use sellkeep_model::{Domain, Timestamp};

use super::canonical::{Canonical, forms};
use super::tags::Tags;
use crate::headers::Header;

/// More field names than any honest `h=` lists; each is searched in the header.
const SIGNED_FIELDS_MAX: usize = 256;

/// Which of the three fields it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatureKind {
    /// DKIM-Signature.
    Dkim,
    /// ARC-Message-Signature.
    ArcMessage,
    /// ARC-Seal, which signs no body and lists no fields.
    ArcSeal,
}

/// A signature field that keeps to its grammar.
#[derive(Debug, Clone)]
pub(super) struct Signature<'a> {
    pub(super) field: &'a Header<'a>,
    pub(super) tags: Tags<'a>,
    pub(super) algorithm: Algorithm,
    pub(super) domain: Domain,
    pub(super) selector: String,
    /// `b=`.
    pub(super) value: Vec<u8>,
    pub(super) body_hash: Vec<u8>,
    /// `h=`, lower case.
    pub(super) signed: Vec<String>,
    pub(super) header_form: Canonical,
    pub(super) body_form: Canonical,
    /// `l=`.
    pub(super) body_length: Option<u64>,
}

/// `t=` or `x=`; the latest time there is for a number beyond it.
pub(super) fn time(tags: &Tags<'_>, name: &str) -> Option<Timestamp> {
    let value = tags.get(name)?;
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = value.parse().unwrap_or(i64::MAX);
    Some(Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX))
}

impl<'a> Signature<'a> {
    /// Reads a field; the reason in plain words where it cannot be used.
    pub(super) fn parse(
        field: &'a Header<'a>,
        kind: SignatureKind,
    ) -> Result<Signature<'a>, &'static str> {
        let tags = Tags::parse(field.raw)?;
        if kind == SignatureKind::Dkim && tags.get("v") != Some("1") {
            return Err("it is of another version than 1");
        }
        let algorithm = tags.get("a").ok_or("it names no algorithm")?;
        let algorithm = Algorithm::parse(algorithm.as_bytes()).ok_or("its algorithm is unknown")?;
        let (header_form, body_form) = match kind {
            SignatureKind::ArcSeal => (Canonical::Relaxed, Canonical::Relaxed),
            _ => forms(tags.get("c")).ok_or("its canonical form is unknown")?,
        };
        numbers_are_numbers(&tags)?;
        let mut signature = Signature {
            field,
            algorithm,
            domain: domain(&tags)?,
            selector: selector(&tags)?,
            value: bytes(&tags, "b")?,
            body_hash: Vec::new(),
            signed: Vec::new(),
            header_form,
            body_form,
            body_length: tags.get("l").and_then(|value| value.parse().ok()),
            tags,
        };
        if kind != SignatureKind::ArcSeal {
            signature.body_hash = bytes(&signature.tags, "bh")?;
            signature.signed = signed(&signature.tags)?;
        }
        Ok(signature)
    }

    /// `i=` where it stands: local part and domain.
    pub(super) fn identity(&self) -> Option<(String, String)> {
        let identity = unquoted(&self.tags.compact("i")?)?;
        match identity.rsplit_once('@') {
            Some((local, domain)) => Some((local.to_owned(), domain.to_owned())),
            None => Some((String::new(), identity)),
        }
    }

    /// Appends the field itself with an empty `b=` and without a final line end.
    pub(super) fn append_unsigned(&self, out: &mut Vec<u8>) {
        let mut value = self.field.raw.to_vec();
        if let Some(range) = self.tags.signature_range.clone() {
            value.drain(range);
        }
        self.header_form.header_field(self.field.name, &value, out);
        out.truncate(out.len().saturating_sub(2));
    }
}

/// Undoes the quoted-printable of DKIM (RFC 6376 section 2.11).
fn unquoted(text: &str) -> Option<String> {
    let mut parts = text.split('=');
    let mut out = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        out.push(u8::from_str_radix(code, 16).ok()?);
        out.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(out).ok()
}

fn domain(tags: &Tags<'_>) -> Result<Domain, &'static str> {
    let domain = tags.compact("d").ok_or("it names no domain")?;
    Domain::parse(&domain).map_err(|_| "its domain is no domain name")
}

fn selector(tags: &Tags<'_>) -> Result<String, &'static str> {
    let selector = tags.compact("s").ok_or("it names no selector")?;
    // A selector with a NUL or a quote in it has led look-ups to another zone (CVE-2020-12272).
    let selector = Domain::parse(&selector).map_err(|_| "its selector is no domain name")?;
    Ok(selector.as_str().to_owned())
}

fn bytes(tags: &Tags<'_>, name: &str) -> Result<Vec<u8>, &'static str> {
    let bytes = tags.base64(name).ok_or("its Base64 is missing or broken")?;
    if bytes.is_empty() {
        return Err("its Base64 is empty");
    }
    Ok(bytes)
}

fn signed(tags: &Tags<'_>) -> Result<Vec<String>, &'static str> {
    let names = tags.items("h").ok_or("it does not say what it signs")?;
    if names.len() > SIGNED_FIELDS_MAX {
        return Err("it lists too many header fields");
    }
    // An empty name selects nothing, so it is passed over as everybody does.
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err("it does not say what it signs");
    }
    Ok(names)
}

fn numbers_are_numbers(tags: &Tags<'_>) -> Result<(), &'static str> {
    let broken = ["t", "x"]
        .iter()
        .any(|name| tags.get(name).is_some() && time(tags, name).is_none());
    let length = tags.get("l").map(str::parse::<u64>);
    if broken || matches!(length, Some(Err(_))) {
        return Err("a number in it is none");
    }
    Ok(())
}
