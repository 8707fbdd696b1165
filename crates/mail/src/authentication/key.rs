//! Public keys as published for DKIM and ARC (RFC 6376 section 3.6.1, RFC 8463).
//!
//! The arithmetic is mail-auth's; what a key may be used for is judged here,
//! because mail-auth reads the constraints without applying them.

use mail_auth::common::crypto::{Algorithm, HashAlgorithm};
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use sellkeep_model::{Answer, RecordType};

use super::lookup::Lookup;
use super::tags::Tags;

/// More key records than any selector honestly has; each costs arithmetic.
const KEYS_MAX: usize = 4;
/// Below this the cryptographic library refuses an RSA key (RFC 8301 section 3.2).
const RSA_BITS_MIN: usize = 1024;
/// Above this it refuses one too.
const RSA_BITS_MAX: usize = 8192;

/// One published key that can be used.
pub(super) struct Key {
    /// The record as published.
    pub(super) record: String,
    /// RSA modulus or Ed25519 key length.
    pub(super) bits: usize,
    /// `t=`.
    flags: Vec<String>,
    /// `s=`.
    services: Option<Vec<String>>,
    /// Obsolete `g=`: the local parts that may sign, `*` for any.
    granularity: Option<String>,
    /// `h=`.
    hashes: Option<Vec<String>>,
    is_rsa: bool,
    verifying: DomainKey,
}

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoKey {
    /// Not published, or revoked.
    Absent,
    /// The DNS could not be asked.
    Unavailable,
    /// Published, and cannot be used; the reason in plain words.
    Unusable(&'static str),
}

/// The keys published for a selector of a domain; never empty where it succeeds.
pub(super) fn keys(lookup: &Lookup<'_>, selector: &str, domain: &str) -> Result<Vec<Key>, NoKey> {
    let name = format!("{selector}._domainkey.{domain}");
    let records = match lookup.ask(&name, RecordType::Txt) {
        Answer::Records(records) => records,
        Answer::NoData | Answer::NoName => return Err(NoKey::Absent),
        Answer::Failed => return Err(NoKey::Unavailable),
    };
    let mut fault = NoKey::Absent;
    let mut found = Vec::new();
    for record in records.into_iter().take(KEYS_MAX) {
        match Key::parse(record) {
            Ok(key) => found.push(key),
            Err(reason) => fault = reason,
        }
    }
    if found.is_empty() {
        Err(fault)
    } else {
        Ok(found)
    }
}

impl Key {
    fn parse(record: String) -> Result<Key, NoKey> {
        let tags = Tags::parse_record(record.as_bytes()).map_err(NoKey::Unusable)?;
        if let Some(version) = tags.get("v")
            && (version != "DKIM1" || tags.first_name() != Some("v"))
        {
            return Err(NoKey::Unusable("the key record is of another version"));
        }
        let is_rsa = match tags.get("k") {
            None => true,
            Some(kind) if kind.eq_ignore_ascii_case("rsa") => true,
            Some(kind) if kind.eq_ignore_ascii_case("ed25519") => false,
            Some(_) => return Err(NoKey::Unusable("the key is of an unknown kind")),
        };
        let public = tags
            .compact("p")
            .ok_or(NoKey::Unusable("the key record holds no key"))?;
        if public.is_empty() {
            return Err(NoKey::Absent);
        }
        let bytes = tags
            .base64("p")
            .ok_or(NoKey::Unusable("the key is not Base64"))?;
        let bits = key_bits(&bytes, is_rsa).ok_or(NoKey::Unusable("the key cannot be read"))?;
        let kind = if is_rsa { "rsa" } else { "ed25519" };
        let verifying = DomainKey::parse(format!("k={kind}; p={public}").as_bytes())
            .map_err(|_| NoKey::Unusable("the key cannot be read"))?;
        Ok(Key {
            bits,
            flags: tags.items("t").unwrap_or_default(),
            services: tags.items("s"),
            granularity: tags.compact("g"),
            hashes: tags.items("h"),
            is_rsa,
            verifying,
            record,
        })
    }

    /// `t=y`: the signer is testing.
    pub(super) fn is_test(&self) -> bool {
        self.flags.iter().any(|flag| flag == "y")
    }

    /// `t=s`: `i=` must name the signing domain itself.
    pub(super) fn wants_same_domain(&self) -> bool {
        self.flags.iter().any(|flag| flag == "s")
    }

    /// Whether `s=` includes mail.
    pub(super) fn is_for_mail(&self) -> bool {
        let services = self.services.as_ref();
        services.is_none_or(|names| names.iter().any(|name| name == "*" || name == "email"))
    }

    /// Whether the key can be used with a signature algorithm at all.
    pub(super) fn suits(&self, algorithm: Algorithm) -> bool {
        self.is_rsa == (algorithm != Algorithm::Ed25519Sha256)
    }

    /// Whether `h=` of the key allows the algorithm's hash.
    pub(super) fn allows_hash(&self, algorithm: Algorithm) -> bool {
        let hash = HashAlgorithm::from(algorithm).name();
        let allowed = self.hashes.as_ref();
        allowed.is_none_or(|names| names.iter().any(|name| name == hash))
    }

    /// Whether the library takes keys of this size.
    pub(super) fn has_usable_size(&self) -> bool {
        !self.is_rsa || (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&self.bits)
    }

    /// An RSA key that may no longer be relied on (RFC 8301 section 3.2).
    pub(super) fn is_too_short(&self) -> bool {
        self.is_rsa && self.bits < RSA_BITS_MIN
    }

    /// Whether obsolete `g=` lets this local part sign (RFC 4871 section 3.6.1).
    pub(super) fn allows_local_part(&self, local: &str) -> bool {
        match self.granularity.as_deref() {
            None | Some("*") => true,
            Some(pattern) => match pattern.split_once('*') {
                Some((head, tail)) => {
                    local.len() >= head.len() + tail.len()
                        && local.starts_with(head)
                        && local.ends_with(tail)
                }
                None => !pattern.is_empty() && local == pattern,
            },
        }
    }

    /// Whether the signature over these bytes verifies under the key.
    pub(super) fn verifies(&self, bytes: &[u8], signature: &[u8], algorithm: Algorithm) -> bool {
        let result = self.verifying.p.verify_bytes(bytes, signature, algorithm);
        result.is_ok()
    }
}

/// The size of a key: the RSA modulus inside PKCS #1 or SubjectPublicKeyInfo DER,
/// or the length of a raw Ed25519 key.
fn key_bits(bytes: &[u8], is_rsa: bool) -> Option<usize> {
    if !is_rsa {
        return (bytes.len() == 32).then_some(256);
    }
    let (sequence, _) = der(bytes, 0x30)?;
    if let Some((modulus, _)) = der(sequence, 0x02) {
        return integer_bits(modulus);
    }
    let (_, rest) = der(sequence, 0x30)?;
    let (string, _) = der(rest, 0x03)?;
    let (sequence, _) = der(string.get(1..)?, 0x30)?;
    let (modulus, _) = der(sequence, 0x02)?;
    integer_bits(modulus)
}

fn integer_bits(bytes: &[u8]) -> Option<usize> {
    let first = bytes.iter().position(|byte| *byte != 0)?;
    let leading = usize::try_from(bytes.get(first)?.leading_zeros()).ok()?;
    Some((bytes.len() - first) * 8 - leading)
}

/// One DER element with the given tag: its content and what follows it.
fn der(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    if first != tag {
        return None;
    }
    if length < 0x80 {
        return rest.split_at_checked(length.into());
    }
    // Two length octets are enough for every key that is accepted.
    let octets = usize::from(length & 0x7f);
    if !(1..=2).contains(&octets) {
        return None;
    }
    let (length, rest) = rest.split_at_checked(octets)?;
    let length = length
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

    fn key(tags: &str) -> Key {
        match Key::parse(format!("{tags}p={P}")) {
            Ok(key) => key,
            Err(reason) => panic!("{reason:?}"),
        }
    }

    #[test]
    fn constraints_are_read() {
        let plain = key("v=DKIM1; k=rsa; ");
        assert_eq!(
            (plain.bits, plain.is_test(), plain.is_for_mail()),
            (1024, false, true)
        );
        assert!(plain.suits(Algorithm::RsaSha1) && !plain.suits(Algorithm::Ed25519Sha256));
        let bound = key("t=y:s; h=sha256; s=tlsrpt; g=bill*; ");
        assert!(bound.is_test() && bound.wants_same_domain() && !bound.is_for_mail());
        assert!(!bound.allows_hash(Algorithm::RsaSha1));
        assert!(bound.allows_local_part("billing") && !bound.allows_local_part("sales"));
        assert!(!key("g=; ").allows_local_part("billing"));
    }

    #[test]
    fn what_is_no_key_says_why() {
        let fault = |record: &str| Key::parse(record.into()).err();
        assert_eq!(fault("v=DKIM1; p="), Some(NoKey::Absent));
        for record in [
            "v=spf1 -all",
            "v=DKIM2; p=AA",
            "k=dsa; p=AA",
            "p=!",
            "p=MIGfMA0",
        ] {
            assert!(
                matches!(fault(record), Some(NoKey::Unusable(_))),
                "{record}"
            );
        }
    }
}
