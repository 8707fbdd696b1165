//! How much of a label a brand's word is, on comparable forms.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::confusable;
use super::words::ACCOUNT_WORDS;

/// How much of a label a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// A part between hyphens.
    Part,
    /// Digits or a word that speaks of accounts are glued to it.
    Glued,
    /// Other letters are glued to it.
    Inside,
}

impl Extent {
    /// What the place `range` is of the label `form`.
    pub fn of(form: &[u8], range: Range<usize>) -> Extent {
        if is_set_off(form, &range) {
            return if range.len() == form.len() {
                Extent::Whole
            } else {
                Extent::Part
            };
        }
        let part = part_around(form, &range);
        let before = &form[part.start..range.start];
        let after = &form[range.end..part.end];
        if is_filling(before) && is_filling(after) {
            Extent::Glued
        } else {
            Extent::Inside
        }
    }
}

/// [`ACCOUNT_WORDS`] in comparable form.
static ACCOUNT_FORMS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    ACCOUNT_WORDS
        .iter()
        .map(|word| confusable::form(word))
        .collect()
});

/// Nothing, digits, or a word that speaks of accounts.
fn is_filling(rest: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || b"lo".contains(byte);
    rest.iter().all(is_digit) || ACCOUNT_FORMS.contains(rest)
}

/// The part between hyphens that holds a place.
pub fn part_around(form: &[u8], range: &Range<usize>) -> Range<usize> {
    let is_border = |byte: &u8| b"-_.".contains(byte);
    let start = form[..range.start]
        .iter()
        .rposition(is_border)
        .map_or(0, |at| at + 1);
    let end = form[range.end..]
        .iter()
        .position(is_border)
        .map_or(form.len(), |at| range.end + at);
    start..end
}

/// Whether a place is all of what stands between hyphens.
pub fn is_set_off(form: &[u8], range: &Range<usize>) -> bool {
    part_around(form, range) == *range
}
