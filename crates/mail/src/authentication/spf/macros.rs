//! Macros in SPF records, such as `%{ir}.%{v}._spf.%{d2}` (RFC 7208 section 7).

/// Longest domain name in octets; what is longer loses labels on the left
/// (RFC 7208 section 7.3).
const NAME_OCTETS_MAX: usize = 253;
/// More is no sender's honest wish; an address has 32 parts at most (IPv6 nibbles).
const PARTS_MAX: usize = 128;
/// Longer values are cut: an expansion is a name of 253 octets in the end.
const VALUE_OCTETS_MAX: usize = 1_024;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Macro(Macro),
}

/// One `%{letter digits r delimiters}`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Macro {
    letter: char,
    escaped: bool,
    /// How many parts on the right are kept; all without a number.
    keep: Option<usize>,
    reversed: bool,
    delimiters: String,
}

/// A text with macros that keeps to the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MacroText(Vec<Piece>);

impl MacroText {
    /// Reads a `domain-spec`: it ends in a top label or a macro, and holds none
    /// of the letters that belong to explanations.
    pub(super) fn domain(text: &str) -> Option<MacroText> {
        let text = pieces(text)?;
        let for_explanations =
            |piece: &Piece| matches!(piece, Piece::Macro(one) if "crt".contains(one.letter));
        let ends_well = match text.0.last()? {
            Piece::Macro(_) => true,
            Piece::Text(literal) => ends_in_top_label(literal),
        };
        (ends_well && !text.0.iter().any(for_explanations)).then_some(text)
    }

    /// Reads any `macro-string`.
    pub(super) fn any(text: &str) -> Option<MacroText> {
        pieces(text)
    }

    /// The name it stands for; `value` gives the value of a macro letter.
    pub(super) fn expand(&self, mut value: impl FnMut(char) -> String) -> String {
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Macro(one) => name.push_str(&one.apply(&value(one.letter))),
            }
        }
        shorten(&name).to_owned()
    }
}

fn shorten(name: &str) -> &str {
    let mut name = name.strip_suffix('.').unwrap_or(name);
    while name.len() > NAME_OCTETS_MAX {
        match name.split_once('.') {
            Some((_, rest)) => name = rest,
            None => return name,
        }
    }
    name
}

fn pieces(text: &str) -> Option<MacroText> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (literal, after) = rest.split_at_checked(at)?;
        push_text(&mut pieces, literal)?;
        rest = match after.get(1..2)? {
            "{" => {
                let (body, behind) = after.get(2..)?.split_once('}')?;
                pieces.push(Piece::Macro(Macro::parse(body)?));
                behind
            }
            "%" => special(&mut pieces, "%", after)?,
            "_" => special(&mut pieces, " ", after)?,
            "-" => special(&mut pieces, "%20", after)?,
            _ => return None,
        };
    }
    push_text(&mut pieces, rest)?;
    Some(MacroText(pieces))
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) -> Option<()> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    Some(())
}

fn special<'t>(pieces: &mut Vec<Piece>, stands_for: &str, after: &'t str) -> Option<&'t str> {
    pieces.push(Piece::Text(stands_for.to_owned()));
    after.get(2..)
}

/// `"." toplabel ["."]`: letters, digits, hyphens inside, not digits alone.
fn ends_in_top_label(literal: &str) -> bool {
    let literal = literal.strip_suffix('.').unwrap_or(literal);
    let Some((_, label)) = literal.rsplit_once('.') else {
        return false;
    };
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.bytes().all(|b| b.is_ascii_digit())
}

impl Macro {
    fn parse(body: &str) -> Option<Macro> {
        let mut chars = body.chars();
        let letter = chars.next()?;
        let lower = letter.to_ascii_lowercase();
        if !"slodiphcrtv".contains(lower) {
            return None;
        }
        let rest = chars.as_str();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at_checked(digits)?;
        let keep = match number {
            "" => None,
            _ => Some(number.parse().unwrap_or(usize::MAX)).filter(|keep| *keep > 0),
        };
        if keep.is_none() && !number.is_empty() {
            return None;
        }
        let without_r = rest.strip_prefix(['r', 'R']);
        let delimiters = without_r.unwrap_or(rest);
        if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
            return None;
        }
        Some(Macro {
            letter: lower,
            escaped: letter.is_ascii_uppercase(),
            keep,
            reversed: without_r.is_some(),
            delimiters: if delimiters.is_empty() {
                "."
            } else {
                delimiters
            }
            .to_owned(),
        })
    }

    fn apply(&self, value: &str) -> String {
        let value = cut(value);
        let mut parts: Vec<&str> = value
            .split(|c| self.delimiters.contains(c))
            .take(PARTS_MAX)
            .collect();
        if self.reversed {
            parts.reverse();
        }
        let skip = parts.len().saturating_sub(self.keep.unwrap_or(PARTS_MAX));
        let joined = parts.get(skip..).unwrap_or_default().join(".");
        if self.escaped {
            escape(&joined)
        } else {
            joined
        }
    }
}

fn cut(value: &str) -> &str {
    let mut end = value.len().min(VALUE_OCTETS_MAX);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    &value[..end]
}

/// Percent-encoding of all but the unreserved characters of RFC 3986.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            _ if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = MacroText::domain(text).map(|text| {
            text.expand(|letter| {
                match letter {
                    's' => "strong-bad@email.example.com",
                    'l' => "strong-bad",
                    'i' => "192.0.2.3",
                    'v' => "in-addr",
                    _ => "email.example.com",
                }
                .into()
            })
        });
        assert_eq!(got.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn examples_of_the_standard() {
        // RFC 7208 section 7.4.
        check("%{d2}", "example.com");
        check("%{dr}", "com.example.email");
        check("%{d2r}", "example.email");
        check("%{lr-}", "bad.strong");
        check("%{l1r-}", "strong");
        check(
            "%{ir}.%{v}._spf.%{d2}",
            "3.2.0.192.in-addr._spf.example.com",
        );
        check("%{S}", "strong-bad%40email.example.com");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "", "foo", "%{d}foo", "%{d0}", "%{x}", "%{c}", "%(d)", "a.1", "a.-b", "%{d",
        ] {
            assert_eq!(MacroText::domain(text), None, "{text}");
        }
    }
}
