//! All words of all notices, deeds, topics and languages, met in one pass.
//!
//! Texts and phrases are folded first, so that disguised letters, letter case and marks
//! do not matter. A phrase meets whole words; one that ends in `*` may go on.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::names::fold;

/// More hits than any notice holds; further ones are not looked at.
const HITS_MAX: usize = 16_384;

/// Places of one phrase that are kept; a phrase in every line of a text says it once.
const PLACES_EACH_MAX: usize = 32;

/// The place of one phrase in the list.
pub(crate) type PhraseId = usize;

/// The list under construction.
#[derive(Debug, Default)]
pub(crate) struct PhraseList {
    ids: HashMap<String, PhraseId>,
    phrases: Vec<Phrase>,
}

#[derive(Debug)]
struct Phrase {
    folded: String,
    goes_on: bool,
}

impl PhraseList {
    /// Adds a phrase, or finds it again.
    pub(crate) fn add(&mut self, phrase: &str) -> PhraseId {
        let folded = fold(phrase.trim_end_matches('*'));
        let goes_on = phrase.ends_with('*');
        let key = format!("{folded}{}", if goes_on { "*" } else { "" });
        let next = self.phrases.len();
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            let folded = folded.trim().to_owned();
            self.phrases.push(Phrase { folded, goes_on });
        }
        id
    }

    /// Adds several.
    pub(crate) fn add_all(&mut self, phrases: &[String]) -> Vec<PhraseId> {
        phrases.iter().map(|phrase| self.add(phrase)).collect()
    }

    /// Makes the list ready. Phrases that cannot be searched for are never met.
    pub(crate) fn finish(self) -> Phrases {
        let words = self.phrases.iter().map(|phrase| phrase.folded.as_str());
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(words);
        Phrases {
            phrases: self.phrases,
            search: search.ok(),
        }
    }
}

/// The list, ready to be met.
#[derive(Debug)]
pub(crate) struct Phrases {
    phrases: Vec<Phrase>,
    search: Option<AhoCorasick>,
}

/// One phrase where it stands in the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) phrase: PhraseId,
    pub(crate) range: Range<usize>,
}

/// All phrases of a text, by phrase.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    by_phrase: HashMap<PhraseId, Vec<Range<usize>>>,
}

impl Phrases {
    /// Every phrase that stands in a folded text.
    pub(crate) fn find(&self, folded: &str) -> Hits {
        let mut hits = Hits::default();
        let Some(search) = &self.search else {
            return hits;
        };
        let found = search.find_overlapping_iter(folded);
        let whole = found
            .map(|found| Hit {
                phrase: found.pattern().as_usize(),
                range: found.range(),
            })
            .filter(|hit| self.is_whole(hit, folded));
        for hit in whole.take(HITS_MAX) {
            let ranges = hits.by_phrase.entry(hit.phrase).or_default();
            if ranges.len() < PLACES_EACH_MAX {
                ranges.push(hit.range);
            }
        }
        hits
    }

    /// The phrase as it is compared.
    pub(crate) fn words(&self, phrase: PhraseId) -> &str {
        self.phrases
            .get(phrase)
            .map_or("", |phrase| phrase.folded.as_str())
    }

    fn is_whole(&self, hit: &Hit, folded: &str) -> bool {
        let phrase = &self.phrases[hit.phrase];
        if phrase.folded.is_empty() {
            return false;
        }
        let before = folded[..hit.range.start].chars().next_back();
        let after = folded[hit.range.end..].chars().next();
        let first = phrase.folded.chars().next();
        let last = phrase.folded.chars().next_back();
        !runs_on(before, first) && (phrase.goes_on || !runs_on(last, after))
    }
}

impl Hits {
    /// Where a phrase stands, first place first.
    pub(crate) fn of(&self, phrase: PhraseId) -> &[Range<usize>] {
        self.by_phrase
            .get(&phrase)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The first place of any of these phrases, the longer phrase before the shorter.
    pub(crate) fn first(&self, phrases: &[PhraseId]) -> Option<Hit> {
        let firsts = phrases.iter().filter_map(|phrase| {
            let range = self.of(*phrase).first()?.clone();
            Some(Hit {
                phrase: *phrase,
                range,
            })
        });
        firsts.min_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.len())))
    }

    /// How many different ones of these phrases are met.
    pub(crate) fn count(&self, phrases: &[PhraseId]) -> usize {
        let met = |phrase: &&PhraseId| !self.of(**phrase).is_empty();
        phrases.iter().filter(met).count()
    }
}

/// Whether two neighbours belong to one word; scripts without spaces have no such words.
fn runs_on(left: Option<char>, right: Option<char>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !has_no_spaces(c));
    joins(left) && joins(right)
}

/// Kana, Han and their neighbours (Unicode blocks from CJK radicals on).
pub(crate) fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrase: &str, text: &str, met: bool) {
        let mut list = PhraseList::default();
        let id = list.add(phrase);
        let hits = list.finish().find(&fold(text));
        assert_eq!(!hits.of(id).is_empty(), met, "{phrase} in {text}");
    }

    #[test]
    fn phrases_meet_whole_words_in_any_spelling() {
        check("bank account", "Your BANK\u{a0}ACCOUNT was changed", true);
        check("bank account", "your bank accounts", false);
        check("bankkonto*", "Ihres Bankkontos", true);
        check("bankkonto*", "Onlinebankkonto", false);
        check("ge\u{e4}ndert", "GE\u{c4}NDERT", true);
        check(
            "\u{9280}\u{884c}\u{53e3}\u{5ea7}",
            "\u{3054}\u{9280}\u{884c}\u{53e3}\u{5ea7}\u{304c}",
            true,
        );
        check("", "anything", false);
    }

    #[test]
    fn the_earliest_and_then_the_longest_phrase_is_first() {
        let mut list = PhraseList::default();
        let ids = [list.add("bank"), list.add("bank account"), list.add("your")];
        let phrases = list.finish();
        let hits = phrases.find("the bank account of your shop");
        let first = hits.first(&ids).unwrap();
        assert_eq!(phrases.words(first.phrase), "bank account");
        assert_eq!(hits.count(&ids), 3);
    }
}
