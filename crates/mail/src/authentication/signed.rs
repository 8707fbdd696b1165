//! The bytes that signatures of one mail cover.
//!
//! A body hash is computed when the first signature with a usable key asks for
//! it, and once for each form; a mail without such a signature costs nothing.

use std::cell::RefCell;
use std::collections::HashMap;

use mail_auth::common::crypto::HashAlgorithm;

use super::canonical::Canonical;
use super::signature::Signature;
use crate::headers::{Header, Headers};

/// A mail whose signatures are checked.
pub(super) struct SignedMail<'a> {
    pub(super) headers: &'a Headers<'a>,
    body: &'a [u8],
    /// Canonical bodies made so far, and their hashes.
    forms: RefCell<Vec<(Canonical, Vec<u8>)>>,
    hashes: RefCell<Vec<(HashOf, Vec<u8>)>>,
}

/// What a body hash is of: form, algorithm and number of bytes.
type HashOf = (Canonical, HashAlgorithm, usize);

impl<'a> SignedMail<'a> {
    /// Looks at nothing yet.
    pub(super) fn new(mail: &'a [u8], headers: &'a Headers<'a>) -> SignedMail<'a> {
        SignedMail {
            headers,
            body: mail.get(headers.body_offset..).unwrap_or_default(),
            forms: RefCell::default(),
            hashes: RefCell::default(),
        }
    }

    /// Whether the body hash of a signature is that of this mail. An `l=` beyond
    /// the end of the body never matches (RFC 6376 section 6.1.1).
    pub(super) fn body_matches(&self, signature: &Signature<'_>) -> bool {
        let length = self.canonical_length(signature.body_form);
        let covered = match signature.body_length {
            None => length,
            Some(claimed) => match usize::try_from(claimed) {
                Ok(claimed) if claimed <= length => claimed,
                _ => return false,
            },
        };
        let algorithm = HashAlgorithm::from(signature.algorithm);
        let of = (signature.body_form, algorithm, covered);
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
        signature.body_length.is_some_and(|claimed| {
            let length = self.canonical_length(signature.body_form);
            usize::try_from(claimed).is_ok_and(|claimed| claimed < length)
        })
    }

    fn canonical_length(&self, form: Canonical) -> usize {
        let mut forms = self.forms.borrow_mut();
        if let Some((_, body)) = forms.iter().find(|(known, _)| *known == form) {
            return body.len();
        }
        let body = form.body(self.body);
        let length = body.len();
        forms.push((form, body));
        length
    }

    fn hash(&self, (form, algorithm, covered): HashOf) -> Vec<u8> {
        let forms = self.forms.borrow();
        let body = forms.iter().find(|(known, _)| *known == form);
        let bytes = body
            .and_then(|(_, body)| body.get(..covered))
            .unwrap_or_default();
        algorithm.hash(bytes).as_ref().to_vec()
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
