//! Where a pattern may begin in folded text, and which patterns begin there.
//!
//! Names and phrases begin where a word does, so a long text is walked from word
//! to word: a small table of first octets rejects most words at once, and only for
//! the others the patterns are followed. Scripts without spaces begin a word with
//! every letter.

use std::ops::Range;

use aho_corasick::Anchored;
use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;

/// Octets by which a word is rejected. Four are enough to tell most words apart.
const PREFIX_OCTETS: usize = 4;

/// Bits of the table's address: 8 KiB, which stay in the processor's first cache.
const TABLE_BITS: u32 = 16;

/// Patterns that are followed from the beginning of a word.
#[derive(Debug)]
pub struct Starts {
    patterns: Option<NFA>,
    /// One bit for each address that the first octets of a pattern have.
    prefixes: Vec<u64>,
    /// What each octet may be.
    roles: [u8; 256],
}

/// A letter of the Latin alphabet.
const LETTER: u8 = 1;
/// Such a letter or a digit: behind a letter no word begins with it.
const JOINS: u8 = 2;
/// The first octet of a pattern.
const FIRST: u8 = 4;

impl Starts {
    /// Patterns are folded and not empty; they are numbered in their order.
    pub fn new<'p>(patterns: impl Iterator<Item = &'p [u8]> + Clone) -> Starts {
        let mut starts = Starts {
            // Building fails only beyond two thousand million states, which no folder
            // of knowledge reaches; without patterns nothing is met.
            patterns: NFA::builder().prefilter(false).build(patterns.clone()).ok(),
            prefixes: vec![0; 1 << (TABLE_BITS - 6)],
            roles: [0; 256],
        };
        for byte in (b'a'..=b'z').chain(b'0'..=b'9') {
            let letter = u8::from(byte.is_ascii_lowercase()) * LETTER;
            starts.roles[usize::from(byte)] = JOINS | letter;
        }
        patterns.for_each(|pattern| starts.mark(pattern));
        starts
    }

    fn mark(&mut self, pattern: &[u8]) {
        if let Some(&first) = pattern.first() {
            self.roles[usize::from(first)] |= FIRST;
        }
        let mut prefix = [0; PREFIX_OCTETS];
        let length = pattern.len().min(PREFIX_OCTETS);
        prefix[..length].copy_from_slice(&pattern[..length]);
        if length == PREFIX_OCTETS {
            return self.set(prefix);
        }
        // Whatever follows a very short pattern belongs to the prefix too.
        for next in 0..=u8::MAX {
            prefix[length] = next;
            if length + 1 == PREFIX_OCTETS {
                self.set(prefix);
            } else {
                self.prefixes.fill(u64::MAX);
            }
        }
    }

    fn set(&mut self, prefix: [u8; PREFIX_OCTETS]) {
        let address = address(prefix);
        self.prefixes[address / 64] |= 1 << (address % 64);
    }

    fn may_begin(&self, text: &[u8]) -> bool {
        let mut prefix = [0; PREFIX_OCTETS];
        let length = text.len().min(PREFIX_OCTETS);
        prefix[..length].copy_from_slice(&text[..length]);
        let address = address(prefix);
        self.prefixes[address / 64] >> (address % 64) & 1 == 1
    }

    /// Calls `met` with every pattern that begins at a word of the text, or, where
    /// `everywhere` is asked for, at any letter.
    pub fn each(&self, text: &[u8], everywhere: bool, mut met: impl FnMut(usize, Range<usize>)) {
        let Some(patterns) = &self.patterns else {
            return;
        };
        let mut before = 0;
        for (at, &byte) in text.iter().enumerate() {
            let role = self.roles[usize::from(byte)];
            let begins = everywhere || before & LETTER == 0 || role & JOINS == 0;
            before = role;
            if begins && role & FIRST != 0 && self.may_begin(&text[at..]) {
                follow(patterns, &text[at..], |pattern, length| {
                    met(pattern, at..at + length);
                });
            }
        }
    }
}

/// Follows all patterns that begin at the beginning of `text`.
fn follow(patterns: &NFA, text: &[u8], mut met: impl FnMut(usize, usize)) {
    let Ok(mut state) = patterns.start_state(Anchored::Yes) else {
        return;
    };
    for (at, &byte) in text.iter().enumerate() {
        state = patterns.next_state(Anchored::Yes, state, byte);
        if patterns.is_dead(state) {
            return;
        }
        if patterns.is_match(state) {
            for match_at in 0..patterns.match_len(state) {
                let pattern = patterns.match_pattern(state, match_at);
                // A state also knows the patterns that end here but began later.
                if patterns.pattern_len(pattern) == at + 1 {
                    met(pattern.as_usize(), at + 1);
                }
            }
        }
    }
}

fn address(prefix: [u8; PREFIX_OCTETS]) -> usize {
    let mixed = u32::from_le_bytes(prefix).wrapping_mul(0x9e37_79b1) >> (u32::BITS - TABLE_BITS);
    mixed as usize
}
