//! Names and lures in words: one pass over the folded text.
//!
//! A hit is a whole word (or stands in a script that writes none). How easily a
//! name counts depends on its [`Strength`]. What is met more often than
//! [`HITS_EACH_MAX`] times is not listed again, so that no name can hide another.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use sellkeep_knowledge::{Brand, Knowledge};
use unicode_normalization::UnicodeNormalization;

use super::confusable;
use super::fold::fold;
use super::page::{Borders, Page, has_foreign_letters, lower};
use super::starts::Starts;
use super::words::{Strength, strength};
use super::{LureHit, NameHit};

/// Times one alias or one phrase is listed; more of the same say nothing new.
pub const HITS_EACH_MAX: u8 = 16;

/// Longest text that is taken for a display name or a subject, in octets; RFC 5322
/// section 2.1.1 allows 998 in a line.
pub const SHORT_OCTETS_MAX: usize = 4096;

/// Fewest letters of a name that is still recognised when digits stand for letters.
const GLANCE_LETTERS_MIN: usize = 5;

/// What is written between the words of a name instead of a space.
const JOINTS: &[&str] = &["_", "-", ".", ""];

/// Longest name, in octets, that a word of another script may fold to by chance.
const CHANCE_OCTETS_MAX: usize = 5;

/// All aliases and phrases, ready to be met in text.
#[derive(Debug)]
pub struct TextIndex {
    names: Vec<Name>,
    phrases: Vec<Phrase>,
    /// Per pattern of `texts`.
    meanings: Vec<Meaning>,
    texts: Starts,
    /// Per pattern of `glances`, the name.
    glanced: Vec<usize>,
    glances: Starts,
}

#[derive(Debug)]
struct Name {
    brand: String,
    alias: String,
    lower: String,
    strength: Strength,
    /// The knowledge says that the alias is an ordinary word: it must stand alone.
    alone: bool,
}

#[derive(Debug)]
struct Phrase {
    lure: String,
    language: String,
    words: String,
}

/// What one folded pattern stands for, as places in the two lists.
#[derive(Debug, Default)]
struct Meaning {
    names: Vec<usize>,
    phrases: Vec<usize>,
}

/// A name met in a text, before it is known whether a longer one covers it.
struct Met {
    folded: Range<usize>,
    name: usize,
    hit: NameHit,
}

impl TextIndex {
    pub fn new(knowledge: &Knowledge) -> TextIndex {
        let mut patterns: BTreeMap<String, Meaning> = BTreeMap::new();
        let names = names(knowledge, &mut patterns);
        let phrases = phrases(knowledge, &mut patterns);
        patterns.remove("");
        let (glanced, forms): (Vec<usize>, Vec<Vec<u8>>) = patterns
            .iter()
            .filter_map(|(folded, meaning)| Some((folded, *meaning.names.first()?)))
            .filter(|(folded, name)| is_glanceable(folded, names[*name].strength))
            .map(|(folded, name)| (name, confusable::form(folded)))
            .unzip();
        TextIndex {
            texts: Starts::new(patterns.keys().map(String::as_bytes)),
            meanings: patterns.into_values().collect(),
            glances: Starts::new(forms.iter().map(Vec::as_slice)),
            glanced,
            names,
            phrases,
        }
    }

    /// Every brand named in a short text, disguised by digits too.
    pub fn names_in(&self, text: &str) -> Vec<NameHit> {
        let text = &text[..text.floor_char_boundary(SHORT_OCTETS_MAX)];
        let page = Page::new(text, false);
        let (mut met, _) = self.meet(&page);
        self.glance(&page, &mut met);
        self.settle(met)
    }

    /// Every brand named and every lure met in a long text.
    pub fn scan(&self, text: &str) -> (Vec<NameHit>, Vec<LureHit>) {
        let page = Page::new(text, true);
        let (mut met, lures) = self.meet(&page);
        if text.len() <= SHORT_OCTETS_MAX {
            self.glance(&page, &mut met);
        }
        (self.settle(met), lures)
    }

    fn meet(&self, page: &Page<'_>) -> (Vec<Met>, Vec<LureHit>) {
        let (mut met, mut lures) = (Vec::new(), Vec::new());
        let mut counts: HashMap<usize, u8> = HashMap::new();
        self.texts.each(
            page.folded.as_str().as_bytes(),
            !page.prose,
            |pattern, folded| {
                let Some(borders) = page.borders(folded.clone()) else {
                    return;
                };
                let count = counts.entry(pattern).or_default();
                if *count >= HITS_EACH_MAX {
                    return;
                }
                let meaning = &self.meanings[pattern];
                let before = met.len() + lures.len();
                met.extend(self.best_names(page, meaning, &folded, borders));
                if borders == Borders::Clean {
                    let range = page.folded.original(folded);
                    lures.extend(
                        meaning
                            .phrases
                            .iter()
                            .map(|&at| self.phrases[at].hit(&range)),
                    );
                }
                *count += u8::from(met.len() + lures.len() > before);
            },
        );
        lures.sort_by_key(|hit: &LureHit| (hit.range.start, hit.range.end));
        (met, lures)
    }

    /// The alias of each brand that fits best where a pattern was met.
    fn best_names(
        &self,
        page: &Page<'_>,
        meaning: &Meaning,
        folded: &Range<usize>,
        borders: Borders,
    ) -> Vec<Met> {
        let range = page.folded.original(folded.clone());
        let original = &page.text[range.clone()];
        let mut best: Vec<Met> = Vec::new();
        for &at in &meaning.names {
            let name = &self.names[at];
            let known = best.iter().position(|met| met.hit.brand == name.brand);
            if known.is_some() && name.alias != original {
                continue;
            }
            let disguised = self.is_disguised(page, meaning, &name.brand, original);
            let whole = page.is_all(folded);
            if (name.alone && !whole) || !name.counts(page, &range, borders, disguised, whole) {
                continue;
            }
            let hit = name.hit(range.clone(), disguised, whole);
            known.map(|place| best.swap_remove(place));
            best.push(Met {
                folded: folded.clone(),
                name: at,
                hit,
            });
        }
        best
    }

    /// No alias of the brand is written as the original is, letter case aside. One
    /// letter with a mark is how some languages write, not a disguise.
    fn is_disguised(
        &self,
        page: &Page<'_>,
        meaning: &Meaning,
        brand: &str,
        original: &str,
    ) -> bool {
        if original
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        {
            return false;
        }
        let seen = page.plainly(original);
        let marked = seen.nfc().filter(|c| !c.is_ascii()).count();
        if marked <= 1 && !has_foreign_letters(&seen.nfc().collect::<String>()) {
            return false;
        }
        let is_written_so =
            |&at: &usize| self.names[at].brand == brand && self.names[at].lower == seen;
        !meaning.names.iter().any(is_written_so)
    }

    /// Names in which digits or pairs of letters stand for others (`Paypa1`).
    fn glance(&self, page: &Page<'_>, met: &mut Vec<Met>) {
        let (form, places) = confusable::form_with_places(page.folded.as_str());
        let mut found: Vec<(usize, Range<usize>)> = Vec::new();
        self.glances
            .each(&form, true, |pattern, range| found.push((pattern, range)));
        found.sort_by_key(|(_, range)| (range.end, range.start));
        for (pattern, range) in found.into_iter().take(usize::from(HITS_EACH_MAX)) {
            let folded = places[range.start]..places[range.end];
            let is_new = !met
                .iter()
                .any(|met| met.folded.start < folded.end && folded.start < met.folded.end);
            if is_new && page.borders(folded.clone()) == Some(Borders::Clean) {
                let name = self.glanced[pattern];
                let range = page.folded.original(folded.clone());
                let hit = self.names[name].hit(range, true, page.is_all(&folded));
                met.push(Met { folded, name, hit });
            }
        }
    }

    /// The longest name per place; narrow ones only in company.
    fn settle(&self, mut met: Vec<Met>) -> Vec<NameHit> {
        met.sort_by_key(|met| (met.folded.start, std::cmp::Reverse(met.folded.end)));
        let mut end = 0;
        let mut place = 0..0;
        met.retain(|met| {
            let longest = met.folded.start >= end || met.folded == place;
            if longest {
                end = met.folded.end;
                place = met.folded.clone();
            }
            longest
        });
        let strong: Vec<String> = met
            .iter()
            .filter(|met| self.names[met.name].strength > Strength::Narrow)
            .map(|met| met.hit.brand.clone())
            .collect();
        met.retain(|met| {
            let narrow = self.names[met.name].strength == Strength::Narrow;
            !narrow || met.hit.whole || strong.contains(&met.hit.brand)
        });
        met.into_iter().map(|met| met.hit).collect()
    }
}

impl Name {
    fn hit(&self, range: Range<usize>, disguised: bool, whole: bool) -> NameHit {
        NameHit {
            brand: self.brand.clone(),
            alias: self.alias.clone(),
            range,
            disguised,
            whole,
        }
    }

    /// Whether the name, where it was met, means the brand.
    fn counts(
        &self,
        page: &Page<'_>,
        range: &Range<usize>,
        borders: Borders,
        disguised: bool,
        whole: bool,
    ) -> bool {
        let original = &page.text[range.clone()];
        if self.is_by_chance(page, original) {
            return false;
        }
        match self.strength {
            Strength::Distinctive => true,
            _ if borders == Borders::Glued => false,
            _ if disguised => whole || has_foreign_letters(original),
            Strength::Narrow => original == self.alias,
            Strength::Ordinary => whole || (original == self.alias && !page.opens_sentence(range)),
        }
    }

    /// A word of a text in another script whose letters happen to look Latin.
    fn is_by_chance(&self, page: &Page<'_>, original: &str) -> bool {
        let easily = self.strength < Strength::Distinctive || self.alias.len() <= CHANCE_OCTETS_MAX;
        page.foreign
            && easily
            && self.alias.is_ascii()
            && !original.bytes().any(|byte| byte.is_ascii_alphabetic())
    }
}

impl Phrase {
    fn hit(&self, range: &Range<usize>) -> LureHit {
        LureHit {
            lure: self.lure.clone(),
            language: self.language.clone(),
            phrase: self.words.clone(),
            range: range.clone(),
        }
    }
}

fn is_glanceable(folded: &str, strength: Strength) -> bool {
    strength == Strength::Distinctive
        && folded.is_ascii()
        && folded.bytes().filter(u8::is_ascii_alphabetic).count() >= GLANCE_LETTERS_MIN
}

fn names(knowledge: &Knowledge, patterns: &mut BTreeMap<String, Meaning>) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for brand in &knowledge.brands {
        let own_name = std::iter::once(&brand.name).filter(|name| is_one_name(name));
        for alias in brand.display_aliases.iter().chain(own_name) {
            if names
                .iter()
                .any(|name| name.brand == brand.id && name.alias == *alias)
            {
                continue;
            }
            let folded = fold(alias).trim().to_owned();
            let strength = strength(&folded, brand.common_word, is_main(brand, &folded));
            for spelling in spellings(&folded, strength) {
                patterns
                    .entry(spelling)
                    .or_default()
                    .names
                    .push(names.len());
            }
            names.push(Name {
                brand: brand.id.clone(),
                alias: alias.clone(),
                lower: lower(alias),
                strength,
                alone: brand.common_aliases.contains(alias),
            });
        }
    }
    names
}

/// An alias as it is written, and with its words joined by something else than
/// spaces (`Mercado_Pago`).
fn spellings(folded: &str, strength: Strength) -> Vec<String> {
    let joints = if strength == Strength::Distinctive && folded.contains(' ') {
        JOINTS
    } else {
        &[]
    };
    let joined = joints.iter().map(|joint| folded.replace(' ', joint));
    std::iter::once(folded.to_owned()).chain(joined).collect()
}

/// Some brands are titled by several names (`Alibaba.com / AliExpress`).
fn is_one_name(name: &str) -> bool {
    !name.contains(['/', '(', ','])
}

/// Whether a folded alias is what the brand is called rather than one of its parts.
fn is_main(brand: &Brand, folded: &str) -> bool {
    folded == brand.id || fold(&brand.name).starts_with(folded)
}

fn phrases(knowledge: &Knowledge, patterns: &mut BTreeMap<String, Meaning>) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    for lure in &knowledge.lures {
        for words in &lure.words {
            for phrase in &words.phrases {
                let folded = fold(phrase).trim().to_owned();
                patterns
                    .entry(folded)
                    .or_default()
                    .phrases
                    .push(phrases.len());
                phrases.push(Phrase {
                    lure: lure.id.clone(),
                    language: words.language.clone(),
                    words: phrase.clone(),
                });
            }
        }
    }
    phrases
}
