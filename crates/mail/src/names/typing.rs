//! Labels that are one or two typing errors away from a brand's word.
//!
//! Strict, because a host name is quickly close to some word: only distinctive
//! words, only labels that begin as the word does, and nothing that is a word of
//! its own ([`NO_TYPING_ERRORS`]). Forms of `confusable` are compared.

use std::collections::HashSet;
use std::ops::Range;

use super::confusable;
use super::distance;
use super::host_words::{HostWord, Reach};
use super::words::NO_TYPING_ERRORS;

/// Fewest letters of a word in which an error is looked for.
const LETTERS_MIN: usize = 5;
/// Fewest letters of a word of which a hyphenated part may hold an error.
const PART_LETTERS_MIN: usize = 6;
/// Fewest letters of a word in which two errors are looked for.
const TWO_ERRORS_LETTERS_MIN: usize = 8;

/// The words in which errors are looked for.
#[derive(Debug)]
pub struct Typing {
    /// By first letter.
    targets: Vec<Vec<Target>>,
    /// By first letter, the lengths (as bits) that a label may have.
    lengths: [u32; 256],
    /// Forms that are words of their own.
    own_words: HashSet<Vec<u8>>,
    /// Those of them that contain a brand's word.
    containing: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Target {
    /// Place among the host words.
    word: usize,
    form: Vec<u8>,
    letters: u64,
    errors_max: u8,
}

impl Typing {
    pub fn new(words: &[HostWord]) -> Typing {
        let mut own_words: HashSet<Vec<u8>> = NO_TYPING_ERRORS
            .iter()
            .map(|word| confusable::form(word))
            .collect();
        own_words.extend(words.iter().map(|word| word.form.clone()));
        let containing = containing(words);
        let mut targets: Vec<Vec<Target>> = (0..256).map(|_| Vec::new()).collect();
        let mut lengths = [0; 256];
        for target in words.iter().enumerate().filter_map(target) {
            let first = usize::from(target.form[0]);
            for length in target.lengths() {
                lengths[first] |= 1 << length;
            }
            targets[first].push(target);
        }
        Typing {
            targets,
            lengths,
            own_words,
            containing,
        }
    }

    /// Whether a brand's word is only a piece of another word (`bancoamazonia`).
    /// `part` is what stands between hyphens around `range`.
    pub fn is_in_own_word(&self, form: &[u8], part: &Range<usize>, range: &Range<usize>) -> bool {
        part != range
            && self.containing.iter().any(|own| {
                let first = range.end.saturating_sub(own.len()).max(part.start);
                (first..=range.start).any(|at| form[at..part.end].starts_with(own))
                    && own.len() > range.len()
            })
    }

    /// Whether any part of the host but its last label may hold an error; quick.
    pub fn may_err(&self, host: &[u8]) -> bool {
        let end = host
            .iter()
            .rposition(|&byte| byte == b'.')
            .unwrap_or(host.len());
        host[..end]
            .split(|&byte| byte == b'.')
            .any(|label| self.parts(label).any(|part| self.near(part).is_some()))
    }

    /// The word meant by a label that holds an error.
    pub fn meant_by<'w>(&self, label: &[u8], words: &'w [HostWord]) -> Option<&'w HostWord> {
        let target = self.parts(label).find_map(|part| {
            self.near(part)
                .filter(|_| !self.own_words.contains(part))
                .filter(|target| part.len() == label.len() || target.may_be_part(part))
        })?;
        words.get(target.word)
    }

    /// The parts between hyphens that have the first letter and the length of a
    /// word; a label without hyphens is its own part.
    fn parts<'l>(&self, label: &'l [u8]) -> impl Iterator<Item = &'l [u8]> {
        label.split(|&byte| byte == b'-').filter(|part| {
            let lengths = part
                .first()
                .map_or(0, |&first| self.lengths[usize::from(first)]);
            part.len() < 32 && lengths & (1 << part.len()) != 0
        })
    }

    fn near(&self, part: &[u8]) -> Option<&Target> {
        let letters = letters(part);
        self.targets[usize::from(part[0])].iter().find(|target| {
            (target.letters ^ letters).count_ones() <= 2 * u32::from(target.errors_max)
                && target.is_near(part)
        })
    }
}

impl Target {
    fn lengths(&self) -> impl Iterator<Item = usize> {
        let errors = usize::from(self.errors_max);
        self.form.len() - errors..=self.form.len() + errors
    }

    /// Two errors count only where both ends are as they should be: further
    /// apart it is another word.
    fn is_near(&self, part: &[u8]) -> bool {
        match distance::within(part, &self.form, self.errors_max) {
            None | Some(0) => false,
            Some(1) => self.form.len() > LETTERS_MIN || part.last() == self.form.last(),
            Some(_) => part[..2] == self.form[..2] && part.last() == self.form.last(),
        }
    }

    fn may_be_part(&self, part: &[u8]) -> bool {
        self.form.len() >= PART_LETTERS_MIN && distance::within(part, &self.form, 1).is_some()
    }
}

/// The forms of [`NO_TYPING_ERRORS`] that contain a word of a brand.
fn containing(words: &[HostWord]) -> Vec<Vec<u8>> {
    let holds = |own: &Vec<u8>, word: &HostWord| {
        own.len() > word.form.len() && own.windows(word.form.len()).any(|part| part == word.form)
    };
    NO_TYPING_ERRORS
        .iter()
        .map(|own| confusable::form(own))
        .filter(|own| words.iter().any(|word| holds(own, word)))
        .collect()
}

fn target((at, word): (usize, &HostWord)) -> Option<Target> {
    let length = word.form.len();
    let is_target = word.reach == Reach::Inside
        && word.variant.is_none()
        && word.is_single
        && !word.text.contains('-');
    let fits = (LETTERS_MIN..distance::WORD_OCTETS_MAX - 2).contains(&length);
    (is_target && fits).then(|| Target {
        word: at,
        letters: letters(&word.form),
        errors_max: 1 + u8::from(length >= TWO_ERRORS_LETTERS_MIN),
        form: word.form.clone(),
    })
}

/// Which letters and digits occur, as bits.
fn letters(form: &[u8]) -> u64 {
    form.iter().fold(0, |set, byte| set | 1 << (byte & 63))
}
