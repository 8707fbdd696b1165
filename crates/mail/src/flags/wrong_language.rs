//! It is written in a language that the account's notices do not come in.

use std::collections::HashSet;

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "wrong-language",
    title: "Not the language of your account",
    level: Level::Weak,
    why: "A marketplace writes in the language set in your account. Fakes are sent to everybody in one language.",
    source: "our own judgement",
    look,
};

/// Text that is looked at; a language shows in its first lines.
const TEXT_BYTES_MAX: usize = 8 * 1024;
/// Fewest different common words that tell a language; fewer stand in others too.
const WORDS_MIN: usize = 4;

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let expected = &facts.recipient?.languages;
    if expected.is_empty() || !facts.claims_any() {
        return None;
    }
    let text = &facts.content.text;
    let text = text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_lowercase();
    let language = language(facts, &text)?;
    if expected
        .iter()
        .any(|code| code.eq_ignore_ascii_case(language))
    {
        return None;
    }
    let quote = text.lines().find(|line| !line.trim().is_empty())?;
    sign(
        Level::Weak,
        format!(
            "It is written in another language ({language}) than the notices of your account ({}).",
            expected.join(", ")
        ),
        quote.to_owned(),
    )
}

/// The language whose common words stand in a text most, by a clear lead.
fn language<'k>(facts: &Facts<'k>, text: &str) -> Option<&'k str> {
    let words: HashSet<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
    let mut counted: Vec<(usize, &str)> = facts
        .knowledge
        .languages
        .iter()
        .map(|language| {
            let met = language.common.iter();
            let met = met.filter(|word| words.contains(word.as_str())).count();
            (met, language.code.as_str())
        })
        .collect();
    counted.sort_unstable_by(|one, other| other.cmp(one));
    match counted[..] {
        [(most, code), (second, _), ..] if most >= WORDS_MIN && most > second => Some(code),
        [(most, code)] if most >= WORDS_MIN => Some(code),
        _ => None,
    }
}
