//! Texts cut to what a service takes, and in its own writing.

use sellkeep_model::{AlertLevel, Message, MessageState};

/// A text of at most so many characters; what is cut is marked.
pub fn clipped(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// A text of at most so many bytes; what is cut is marked.
pub fn clipped_bytes(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let mut end = bytes_max.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

/// Title and text in one, for services that have one field.
pub fn whole(message: &Message) -> String {
    format!("{}\n\n{}", message.title, message.body_text)
}

/// Characters that mean something in XML, as references; what XML 1.0 forbids is left out.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Three levels and the end, mapped to a service's own scale.
pub fn scale<T>(message: &Message, act_now: T, check_today: T, for_information: T, over: T) -> T {
    match (message.state, message.level) {
        (MessageState::Resolved, _) => over,
        (MessageState::Open, AlertLevel::ActNow) => act_now,
        (MessageState::Open, AlertLevel::CheckToday) => check_today,
        (MessageState::Open, AlertLevel::ForInformation) => for_information,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(clipped("äöü", 3), "äöü");
        assert_eq!(clipped("äöüß", 3), "äö…");
        assert_eq!(clipped_bytes("äöü", 6), "äöü");
        assert_eq!(clipped_bytes("äöüß", 6), "ä…");
        assert_eq!(clipped_bytes("äöüß", 3), "…");
    }

    #[test]
    fn xml_holds_no_markup() {
        assert_eq!(
            xml("<Say a='1'>&\u{1}\"\n"),
            "&lt;Say a=&apos;1&apos;&gt;&amp;&quot;\n"
        );
    }
}
