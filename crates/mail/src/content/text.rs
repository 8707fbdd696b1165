//! The text a reader sees, with white space as a browser shows it.

use memchr::memchr;

use super::TEXT_BYTES_MAX;
use super::entities;

/// Visible text under construction.
#[derive(Debug, Default)]
pub struct Text {
    out: String,
    full: bool,
}

impl Text {
    /// Length so far, in bytes.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether the limit was reached.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// What was added since a length.
    pub fn since(&self, from: usize) -> &str {
        self.out.get(from..).unwrap_or_default()
    }

    /// Adds HTML text: references decoded, runs of white space as one space.
    pub fn push_html(&mut self, text: &str) {
        let decoded = entities::decode_cow(text);
        self.push_folded(&decoded);
    }

    /// Adds plain text with its lines.
    pub fn push_plain(&mut self, text: &str) {
        for line in lines(text) {
            self.push_folded(line);
            self.line_break();
        }
    }

    fn push_folded(&mut self, text: &str) {
        if self.out.len() + text.len() > TEXT_BYTES_MAX {
            self.full = true;
            return;
        }
        let mut rest = text;
        loop {
            let words = rest.trim_ascii_start();
            if words.len() < rest.len() {
                self.space();
            }
            if words.is_empty() {
                return;
            }
            let even = even(words.as_bytes());
            self.out.push_str(&words[..even]);
            rest = &words[even..];
        }
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
    }

    /// Begins a new line, once.
    pub fn line_break(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.out
    }
}

/// The lines of a text, as `str::lines` has them, searched by words of the processor.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(end) = memchr(b'\n', rest.as_bytes()) else {
            return Some(std::mem::take(&mut rest));
        };
        let line = &rest[..end];
        rest = &rest[end + 1..];
        Some(line.strip_suffix('\r').unwrap_or(line))
    })
}

/// How far a text goes on with single spaces between words.
fn even(text: &[u8]) -> usize {
    let is_even = |at: usize, byte: &u8| {
        !byte.is_ascii_whitespace()
            || *byte == b' '
                && text
                    .get(at + 1)
                    .is_some_and(|next| !next.is_ascii_whitespace())
    };
    text.iter()
        .enumerate()
        .position(|(at, byte)| !is_even(at, byte))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_shown_as_a_browser_does() {
        let check = |pieces: &[&str], expected: &str| {
            let mut text = Text::default();
            for piece in pieces {
                text.push_html(piece);
            }
            assert_eq!(text.finish(), expected, "for {pieces:?}");
        };
        check(&[" a  b\tc\r\n d"], "a b c d");
        check(&["a ", " b", "", " "], "a b ");
        check(&["\n \n"], "");
        check(&["a&nbsp; b", "c"], "a bc");
    }

    #[test]
    fn lines_are_those_of_the_standard_library() {
        for text in [
            "",
            "\n",
            "a",
            "a\r",
            "a\r\nb\n\n\r\nc",
            "\r\n\r",
            "\u{e4}\n\u{e4}",
        ] {
            assert!(lines(text).eq(text.lines()), "{text:?}");
        }
    }

    #[test]
    fn a_text_beyond_the_limit_is_not_begun() {
        let mut text = Text::default();
        text.push_plain(&"x".repeat(TEXT_BYTES_MAX));
        assert!(!text.is_full());
        text.push_plain("y");
        assert!(text.is_full());
        assert!(!text.finish().contains('y'));
    }
}
