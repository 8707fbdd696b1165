//! Words from a stranger, made safe for a screen.
//!
//! Control characters, direction marks and invisible characters are shown as
//! escapes, so that a quote can neither move a cursor nor turn a line around.

use crate::sender::is_hidden;

/// A quote longer than this is cut.
const QUOTE_CHARS_MAX: usize = 240;

/// One line: white space folded, hidden characters shown, length limited.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(QUOTE_CHARS_MAX));
    let mut space = false;
    for (count, c) in text.trim().chars().enumerate() {
        if count >= QUOTE_CHARS_MAX {
            out.push('\u{2026}');
            break;
        }
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        push(&mut out, c);
    }
    out
}

/// A whole text with hidden characters shown, white space other than plain
/// spaces too; for names of files and reasons of trouble, which are ours.
pub fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    out
}

fn push(out: &mut String, c: char) {
    if c.is_control()
        || is_hidden(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
    {
        out.extend(c.escape_unicode());
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::{line, whole};

    #[test]
    fn a_quote_cannot_attack_the_screen() {
        assert_eq!(line("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(line("Ama\u{202e}zon  \r\n x"), "Ama\\u{202e}zon x");
        assert_eq!(whole("a\u{1b}]0;x\u{7}\nb"), "a\\u{1b}]0;x\\u{7}\\u{a}b");
        assert_eq!(line(&"x".repeat(999)).chars().count(), 241);
    }
}
