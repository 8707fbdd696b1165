//! The chain of evidence: nothing in it can be changed, left out or put in later unseen.
//!
//! Each link holds the hash of its content and of the link before; the head is signed
//! (Ed25519, RFC 8032). Whoever has a head from an earlier day, printed or mailed out,
//! can prove what was known then. Keys and times are arguments.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use jiff::Timestamp;
use sellkeep_model::{hexadecimal, sha256};
use serde::{Deserialize, Serialize};

/// One piece of evidence in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its place, from 0.
    pub number: u64,
    /// Hash of the link before; of nothing for the first.
    pub before: String,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// What it is, in words.
    pub title: String,
    /// Media type of the content.
    pub media_type: String,
    /// When it happened, where that is known.
    pub happened: Option<Timestamp>,
    /// When we learned of it.
    pub learned: Timestamp,
    /// When it was saved.
    pub saved: Timestamp,
    /// Who or what saved it.
    pub by: String,
}

/// The end of the chain at some time, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many links there are.
    pub links: u64,
    /// Hash of the last link.
    pub hash: String,
    /// When it was signed.
    pub at: Timestamp,
    /// The public key, hexadecimal.
    pub key: String,
    /// The signature, hexadecimal.
    pub signature: String,
}

/// What is saved.
#[derive(Debug, Clone)]
pub struct Piece<'a> {
    /// The bytes.
    pub content: &'a [u8],
    /// What it is, in words.
    pub title: String,
    /// Media type.
    pub media_type: String,
    /// When it happened.
    pub happened: Option<Timestamp>,
    /// When we learned of it.
    pub learned: Timestamp,
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// A link does not follow the one before.
    Order {
        /// Its place.
        at: u64,
    },
    /// The content is not what was saved.
    Content {
        /// Its place.
        at: u64,
    },
    /// The head does not fit the chain.
    Head,
    /// The head's signature does not hold.
    Signature,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Broken::Order { at } => write!(
                f,
                "link {at} does not follow the one before it: something was changed, left out or put in"
            ),
            Broken::Content { at } => write!(f, "the content of link {at} is not what was saved"),
            Broken::Head => f.write_str("the signed head does not fit this chain"),
            Broken::Signature => f.write_str("the signature of the head does not hold for its key"),
        }
    }
}

impl std::error::Error for Broken {}

impl Link {
    /// Hash over everything in the link: each field by its length and its bytes.
    pub fn hash(&self) -> String {
        let happened = self.happened.map(|at| at.to_string()).unwrap_or_default();
        let fields = [
            self.number.to_string(),
            self.before.clone(),
            self.sha256.clone(),
            self.title.clone(),
            self.media_type.clone(),
            happened,
            self.learned.to_string(),
            self.saved.to_string(),
            self.by.clone(),
        ];
        let mut bytes = b"sellkeep evidence 1".to_vec();
        for field in fields {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
        sha256(&bytes)
    }
}

impl Head {
    /// The text that its signature is over.
    pub fn signed_text(&self) -> Vec<u8> {
        signed_text(self.links, &self.hash, self.at)
    }
}

/// The next link of a chain that ends with `last`.
pub fn next(last: Option<&Link>, piece: &Piece<'_>, by: &str, now: Timestamp) -> Link {
    Link {
        number: last.map_or(0, |link| link.number + 1),
        before: last.map_or_else(|| sha256(b""), Link::hash),
        sha256: sha256(piece.content),
        title: piece.title.clone(),
        media_type: piece.media_type.clone(),
        happened: piece.happened,
        learned: piece.learned,
        saved: now,
        by: by.to_owned(),
    }
}

/// Signs the end of a chain; `None` for an empty one.
pub fn head(chain: &[Link], key: &Ed25519KeyPair, now: Timestamp) -> Option<Head> {
    let hash = chain.last()?.hash();
    let links = chain.len() as u64;
    let signature = key.sign(&signed_text(links, &hash, now));
    Some(Head {
        links,
        hash,
        at: now,
        key: hexadecimal(key.public_key().as_ref()),
        signature: hexadecimal(signature.as_ref()),
    })
}

fn signed_text(links: u64, hash: &str, at: Timestamp) -> Vec<u8> {
    format!("sellkeep head 1\n{links}\n{hash}\n{at}\n").into_bytes()
}

/// Checks a chain from its first link, with the contents that are at hand, and every
/// head, however old: each must fit the chain at its length.
pub fn verify<'a>(
    chain: &[Link],
    content: impl Fn(&str) -> Option<&'a [u8]>,
    heads: &[Head],
) -> Result<(), Broken> {
    let mut before = sha256(b"");
    let mut hashes = Vec::with_capacity(chain.len());
    for (place, link) in chain.iter().enumerate() {
        if link.number != place as u64 || link.before != before {
            return Err(Broken::Order { at: place as u64 });
        }
        if content(&link.sha256).is_some_and(|bytes| sha256(bytes) != link.sha256) {
            return Err(Broken::Content { at: link.number });
        }
        before = link.hash();
        hashes.push(before.clone());
    }
    heads.iter().try_for_each(|head| verify_head(head, &hashes))
}

fn verify_head(head: &Head, hashes: &[String]) -> Result<(), Broken> {
    let place = usize::try_from(head.links)
        .ok()
        .and_then(|links| links.checked_sub(1));
    let fits = place.and_then(|place| hashes.get(place)) == Some(&head.hash);
    if !fits {
        return Err(Broken::Head);
    }
    let (Some(key), Some(signature)) = (bytes(&head.key), bytes(&head.signature)) else {
        return Err(Broken::Signature);
    };
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&head.signed_text(), &signature)
        .map_err(|_| Broken::Signature)
}

/// Bytes of hexadecimal digits.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> Timestamp {
        format!("2026-11-24T10:{minute:02}:00Z")
            .parse()
            .expect("a time")
    }

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key")
    }

    const CONTENTS: [&[u8]; 3] = [b"a mail", b"an answer", b"a note"];

    fn chain() -> Vec<Link> {
        let mut chain: Vec<Link> = Vec::new();
        for (minute, content) in (0..).zip(CONTENTS) {
            let piece = Piece {
                content,
                title: "a record".to_owned(),
                media_type: "message/rfc822".to_owned(),
                happened: Some(at(minute)),
                learned: at(minute),
            };
            let link = next(chain.last(), &piece, "sellkeep", at(minute));
            chain.push(link);
        }
        chain
    }

    fn content(hash: &str) -> Option<&'static [u8]> {
        CONTENTS.into_iter().find(|content| sha256(content) == hash)
    }

    #[test]
    fn an_untouched_chain_holds_and_so_do_its_older_heads() {
        let chain = chain();
        let old = head(&chain[..2], &key(), at(5)).expect("a head");
        let new = head(&chain, &key(), at(6)).expect("a head");
        assert_eq!(verify(&chain, content, &[old, new]), Ok(()));
    }

    #[test]
    fn every_kind_of_tampering_shows() {
        let good = chain();
        let signed = head(&good, &key(), at(6)).expect("a head");
        let mut changed = good.clone();
        changed[1].title = "another record".to_owned();
        assert_eq!(verify(&changed, content, &[]), Err(Broken::Order { at: 2 }));
        let mut left_out = good.clone();
        left_out.remove(1);
        assert_eq!(
            verify(&left_out, content, &[]),
            Err(Broken::Order { at: 1 })
        );
        let short = &good[..2];
        assert_eq!(
            verify(short, content, std::slice::from_ref(&signed)),
            Err(Broken::Head)
        );
        let mut last = good.clone();
        last[2].title = "another record".to_owned();
        assert_eq!(
            verify(&last, content, std::slice::from_ref(&signed)),
            Err(Broken::Head)
        );
        assert_eq!(
            verify(&good, |_| Some(b"something else".as_slice()), &[]),
            Err(Broken::Content { at: 0 })
        );
        let mut forged = signed;
        forged.at = at(7);
        assert_eq!(verify(&good, content, &[forged]), Err(Broken::Signature));
    }
}
