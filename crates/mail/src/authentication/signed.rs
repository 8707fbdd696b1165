//! The bytes that signatures of one mail cover.
//!
//! A body hash is computed when the first signature with a usable key asks for
//! it, and once for each form; a mail without such a signature costs nothing.

use std::cell::RefCell;
use std::collections::HashMap;

use mail_auth::common::crypto::HashAlgorithm;
use mail_auth::common::headers::{Writable, Writer};

use super::canonical::Canonical;
use super::signature::Signature;
use crate::headers::{Header, Headers};

/// Pieces of a body are gathered to about this many bytes before they are hashed.
const CHUNK_OCTETS: usize = 8_192;

/// A mail whose signatures are checked.
pub(super) struct SignedMail<'a> {
    pub(super) headers: &'a Headers<'a>,
    body: &'a [u8],
    /// Lengths of canonical bodies known so far.
    lengths: RefCell<Vec<(Canonical, u64)>>,
    hashes: RefCell<Vec<(HashOf, Vec<u8>)>>,
}

/// What a body hash is of: form, algorithm and, with `l=`, number of bytes.
type HashOf = (Canonical, HashAlgorithm, Option<u64>);

impl<'a> SignedMail<'a> {
    /// Looks at nothing yet.
    pub(super) fn new(mail: &'a [u8], headers: &'a Headers<'a>) -> SignedMail<'a> {
        SignedMail {
            headers,
            body: mail.get(headers.body_offset..).unwrap_or_default(),
            lengths: RefCell::default(),
            hashes: RefCell::default(),
        }
    }

    /// Whether the body hash of a signature is that of this mail. An `l=` beyond
    /// the end of the body never matches (RFC 6376 section 6.1.1).
    pub(super) fn body_matches(&self, signature: &Signature<'_>) -> bool {
        let (form, length) = (signature.body_form, signature.body_length);
        if length.is_some_and(|length| length > self.canonical_length(form)) {
            return false;
        }
        let of = (form, HashAlgorithm::from(signature.algorithm), length);
        let mut hashes = self.hashes.borrow_mut();
        if let Some((_, hash)) = hashes.iter().find(|(known, _)| *known == of) {
            return *hash == signature.body_hash;
        }
        let hash = self.hash(of);
        let matches = hash == signature.body_hash;
        hashes.push((of, hash));
        matches
    }

    /// Whether `l=` leaves a part of the body uncovered.
    pub(super) fn leaves_body_open(&self, signature: &Signature<'_>) -> bool {
        let length = signature.body_length;
        length.is_some_and(|length| length < self.canonical_length(signature.body_form))
    }

    fn canonical_length(&self, form: Canonical) -> u64 {
        let mut lengths = self.lengths.borrow_mut();
        if let Some((_, length)) = lengths.iter().find(|(known, _)| *known == form) {
            return *length;
        }
        let mut length = 0;
        form.body(self.body, |piece| length += piece.len() as u64);
        lengths.push((form, length));
        length
    }

    fn hash(&self, (form, algorithm, length): HashOf) -> Vec<u8> {
        let covered = CoveredBody {
            form,
            body: self.body,
            length: length.unwrap_or(u64::MAX),
        };
        algorithm.hash(covered).as_ref().to_vec()
    }

    /// The header as a signature covers it: the listed fields, the lowest
    /// instance of a name first, then the signature field with an empty `b=`
    /// (RFC 6376 sections 3.7 and 5.4.2).
    pub(super) fn signed_header(&self, signature: &Signature<'_>) -> Vec<u8> {
        let mut left: HashMap<&str, Vec<&Header<'_>>> = HashMap::new();
        let mut out = Vec::with_capacity(2_048);
        for name in &signature.signed {
            let instances = left
                .entry(name)
                .or_insert_with(|| self.headers.all(name).collect());
            if let Some(field) = instances.pop() {
                signature
                    .header_form
                    .header_field(field.name, field.raw, &mut out);
            }
        }
        signature.append_unsigned(&mut out);
        out
    }
}

/// The first bytes of a canonical body, on their way into a hash.
struct CoveredBody<'a> {
    form: Canonical,
    body: &'a [u8],
    length: u64,
}

impl Writable for CoveredBody<'_> {
    fn write(self, hasher: &mut impl Writer) {
        let mut left = self.length;
        let mut chunk = Vec::with_capacity(CHUNK_OCTETS);
        self.form.body(self.body, |piece| {
            let take = usize::try_from(left).map_or(piece.len(), |left| piece.len().min(left));
            left -= take as u64;
            if chunk.len() + take > CHUNK_OCTETS {
                hasher.write(&chunk);
                chunk.clear();
            }
            if take > CHUNK_OCTETS {
                hasher.write(&piece[..take]);
            } else {
                chunk.extend_from_slice(&piece[..take]);
            }
        });
        hasher.write(&chunk);
    }
}
