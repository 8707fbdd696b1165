//! The text a reader sees, with white space as a browser shows it.

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
        for line in text.lines() {
            self.push_folded(line);
            self.line_break();
        }
    }

    fn push_folded(&mut self, text: &str) {
        if self.out.len() + text.len() > TEXT_BYTES_MAX {
            self.full = true;
            return;
        }
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let word = bytes[at..]
                .iter()
                .position(u8::is_ascii_whitespace)
                .map_or(bytes.len(), |end| at + end);
            self.out.push_str(&text[at..word]);
            if word >= bytes.len() {
                return;
            }
            self.space();
            at = word
                + bytes[word..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_whitespace())
                    .count();
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
