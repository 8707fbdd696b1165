//! Comparing words: letter case does not count unless a rule says so.
//!
//! A pattern is folded once. Text in plain ASCII, which is nearly all, is compared
//! in place; only other text is folded anew for each comparison.

use rsigma_parser::SigmaString;
use rsigma_parser::value::{SpecialChar, StringPart};

use super::Refusal;

/// The dashes that Windows programs take for one another (`windash`).
const DASHES: &[char] = &['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// Where in a field's words a pattern stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is all of them.
    Whole,
    /// They begin with it.
    Start,
    /// They end with it.
    End,
    /// It is somewhere among them.
    Anywhere,
}

/// A pattern over words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextTest {
    shape: Shape,
    cased: bool,
    ascii: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Plain(Place, String),
    Glob(Vec<Piece>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece {
    Letter(char),
    Dash,
    One,
    Many,
}

impl TextTest {
    /// A pattern without wildcards.
    pub(super) fn plain(text: &str, place: Place, cased: bool) -> TextTest {
        let text = if cased {
            text.to_owned()
        } else {
            text.to_lowercase()
        };
        TextTest {
            ascii: text.is_ascii(),
            shape: Shape::Plain(place, text),
            cased,
        }
    }

    /// A pattern as Sigma writes it: `*` any, `?` one, `\` takes their meaning away.
    pub(super) fn sigma(
        text: &SigmaString,
        place: Place,
        cased: bool,
        windash: bool,
    ) -> Result<TextTest, Refusal> {
        let mut pieces = pieces(text, cased);
        if windash {
            pieces = dashes(&pieces);
        }
        let empty = pieces.is_empty();
        if empty && place != Place::Whole {
            return Err("an empty value would match everything".to_owned());
        }
        Ok(TextTest::of(&pieces, place, cased))
    }

    fn of(pieces: &[Piece], place: Place, cased: bool) -> TextTest {
        let mut pieces = pieces.to_vec();
        if matches!(place, Place::End | Place::Anywhere) {
            pieces.insert(0, Piece::Many);
        }
        if matches!(place, Place::Start | Place::Anywhere) {
            pieces.push(Piece::Many);
        }
        pieces.dedup_by(|a, b| *a == Piece::Many && *b == Piece::Many);
        let shape = shape(pieces);
        let ascii = match &shape {
            Shape::Plain(_, text) => text.is_ascii(),
            Shape::Glob(pieces) => pieces.iter().all(|piece| piece.is_ascii()),
        };
        TextTest {
            shape,
            cased,
            ascii,
        }
    }

    /// Whether the words match.
    pub(super) fn matches(&self, text: &str) -> bool {
        if self.cased {
            return self.shape.matches(text);
        }
        match &self.shape {
            Shape::Plain(place, pattern) if self.ascii && text.is_ascii() => {
                stands(*place, text.as_bytes(), pattern.as_bytes())
            }
            shape => shape.matches(&text.to_lowercase()),
        }
    }

    /// The same pattern anywhere in the words: what a keyword searches.
    pub(super) fn anywhere(self) -> TextTest {
        let pieces = match self.shape {
            Shape::Plain(place, text) => {
                return TextTest {
                    shape: Shape::Plain(
                        if text.is_empty() {
                            place
                        } else {
                            Place::Anywhere
                        },
                        text,
                    ),
                    ..self
                };
            }
            Shape::Glob(pieces) => pieces,
        };
        TextTest::of(&pieces, Place::Anywhere, self.cased)
    }
}

impl Piece {
    fn is_ascii(self) -> bool {
        match self {
            Piece::Letter(letter) => letter.is_ascii(),
            Piece::Dash => false,
            Piece::One | Piece::Many => true,
        }
    }

    fn takes(self, letter: char) -> bool {
        match self {
            Piece::Letter(own) => own == letter,
            Piece::Dash => DASHES.contains(&letter),
            Piece::One => true,
            Piece::Many => false,
        }
    }
}

fn pieces(text: &SigmaString, cased: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in &text.parts {
        match part {
            StringPart::Plain(words) if cased => pieces.extend(words.chars().map(Piece::Letter)),
            StringPart::Plain(words) => {
                pieces.extend(words.to_lowercase().chars().map(Piece::Letter));
            }
            StringPart::Special(SpecialChar::WildcardMulti) => pieces.push(Piece::Many),
            StringPart::Special(SpecialChar::WildcardSingle) => pieces.push(Piece::One),
        }
    }
    pieces
}

/// Makes every dash or slash that begins an option (`-name`, `/name`) any of the dashes.
/// A dash within a word (`no-proxy`) is left alone.
fn dashes(pieces: &[Piece]) -> Vec<Piece> {
    let word = |piece: Option<&Piece>| matches!(piece, Some(Piece::Letter(letter)) if letter.is_alphanumeric() || *letter == '_');
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        !word(before) && word(pieces.get(at + 1))
    };
    let piece = |(at, piece): (usize, &Piece)| match piece {
        Piece::Letter('-' | '/') if begins(at) => Piece::Dash,
        other => *other,
    };
    pieces.iter().enumerate().map(piece).collect()
}

fn shape(pieces: Vec<Piece>) -> Shape {
    let (start, end) = match pieces.as_slice() {
        [Piece::Many] => return Shape::Glob(pieces),
        [Piece::Many, .., Piece::Many] => (1, pieces.len() - 1),
        [Piece::Many, ..] => (1, pieces.len()),
        [.., Piece::Many] => (0, pieces.len() - 1),
        _ => (0, pieces.len()),
    };
    let letter = |piece: &Piece| match piece {
        Piece::Letter(letter) => Some(*letter),
        _ => None,
    };
    let inner: Option<String> = pieces[start..end].iter().map(letter).collect();
    let place = match (start, end == pieces.len()) {
        (0, true) => Place::Whole,
        (0, false) => Place::Start,
        (_, true) => Place::End,
        (_, false) => Place::Anywhere,
    };
    inner.map_or(Shape::Glob(pieces), |text| Shape::Plain(place, text))
}

impl Shape {
    fn matches(&self, text: &str) -> bool {
        match self {
            Shape::Plain(Place::Whole, pattern) => text == pattern,
            Shape::Plain(Place::Start, pattern) => text.starts_with(pattern.as_str()),
            Shape::Plain(Place::End, pattern) => text.ends_with(pattern.as_str()),
            Shape::Plain(Place::Anywhere, pattern) => text.contains(pattern.as_str()),
            Shape::Glob(pieces) => {
                let letters: Vec<char> = text.chars().collect();
                glob(pieces, &letters)
            }
        }
    }
}

/// Wildcards without recursion: after a mismatch only the last `*` takes one letter more.
fn glob(pieces: &[Piece], letters: &[char]) -> bool {
    let (mut piece, mut letter) = (0, 0);
    let mut last_many: Option<(usize, usize)> = None;
    while letter < letters.len() {
        match pieces.get(piece) {
            Some(Piece::Many) => {
                last_many = Some((piece, letter));
                piece += 1;
            }
            Some(one) if one.takes(letters[letter]) => {
                piece += 1;
                letter += 1;
            }
            _ => {
                let Some((many, taken)) = last_many else {
                    return false;
                };
                last_many = Some((many, taken + 1));
                piece = many + 1;
                letter = taken + 1;
            }
        }
    }
    pieces[piece..].iter().all(|piece| *piece == Piece::Many)
}

/// Compares ASCII in place; the pattern is lower case already.
fn stands(place: Place, text: &[u8], pattern: &[u8]) -> bool {
    let length = pattern.len();
    if text.len() < length {
        return false;
    }
    match place {
        Place::Whole => text.eq_ignore_ascii_case(pattern),
        Place::Start => text[..length].eq_ignore_ascii_case(pattern),
        Place::End => text[text.len() - length..].eq_ignore_ascii_case(pattern),
        Place::Anywhere => found(text, pattern),
    }
}

fn found(text: &[u8], pattern: &[u8]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return true;
    };
    let last = text.len() - pattern.len();
    (0..=last).any(|at| {
        text[at].eq_ignore_ascii_case(first)
            && text[at + 1..at + pattern.len()].eq_ignore_ascii_case(rest)
    })
}

/// Compares two values of one event (`fieldref`).
pub(super) fn same(place: Place, text: &str, other: &str, cased: bool) -> bool {
    if !cased && text.is_ascii() && other.is_ascii() {
        return stands(
            place,
            text.as_bytes(),
            other.to_ascii_lowercase().as_bytes(),
        );
    }
    let fold = |text: &str| {
        if cased {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    Shape::Plain(place, fold(other)).matches(&fold(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, matching: &[&str], other: &[&str]) {
        let test = TextTest::sigma(&SigmaString::new(pattern), Place::Whole, false, false);
        let test = test.expect("a pattern");
        for text in matching {
            assert!(test.matches(text), "{pattern} should match {text}");
        }
        for text in other {
            assert!(!test.matches(text), "{pattern} should not match {text}");
        }
    }

    #[test]
    fn wildcards() {
        check("a*c", &["ac", "abc", "ABBC"], &["acd", "xac", ""]);
        check("a?c", &["abc", "aéc"], &["ac", "abbc"]);
        check("*a*b*", &["ab", "xaxbx", "aab"], &["ba", "a"]);
        check("*ab*ab", &["abab", "ababab", "xabxab"], &["ab", "abxabx"]);
        check("*", &["", "x"], &[]);
        check("", &[""], &["x"]);
    }

    #[test]
    fn a_backslash_takes_the_meaning_of_a_wildcard() {
        check(r"a\*c", &["a*c"], &["abc"]);
        check(r"a\\*c", &[r"a\c", r"a\xc"], &["abc"]);
        check(r"\Windows\", &[r"\windows\"], &["windows"]);
    }

    #[test]
    fn letter_case_does_not_count_in_any_script() {
        check("ÄPFEL*", &["äpfel", "Äpfelmus"], &["apfel"]);
        check("*пароль*", &["Ваш ПАРОЛЬ"], &["Ваш пар"]);
    }

    #[test]
    fn only_a_dash_that_begins_an_option_is_any_dash() {
        let value = SigmaString::new("*-no-proxy*");
        let test = TextTest::sigma(&value, Place::Whole, false, true).expect("a pattern");
        for dash in DASHES {
            assert!(test.matches(&format!("curl {dash}no-proxy x")));
        }
        assert!(!test.matches("curl -no/proxy x"));
    }

    #[test]
    fn an_empty_value_is_refused_where_it_would_match_everything() {
        let text = SigmaString::new("");
        assert!(TextTest::sigma(&text, Place::Anywhere, false, false).is_err());
    }

    #[test]
    fn many_wildcards_end_soon() {
        let pattern = "*a".repeat(40) + "b";
        let words = "a".repeat(20_000);
        let test = TextTest::sigma(&SigmaString::new(&pattern), Place::Whole, false, false);
        assert!(!test.expect("a pattern").matches(&words));
    }
}
