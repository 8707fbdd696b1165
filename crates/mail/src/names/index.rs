//! All names and lures in one automaton over folded text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use sellkeep_knowledge::{Brand, Knowledge};

use super::fold::{Folded, fold};
use super::lookalike::Alike;
use super::{LureHit, NameHit};
use crate::names::confusable::confuse;

/// All names of all brands, ready to be looked for.
#[derive(Debug)]
pub struct NameIndex {
    automaton: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
    pub(super) alike: Alike,
}

#[derive(Debug)]
enum Pattern {
    Name(Name),
    Lure {
        lure: String,
        language: String,
        phrase: String,
    },
}

#[derive(Debug)]
struct Name {
    brand: String,
    alias: String,
    /// The word is an ordinary one too: it counts only where it stands alone.
    common: bool,
    /// A spelling that only a fake uses (`paypa1`).
    faked: bool,
}

/// Aliases this short mean something else in lower case ("fba", "aws").
const SHORT_ALIAS_BYTES: usize = 3;

impl NameIndex {
    /// Builds the index.
    pub fn new(knowledge: &Knowledge) -> NameIndex {
        let mut patterns = Vec::new();
        let mut words = Vec::new();
        for brand in &knowledge.brands {
            add_names(brand, &mut patterns, &mut words);
        }
        for lure in &knowledge.lures {
            for list in &lure.words {
                for phrase in &list.phrases {
                    let folded = fold(phrase.trim()).text;
                    if !folded.is_empty() {
                        words.push(folded);
                        patterns.push(Pattern::Lure {
                            lure: lure.id.clone(),
                            language: list.language.clone(),
                            phrase: phrase.clone(),
                        });
                    }
                }
            }
        }
        // A handful of kilobytes of patterns cannot exceed the builder's limits;
        // were it so, nothing would be found, and the tests of this crate fail.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&words)
            .ok();
        NameIndex {
            automaton,
            patterns,
            alike: Alike::new(knowledge),
        }
    }

    /// Every brand named in a short text such as a display name.
    pub fn names_in(&self, text: &str) -> Vec<NameHit> {
        self.scan(text).0
    }

    /// Every brand named and every lure met, in one pass; the longest name per place.
    pub fn scan(&self, text: &str) -> (Vec<NameHit>, Vec<LureHit>) {
        let (mut names, mut lures) = (Vec::new(), Vec::new());
        let Some(automaton) = self.automaton.as_ref().filter(|_| !text.is_empty()) else {
            return (names, lures);
        };
        let folded = fold(text);
        for hit in automaton.find_overlapping_iter(&folded.text) {
            if !stands_alone(&folded.text, hit.start(), hit.end())
                || lures.len() + names.len() >= HITS_MAX
            {
                continue;
            }
            match &self.patterns[hit.pattern().as_usize()] {
                Pattern::Name(name) => {
                    names.extend(name_hit(name, &folded, text, hit.start()..hit.end()));
                }
                Pattern::Lure {
                    lure,
                    language,
                    phrase,
                } => lures.push(LureHit {
                    lure: lure.clone(),
                    language: language.clone(),
                    phrase: phrase.clone(),
                    range: folded.original(hit.start()..hit.end(), text),
                }),
            }
        }
        (longest(names), lures)
    }
}

/// More hits than this in one text tell nothing new.
const HITS_MAX: usize = 2_000;

fn add_names(brand: &Brand, patterns: &mut Vec<Pattern>, words: &mut Vec<String>) {
    let mut add = |alias: &str, faked: bool| {
        let folded = fold(alias).text;
        let common = brand
            .common_aliases
            .iter()
            .any(|common| common.eq_ignore_ascii_case(alias));
        let name = Name {
            brand: brand.id.clone(),
            alias: alias.to_owned(),
            common,
            faked,
        };
        if !folded.is_empty() && !words.contains(&folded) {
            words.push(folded);
            patterns.push(Pattern::Name(name));
        }
    };
    for alias in std::iter::once(&brand.name).chain(&brand.display_aliases) {
        add(alias, false);
    }
    let honest: Vec<String> = std::iter::once(&brand.name)
        .chain(&brand.display_aliases)
        .map(|alias| alias.to_lowercase().replace(' ', ""))
        .collect();
    for word in &brand.lookalike_words {
        // `paypa1` reads like an alias without being one; `amazonseller` is a mere addition.
        let reads_alike = honest
            .iter()
            .any(|alias| alias != word && confuse(alias) == confuse(word));
        if reads_alike {
            add(word, true);
        }
    }
}

/// Word borders on both sides; scripts without spaces have none to ask for.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let first = text[start..].chars().next();
    let last = text[..end].chars().next_back();
    let glued = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => {
            is_word(a) && is_word(b) && !(a.is_ascii_digit() ^ b.is_ascii_digit())
        }
        _ => false,
    };
    !glued(before, first) && !glued(last, after)
}

/// Letters and digits of scripts that put spaces between words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(c, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

fn name_hit(
    name: &Name,
    folded: &Folded,
    text: &str,
    range: std::ops::Range<usize>,
) -> Option<NameHit> {
    let is_border = |c: char| !is_word(c);
    let whole = folded.text[..range.start].chars().all(is_border)
        && folded.text[range.end..].chars().all(is_border);
    let original = folded.original(range, text);
    let written = text.get(original.clone())?.trim_end();
    let same = written.eq_ignore_ascii_case(&name.alias)
        || written.to_lowercase() == name.alias.to_lowercase();
    let disguised = name.faked || !same;
    if name.common && !whole {
        return None;
    }
    let short = name.alias.len() <= SHORT_ALIAS_BYTES;
    let shouted = written == name.alias || written.chars().all(|c| !c.is_lowercase());
    if short && !whole && !disguised && !shouted {
        return None;
    }
    // A mark on a letter is how some languages write; a disguise changes letters or hides some.
    let disguised = disguised && (name.faked || is_disguise(written));
    Some(NameHit {
        brand: name.brand.clone(),
        alias: name.alias.clone(),
        range: original,
        disguised,
        whole,
    })
}

/// Whether a spelling hides: foreign letters beside Latin ones, hidden characters, letter forms.
fn is_disguise(written: &str) -> bool {
    let plain: String = written
        .nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect();
    !plain.is_ascii()
}

use unicode_normalization::UnicodeNormalization as _;

/// Of names that overlap, the longest; in order of appearance.
fn longest(mut names: Vec<NameHit>) -> Vec<NameHit> {
    names.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut kept: Vec<NameHit> = Vec::new();
    for hit in names {
        if kept
            .last()
            .is_none_or(|last| hit.range.start >= last.range.end)
        {
            kept.push(hit);
        }
    }
    kept
}
