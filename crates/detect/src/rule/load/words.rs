//! Words of closed lists: a kind of event that does not exist would never match, and
//! nobody would ever know.

use sellkeep_model::{EventKind, ProofLevel};

use crate::flat::Name;
use crate::sigma::Pattern;

const PROOFS: &[ProofLevel] = &[
    ProofLevel::Claimed,
    ProofLevel::Observed,
    ProofLevel::Proven,
];

/// Checks that every value for `kind` and `proof` matches some word, and that some event can match.
pub(super) fn check(pattern: &Pattern<Name>) -> Result<(), String> {
    for item in pattern.items() {
        let words: Vec<&str> = match item.name() {
            Name::Kind => EventKind::ALL.iter().map(|kind| kind.as_str()).collect(),
            Name::Proof => PROOFS.iter().map(|proof| proof.as_str()).collect(),
            _ => continue,
        };
        if item.has_a_value_for_none_of(&words) {
            return Err(format!("`{}`: a value that no event can have", item.name()));
        }
    }
    let possible = EventKind::ALL
        .iter()
        .any(|kind| pattern.given_kind(*kind).is_some());
    if possible {
        Ok(())
    } else {
        Err("no event can match it".to_owned())
    }
}
