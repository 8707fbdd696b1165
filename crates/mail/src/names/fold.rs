//! A text as it reads: marks, hidden characters, letter forms and foreign
//! look-alikes folded to plain lower-case letters.
//!
//! The folded text remembers where each of its bytes came from, so that the
//! words can be quoted as they were written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

use crate::sender::is_hidden;

/// A folded text with its way back to the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// Lower case, white space as single-byte spaces.
    pub text: String,
    /// For each byte of `text` the byte offset in the original; `None` where they are the same.
    origins: Option<Vec<u32>>,
}

impl Folded {
    /// The range of the original that a range of the folded text came from.
    pub fn original(
        &self,
        range: std::ops::Range<usize>,
        original: &str,
    ) -> std::ops::Range<usize> {
        let Some(origins) = &self.origins else {
            return range;
        };
        let start = origins
            .get(range.start)
            .map_or(original.len(), |at| *at as usize);
        let end = origins
            .get(range.end)
            .map_or(original.len(), |at| *at as usize);
        start..end.max(start)
    }
}

/// Folds a text; plain ASCII costs one copy.
pub fn fold(text: &str) -> Folded {
    if text.is_ascii() {
        let bytes = text.bytes().map(|byte| {
            if byte.is_ascii_whitespace() {
                b' '
            } else {
                byte.to_ascii_lowercase()
            }
        });
        let text = String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned();
        return Folded {
            text,
            origins: None,
        };
    }
    let mut folded = String::with_capacity(text.len());
    let mut origins = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let before = folded.len();
        push(&mut folded, c);
        let origin = u32::try_from(at).unwrap_or(u32::MAX);
        origins.resize(origins.len() + folded.len() - before, origin);
    }
    Folded {
        text: folded,
        origins: Some(origins),
    }
}

fn push(folded: &mut String, c: char) {
    if c.is_ascii() {
        folded.push(if c.is_ascii_whitespace() {
            ' '
        } else {
            c.to_ascii_lowercase()
        });
    } else if c.is_whitespace() {
        folded.push(' ');
    } else if !is_silent(c) {
        push_foreign(folded, c);
    }
}

/// Characters that are read over: hidden ones, joiners, marks, selectors, tags.
fn is_silent(c: char) -> bool {
    is_hidden(c)
        || is_combining_mark(c)
        || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}' | '\u{115f}' | '\u{1160}' | '\u{3164}')
}

fn push_foreign(folded: &mut String, c: char) {
    let decomposed: String = std::iter::once(c)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .collect();
    for c in decomposed.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        let mut buffer = [0; 4];
        let alike: String = skeleton(c.encode_utf8(&mut buffer)).collect();
        // Only letters that look like Latin ones are replaced: a script of its own stays itself.
        if alike.is_ascii() && !alike.is_empty() {
            folded.extend(alike.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            folded.extend(c.to_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_fall_off() {
        for (written, reads) in [
            ("Amazon", "amazon"),
            ("\u{410}m\u{430}z\u{43e}n", "amazon"),
            ("A\u{73f}m\u{73f}azon", "amazon"),
            ("P\u{200e}a\u{200b}y\u{ad}Pal", "paypal"),
            ("\u{1d41e}\u{1d401}\u{1d41a}\u{1d432}", "ebay"),
            ("\u{ff30}ayPal", "paypal"),
            ("am\u{e2}zon", "amazon"),
            ("a\tb\u{a0}c", "a b c"),
        ] {
            assert_eq!(fold(written).text, reads, "for {written:?}");
        }
    }

    #[test]
    fn other_scripts_stay_themselves() {
        assert_eq!(fold("\u{65e5}\u{672c}").text, "\u{65e5}\u{672c}");
    }

    #[test]
    fn the_way_back_is_kept() {
        let original = "x \u{410}m\u{430}z\u{43e}n y";
        let folded = fold(original);
        let at = folded.text.find("amazon").unwrap();
        assert_eq!(
            &original[folded.original(at..at + 6, original)],
            "\u{410}m\u{430}z\u{43e}n"
        );
    }
}
