//! One check's answer: from a fact, or from a person's word that still holds.

use sellkeep_knowledge::{Check, Decided, Must};
use sellkeep_model::{Answered, Timestamp};

use jiff::SignedDuration;

use super::{Attestation, Known, Preparation};

/// An answer with its reason.
pub struct Decision {
    pub answer: Answered,
    pub says: String,
    pub expires: Option<Timestamp>,
}

/// Decides one check.
pub fn decide(check: &Check, known: &Preparation, now: Timestamp) -> Decision {
    match &check.decided {
        Decided::Automatic { fact, shown, must } => {
            by_fact(fact, shown, must, known).unwrap_or_else(|| nobody_knows(shown))
        }
        Decided::Attested { days } => by_word(check, *days, known, now),
        Decided::Either {
            fact,
            shown,
            must,
            days,
        } => by_fact(fact, shown, must, known).unwrap_or_else(|| by_word(check, *days, known, now)),
    }
}

fn nobody_knows(shown: &str) -> Decision {
    decision(Answered::Unknown, format!("{shown}: not read yet."))
}

fn by_fact(name: &str, shown: &str, must: &Must, known: &Preparation) -> Option<Decision> {
    let fact = known.facts.get(name)?;
    let met = match (must, fact) {
        (Must::Be(word), Known::Word(is)) => is == word,
        (Must::BeOneOf(words), Known::Word(is)) => words.contains(is),
        (Must::BeAtMost(limit), Known::Number(is)) => is <= limit,
        (Must::BeAtLeast(least), Known::Number(is)) => is >= least,
        _ => return None,
    };
    let value = match fact {
        Known::Number(number) => number.to_string(),
        Known::Word(word) => word.clone(),
    };
    let answer = if met { Answered::Pass } else { Answered::Fail };
    let says = format!("{shown}: {value}; it should be {}.", wanted(must));
    Some(decision(answer, says))
}

fn wanted(must: &Must) -> String {
    match must {
        Must::Be(word) => word.clone(),
        Must::BeOneOf(words) => words.join(" or "),
        Must::BeAtMost(0) => "0".to_owned(),
        Must::BeAtMost(limit) => format!("{limit} or less"),
        Must::BeAtLeast(least) => format!("{least} or more"),
    }
}

fn by_word(check: &Check, days: u32, known: &Preparation, now: Timestamp) -> Decision {
    let own = known.attestations.iter();
    let own = own.filter(|word| word.check == check.id && word.at <= now);
    // Of two words of the same time, the one that asks for more care counts.
    let Some(word) = own.max_by_key(|word| (word.at, !word.yes)) else {
        return decision(Answered::AskThePerson, "Nobody has said yet.".to_owned());
    };
    let held = SignedDuration::from_hours(24 * i64::from(days));
    let Ok(expires) = word.at.checked_add(held) else {
        return decision(Answered::AskThePerson, "Nobody has said yet.".to_owned());
    };
    if expires <= now {
        let says = format!("{} said so on {}; ask again.", word.by, day(word.at));
        return decision(Answered::AskThePerson, says);
    }
    Decision {
        expires: Some(expires),
        ..said(word)
    }
}

fn said(word: &Attestation) -> Decision {
    let (answer, what) = if word.yes {
        (Answered::Pass, "yes")
    } else {
        (Answered::Fail, "no")
    };
    decision(
        answer,
        format!("{} said {what} on {}.", word.by, day(word.at)),
    )
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn decision(answer: Answered, says: String) -> Decision {
    Decision {
        answer,
        says,
        expires: None,
    }
}
