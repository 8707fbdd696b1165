//! Words of strangers, made safe for every channel at once.
//!
//! What comes out is printable, holds no line break, no address or host name that an
//! app would turn into a link, no mention, and no Markdown link. What a channel's own
//! syntax needs beyond that (XML, Slack's `<`), the channel does.

/// A longer quotation hides what stands after it.
pub const QUOTE_CHARS_MAX: usize = 300;

/// One line of a stranger's words. Cut at [`QUOTE_CHARS_MAX`].
pub fn line(text: &str) -> String {
    let printable = printable(text);
    let chars: Vec<char> = printable.chars().collect();
    let mut out = String::with_capacity(printable.len() + 8);
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        push_disarmed(&mut out, before, c, &chars[at + 1..]);
    }
    out
}

/// White space folded, everything invisible left out, length limited.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(QUOTE_CHARS_MAX * 4));
    let mut space = false;
    let visible = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c));
    for (count, c) in visible.enumerate() {
        if count >= QUOTE_CHARS_MAX {
            out.push('…');
            break;
        }
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// A dot inside a name becomes `[.]`, a scheme loses its colon, `@` becomes `(at)`:
/// the usual way to write a hostile address so that nothing turns it into a link.
fn push_disarmed(out: &mut String, before: Option<char>, c: char, after: &[char]) {
    let next = after.first().copied();
    match c {
        '.' | '。' | '．' | '｡' if is_inside_name(before, after) => out.push_str("[.]"),
        ':' if next == Some('/') => out.push_str("[:]"),
        ':' if before.is_some_and(char::is_alphabetic)
            && next.is_some_and(char::is_alphanumeric) =>
        {
            out.push_str("[:]");
        }
        '@' | '＠' => out.push_str("(at)"),
        ']' if next == Some('(') => out.push_str("] "),
        '<' => out.push('‹'),
        '>' => out.push('›'),
        '`' => out.push('\''),
        '/' if before.is_none_or(|c| c == ' ') && next.is_some_and(char::is_alphabetic) => {
            out.push_str("/ ");
        }
        '{' if next == Some('{') => out.push_str("{ "),
        _ => out.push(c),
    }
}

/// Whether a dot stands before two letters or more and after a letter or digit: `evil.com`, not `9.99`.
fn is_inside_name(before: Option<char>, after: &[char]) -> bool {
    let letters = after.iter().take_while(|c| c.is_alphabetic()).count();
    before.is_some_and(char::is_alphanumeric) && (letters >= 2 || starts_punycode(after))
}

fn starts_punycode(after: &[char]) -> bool {
    after.starts_with(&['x', 'n', '-', '-'])
}

/// Characters that take no room or turn the reading direction (Unicode general
/// categories Cc and Cf, variation selectors, fillers, tags, private use).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::{QUOTE_CHARS_MAX, line};

    #[test]
    fn nothing_becomes_a_link_or_a_mention() {
        for (words, shown) in [
            (
                "see https://evil.example/a?b",
                "see https[:]//evil[.]example/a?b",
            ),
            (
                "write to Max@evil.example",
                "write to Max(at)evil[.]example",
            ),
            (
                "@everyone <!channel> <@U123>",
                "(at)everyone ‹!channel› ‹(at)U123›",
            ),
            ("[Sign in](https://x.co)", "[Sign in] (https[:]//x[.]co)"),
            (
                "mailto:a javascript:alert(1)",
                "mailto[:]a javascript[:]alert(1)",
            ),
            ("evil。com xn--a.xn--p1ai", "evil[.]com xn--a[.]xn--p1ai"),
            ("/stop at once", "/ stop at once"),
            ("`code` {{DATE(2026)}}", "'code' { {DATE(2026)}}"),
        ] {
            assert_eq!(line(words), shown);
        }
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for words in [
            "Payout of 9.99 EUR at 14:05",
            "Account ending 677. Switched.",
            "1/2 done",
        ] {
            assert_eq!(line(words), words);
        }
    }

    #[test]
    fn nothing_invisible_and_no_line_break_is_left() {
        assert_eq!(
            line("a\u{1b}[31m\r\nBcc: x\u{202e}y\u{200b}z\u{7}"),
            "a[31m Bcc: xyz"
        );
        assert_eq!(line("\u{e0041}\u{feff}\u{2066}"), "");
        assert_eq!(line("  a \u{85} b\u{2028}c "), "a b c");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(
            line(&"x".repeat(9_999)).chars().count(),
            QUOTE_CHARS_MAX + 1
        );
    }
}
