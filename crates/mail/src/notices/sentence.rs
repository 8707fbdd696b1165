//! Whether a sentence says that something was done: a thing and a deed in one statement.
//!
//! A condition ("if your password was changed"), a denial, a demand and a question say
//! nothing. Works on folded text, in which lines do not end sentences, because plain
//! mails are wrapped anywhere.

use std::ops::Range;

use super::page::Page;
use super::phrases::{Hit, PhraseId};

/// A thing and what was done to it stand no further apart, in octets; beyond that they
/// belong to different thoughts even where no full stop parts them.
const APART_OCTETS_MAX: usize = 160;

/// A sentence goes no further than this from the deed, in octets.
const SENTENCE_OCTETS_MAX: usize = 512;

/// The words of one deed in one language, as places in the list of phrases.
#[derive(Debug)]
pub(crate) struct Statement {
    /// What it is done to; empty where the deeds say everything.
    pub(crate) things: Vec<PhraseId>,
    /// What is done.
    pub(crate) deeds: Vec<PhraseId>,
    /// What makes it no statement, where it stands before the deed.
    pub(crate) unsaid: Vec<PhraseId>,
}

/// A statement where it was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) at: usize,
    pub(crate) thing: Option<PhraseId>,
    pub(crate) deed: PhraseId,
}

impl Statement {
    /// Where the text says it first.
    pub(crate) fn said(&self, page: &Page<'_>) -> Option<Said> {
        let deeds = self.deeds.iter().flat_map(|deed| {
            let ranges = page.hits.of(*deed).iter();
            ranges.map(|range| Hit {
                phrase: *deed,
                range: range.clone(),
            })
        });
        let said = deeds.filter_map(|deed| self.said_at(page, &deed));
        said.min_by_key(|said| said.at)
    }

    fn said_at(&self, page: &Page<'_>, deed: &Hit) -> Option<Said> {
        let sentence = sentence(page.text(), &deed.range);
        if page.text()[sentence.end..].starts_with('?') || self.is_unsaid(page, deed, &sentence) {
            return None;
        }
        let said = |thing: Option<PhraseId>| Said {
            at: deed.range.start,
            thing,
            deed: deed.phrase,
        };
        if self.things.is_empty() {
            return Some(said(None));
        }
        let near = |range: &Range<usize>| {
            let inside = range.start >= sentence.start && range.end <= sentence.end;
            inside && apart(range, &deed.range) <= APART_OCTETS_MAX
        };
        let mut things = self.things.iter();
        let thing = things.find(|thing| page.hits.of(**thing).iter().any(near))?;
        Some(said(Some(*thing)))
    }

    fn is_unsaid(&self, page: &Page<'_>, deed: &Hit, sentence: &Range<usize>) -> bool {
        let before =
            |range: &Range<usize>| range.start >= sentence.start && range.end <= deed.range.start;
        let mut unsaid = self.unsaid.iter();
        unsaid.any(|phrase| page.hits.of(*phrase).iter().any(before))
    }
}

fn apart(one: &Range<usize>, other: &Range<usize>) -> usize {
    let (first, second) = if one.start <= other.start {
        (one, other)
    } else {
        (other, one)
    };
    second.start.saturating_sub(first.end)
}

/// The sentence around a range, without the mark that ends it.
fn sentence(text: &str, range: &Range<usize>) -> Range<usize> {
    let first = text.floor_char_boundary(range.start.saturating_sub(SENTENCE_OCTETS_MAX));
    let last = text.floor_char_boundary(range.end + SENTENCE_OCTETS_MAX);
    let before = ends(&text[first..range.start]).last();
    let after = ends(&text[range.end..last]).next();
    let start = before.map_or(first, |(at, mark)| first + at + mark.len_utf8());
    let end = after.map_or(last, |(at, _)| range.end + at);
    start..end
}

/// Where sentences end, and with what. A full stop inside a name or a number, or behind
/// the number of a day ("am 2. Mai"), ends none.
fn ends(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    text.char_indices().filter(|(at, c)| match c {
        '.' => {
            let next = text[at + 1..].chars().next();
            next.is_none_or(|next| next == ' ') && !is_day(&text[..*at])
        }
        _ => matches!(c, '!' | '?' | '\u{3002}'),
    })
}

fn is_day(before: &str) -> bool {
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::super::phrases::PhraseList;
    use super::*;

    fn check(text: &str, said: bool) {
        let mut list = PhraseList::default();
        let statement = Statement {
            things: vec![
                list.add("bank account"),
                list.add("\u{9280}\u{884c}\u{53e3}\u{5ea7}"),
            ],
            deeds: vec![
                list.add("changed"),
                list.add("\u{5909}\u{66f4}\u{3055}\u{308c}\u{307e}\u{3057}\u{305f}"),
            ],
            unsaid: vec![list.add("if"), list.add("not")],
        };
        let phrases = list.finish();
        let page = Page::of(text, &phrases);
        assert_eq!(statement.said(&page).is_some(), said, "{text}");
    }

    #[test]
    fn a_statement_is_told_from_what_only_sounds_like_one() {
        check(
            "Hello. The bank account of Amazon.com\nsellers was changed today.",
            true,
        );
        check(
            "The password was changed. Your bank account is safe.",
            false,
        );
        check("If your bank account was changed, call us.", false);
        check("Your bank account was not changed.", false);
        check("Your bank account on May 2. was changed.", true);
        check("Has your bank account been changed? Tell us.", false);
        check(
            "Your bank account was changed. If this was not you, act.",
            true,
        );
        check(
            "\u{304a}\u{5ba2}\u{69d8}\u{306e}\u{9280}\u{884c}\u{53e3}\u{5ea7}\u{304c}\u{5909}\u{66f4}\u{3055}\u{308c}\u{307e}\u{3057}\u{305f}\u{3002}",
            true,
        );
        check(
            &format!("bank account {} changed", "word ".repeat(60)),
            false,
        );
        check("", false);
    }
}
