//! The language of a mail, by its commonest short words.
//!
//! Two different words must agree, and more than for any other language; otherwise
//! nothing is said.

use super::page::Pages;
use super::phrases::PhraseId;

/// Fewest different common words; one alone stands in other languages too.
const COMMON_WORDS_MIN: usize = 2;

/// The language whose common words are met most.
pub(super) fn of<'l>(
    languages: &'l [(String, Vec<PhraseId>)],
    pages: &Pages<'_>,
) -> Option<&'l str> {
    let count = |common: &[PhraseId]| {
        let met = common.iter().filter(|phrase| {
            let phrase = std::slice::from_ref(*phrase);
            pages.subject.hits.count(phrase) + pages.text.hits.count(phrase) > 0
        });
        met.count()
    };
    let mut counted: Vec<(usize, &str)> = languages
        .iter()
        .map(|(code, common)| (count(common), code.as_str()))
        .collect();
    counted.sort_unstable_by(|a, b| b.cmp(a));
    match counted.as_slice() {
        [(most, _), (second, _), ..] if most == second => None,
        [(most, code), ..] if *most >= COMMON_WORDS_MIN => Some(code),
        _ => None,
    }
}
