//! Candidate host names against all brands.

use anyhow::{Context, Result};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::names::NameIndex;
use sellkeep_model::Domain;

use super::number;
use crate::corpus::dice::Dice;
use crate::processor;

/// Candidate hosts: random ones, and brands' words with one change.
const HOSTS: usize = 200_000;

/// Prints hosts a CPU-second.
pub fn run() -> Result<()> {
    let knowledge = Knowledge::builtin().context("the knowledge cannot be loaded")?;
    let index = NameIndex::new(&knowledge);
    let words: Vec<&String> = knowledge
        .brands
        .iter()
        .flat_map(|brand| &brand.lookalike_words)
        .collect();
    let mut dice = Dice::new(7);
    let hosts: Vec<Domain> = (0..HOSTS).filter_map(|_| host(&mut dice, &words)).collect();
    let begin = processor::seconds();
    let found = (0..5)
        .map(|_| {
            hosts
                .iter()
                .filter(|host| index.lookalike(host).is_some())
                .count()
        })
        .max();
    let seconds = processor::seconds() - begin;
    let rate = number(hosts.len() * 5) / seconds / 1e6;
    println!(
        "{rate:.2} M hosts a CPU-second against {} brands ({} of {} imitate one)",
        knowledge.brands.len(),
        found.unwrap_or_default(),
        hosts.len()
    );
    Ok(())
}

fn host(dice: &mut Dice, words: &[&String]) -> Option<Domain> {
    let letters = |dice: &mut Dice, length: usize| {
        (0..length)
            .map(|_| char::from(b'a' + u8::try_from(dice.below(26)).unwrap_or(0)))
            .collect::<String>()
    };
    let length = 5 + dice.below(9);
    let mut label = letters(dice, length);
    if dice.below(8) == 0 {
        let word = words[dice.below(words.len())];
        let at = dice.below(word.len());
        label = format!("{}{}{}", &word[..at], letters(dice, 1), &word[at..]);
    }
    let suffix = ["com", "net", "co.uk", "shop", "de", "com.br"][dice.below(6)];
    let front = ["", "www.", "mail.", "login."][dice.below(4)];
    Domain::parse(&format!("{front}{label}.{suffix}")).ok()
}
