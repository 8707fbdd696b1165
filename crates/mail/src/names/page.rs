//! A text beside its folded form, and what surrounds a place in it.

use std::ops::Range;

use super::fold::Folded;

/// How a name is set off from what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Borders {
    /// By no letter and no digit on either side.
    Clean,
    /// By a digit or a change of letter case (`Amazon24`, `PayPalSupport`).
    Glued,
}

/// A text together with its folded form.
pub struct Page<'t> {
    pub text: &'t str,
    pub folded: Folded,
    /// Running text rather than a name or a title.
    pub prose: bool,
    /// Where the letters and digits of the folded text begin and end.
    inked: Range<usize>,
    /// It holds Han or kana, whose writers use full-width letters innocently.
    east_asian: bool,
    /// It holds letters that fold to no Latin one: another language, not a disguise.
    pub foreign: bool,
}

impl<'t> Page<'t> {
    pub fn new(text: &'t str, prose: bool) -> Page<'t> {
        let folded = Folded::of(text);
        let read = folded.as_str();
        let first = read.find(char::is_alphanumeric).unwrap_or(0);
        let end = read
            .char_indices()
            .rfind(|(_, c)| c.is_alphanumeric())
            .map_or(0, |(at, c)| at + c.len_utf8());
        let plain = text.is_ascii();
        Page {
            east_asian: !plain && read.chars().any(is_unspaced),
            foreign: !plain && read.chars().any(|c| !c.is_ascii() && c.is_alphabetic()),
            inked: first..end,
            text,
            folded,
            prose,
        }
    }

    /// Nothing but this range holds a letter or digit.
    pub fn is_all(&self, folded: &Range<usize>) -> bool {
        folded.start <= self.inked.start && self.inked.end <= folded.end
    }

    /// How a place in the folded text is set off; `None` where it is part of a word.
    pub fn borders(&self, folded: Range<usize>) -> Option<Borders> {
        let read = self.folded.as_str();
        let before = read.get(..folded.start)?.chars().next_back();
        let after = read.get(folded.end..)?.chars().next();
        let word = read.get(folded.clone())?;
        let left = set_off(before, word.chars().next());
        let right = set_off(after, word.chars().next_back());
        if left == Some(Borders::Clean) && right == Some(Borders::Clean) {
            return Some(Borders::Clean);
        }
        let range = self.folded.original(folded);
        let left = left.is_some() || self.case_changes(range.start);
        let right = right.is_some() || self.case_changes(range.end);
        (left && right).then_some(Borders::Glued)
    }

    /// A small letter is followed by a capital one.
    fn case_changes(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        let after = self.text[at..].chars().next();
        before.is_some_and(char::is_lowercase) && after.is_some_and(char::is_uppercase)
    }

    /// Whether the place may be capitalised only because a sentence begins there.
    /// In a title that is so where the words behind go on in small letters.
    pub fn opens_sentence(&self, range: &Range<usize>) -> bool {
        let before = self.text[..range.start].trim_end_matches([' ', '\t']);
        let inside = |c: char| c.is_alphanumeric() || ",'()&".contains(c);
        let begins = !before.chars().next_back().is_some_and(inside);
        let mut after = self.text[range.end..].chars();
        let goes_on = after.next() == Some(' ') && after.next().is_some_and(char::is_lowercase);
        begins && (self.prose || goes_on)
    }

    /// How an original is compared with an alias: what is typography is no disguise.
    pub fn plainly(&self, original: &str) -> String {
        let typeset = original.chars().map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' if self.east_asian => {
                char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
            }
            '\u{2010}'..='\u{2015}' => '-',
            '\u{2019}' => '\'',
            _ => c,
        });
        lower(&typeset.collect::<String>())
    }
}

/// Anything but Latin letters, with or without marks: letters of other scripts,
/// characters without a shape.
pub fn has_foreign_letters(original: &str) -> bool {
    original
        .chars()
        .any(|c| c > '\u{24f}' || (!c.is_ascii() && !c.is_alphabetic()))
}

/// How one side of a word that ends in `edge` is set off from its neighbour.
fn set_off(neighbour: Option<char>, edge: Option<char>) -> Option<Borders> {
    let Some(neighbour) = neighbour else {
        return Some(Borders::Clean);
    };
    let joins = |c: char| c.is_alphanumeric() && !is_unspaced(c);
    if !joins(neighbour) || !edge.is_some_and(joins) {
        Some(Borders::Clean)
    } else if neighbour.is_ascii_digit() {
        Some(Borders::Glued)
    } else {
        None
    }
}

/// Scripts that write no spaces between words: Han and kana.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Lower case and single spaces, everything else as it is.
pub fn lower(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
