//! It greets somebody else.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;
use crate::names::fold;

pub const FLAG: Flag = Flag {
    id: "wrong-name",
    title: "Greets somebody else",
    level: Level::Weak,
    why: "A marketplace greets the holder of the account by the name it has on file. Fakes greet an address, or whomever they have a name for.",
    source: "our own judgement",
    look,
};

/// Words that begin a greeting, folded.
const GREETINGS: &[&str] = &[
    "dear",
    "hello",
    "hi",
    "hallo",
    "liebe",
    "lieber",
    "guten tag",
    "bonjour",
    "cher",
    "chere",
    "hola",
    "estimado",
    "estimada",
    "ciao",
    "gentile",
    "ola",
    "prezado",
    "prezada",
    "beste",
    "geachte",
    "witaj",
    "hej",
];
/// Lines at the beginning among which a greeting stands.
const LINES_MAX: usize = 12;
/// A greeting longer than this is a sentence.
const WORDS_MAX: usize = 4;
/// Words of a greeting that name nobody ("dear valued customer"), folded.
const NOBODY: &[&str] = &[
    "customer",
    "client",
    "user",
    "member",
    "seller",
    "selling",
    "partner",
    "merchant",
    "team",
    "there",
    "all",
    "sir",
    "madam",
    "kunde",
    "kundin",
    "kunden",
    "nutzer",
    "verkaufer",
    "verkauferin",
    "client",
    "cliente",
    "vendeur",
    "vendedor",
    "venditore",
    "usuario",
    "utente",
    "everyone",
    "again",
    "and",
    "klant",
    "verkoper",
    "sprzedawco",
    "kliencie",
    "world",
];

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let names = &facts.recipient?.names;
    if names.is_empty() || !facts.claims_any() {
        return None;
    }
    let lines = facts.content.text.lines().take(LINES_MAX);
    let (line, greeted) = lines
        .map(|line| (line, greeted(line)))
        .find(|(_, name)| name.is_some())?;
    let greeted = greeted?;
    let is_own = |name: &String| {
        let name = fold(name);
        words(&greeted).any(|word| words(&name).any(|own| own == word))
    };
    if names.iter().any(is_own) {
        return None;
    }
    sign(
        Level::Weak,
        "It greets somebody else than the holder or the shop of your account.".to_owned(),
        line.trim().to_owned(),
    )
}

/// Whom a line greets, folded; `None` where it greets nobody by name.
fn greeted(line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches([',', ':', '!', '.']);
    let folded = fold(line);
    let greeting = GREETINGS.iter().find(|greeting| {
        let rest = folded.strip_prefix(**greeting);
        rest.is_some_and(|rest| rest.starts_with(' '))
    })?;
    let name = folded[greeting.len()..].trim();
    let is_name = (1..=WORDS_MAX).contains(&words(name).count())
        && !words(name).any(|word| NOBODY.contains(&word));
    is_name.then(|| name.to_owned())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::greeted;

    #[test]
    fn greetings_by_name() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(greeted(line).as_deref(), expected, "{line}");
        };
        check("Dear Jane Doe,", Some("jane doe"));
        check("Hallo J\u{fc}rgen!", Some("jurgen"));
        check("Hi jane.doe@example.com", Some("jane.doe@example.com"));
        check("Dear valued customer,", None);
        check("Hello,", None);
        check("Dear me, what a very long day it was", None);
        check("Dearest friends", None);
        check("", None);
    }
}
