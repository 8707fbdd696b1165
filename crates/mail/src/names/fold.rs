//! A text as it reads: everything that only changes its looks is taken away.
//!
//! Compatibility forms (mathematical, full-width, circled letters), combining
//! marks, hidden characters and look-alike letters of other scripts become plain
//! lower-case ones; runs of white space become one space. Every place of the
//! folded text leads back to the original bytes, so that a quote shows what
//! really stood there. ASCII digits and letters stay what they are: that `0`
//! looks like `o` is the matter of [`super::confusable`].

use std::ops::Range;

use unicode_normalization::char::compose;

use super::likeness::{Folding, is_voicing, spelled};

/// No more than this much of a text is folded, in octets. The text of a mail is
/// bounded before it comes here; this keeps the memory of a fold bounded too.
pub const TEXT_OCTETS_MAX: usize = 4 << 20;

/// A folded text and the way back to the original.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    text: String,
    /// Where the distance between both texts changes, in order; the first at 0.
    steps: Vec<Step>,
}

/// From `folded` on, the text stands for the original from `original` on.
#[derive(Debug, Clone, Copy)]
struct Step {
    folded: usize,
    original: usize,
    /// Byte by byte; otherwise all of it, up to the next step, is one character.
    verbatim: bool,
}

impl Folded {
    /// Folds a text, or its first [`TEXT_OCTETS_MAX`] octets.
    pub fn of(text: &str) -> Folded {
        let text = &text[..text.floor_char_boundary(TEXT_OCTETS_MAX)];
        let mut writer = Writer::with_capacity(text.len());
        let mut rest = 0;
        while rest < text.len() {
            rest += writer.plain(&text.as_bytes()[rest..], rest);
            let foreign = text[rest..].chars().next();
            if let Some(c) = foreign.filter(|c| !c.is_ascii()) {
                writer.foreign(c, rest);
                rest += c.len_utf8();
            }
        }
        writer.finish(text.len())
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a range of the folded text stands for.
    /// Hidden characters at either end are left out.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.start(range.start)..self.end(range.end)
    }

    fn start(&self, at: usize) -> usize {
        let after = self.steps.partition_point(|step| step.folded <= at);
        match self.steps.get(after.wrapping_sub(1)) {
            Some(step) if step.verbatim => step.original + (at - step.folded),
            Some(step) => step.original,
            None => at,
        }
    }

    fn end(&self, at: usize) -> usize {
        let after = self.steps.partition_point(|step| step.folded < at);
        match self.steps.get(after.wrapping_sub(1)) {
            Some(step) if step.verbatim => step.original + (at - step.folded),
            Some(step) => self
                .steps
                .get(after)
                .map_or(step.original, |next| next.original),
            None => at,
        }
    }
}

/// A text as it reads: compatibility forms, marks, hidden characters and
/// look-alike letters folded to plain lower-case ones, runs of white space to one
/// space.
pub fn fold(text: &str) -> String {
    Folded::of(text).text
}

/// The folded text while it grows.
struct Writer {
    bytes: Vec<u8>,
    steps: Vec<Step>,
}

impl Writer {
    fn with_capacity(octets: usize) -> Writer {
        Writer {
            bytes: Vec::with_capacity(octets + octets / 16),
            steps: vec![Step {
                folded: 0,
                original: 0,
                verbatim: true,
            }],
        }
    }

    /// Folds up to the first character that is not ASCII and says how far it came.
    fn plain(&mut self, text: &[u8], original: usize) -> usize {
        self.follow(original);
        let mut at = 0;
        loop {
            at += self.run(&text[at..]);
            match text.get(at) {
                Some(byte) if byte.is_ascii() => at += 1,
                _ => return at,
            }
            // A hidden character, or one more space.
            self.step(original + at, true);
        }
    }

    /// Folds as long as each octet stands for one, and says how many did.
    fn run(&mut self, text: &[u8]) -> usize {
        let mut before = self.bytes.last().copied().unwrap_or_default();
        let mut one_for_one = |&byte: &u8| {
            let folded = PLAIN[usize::from(byte)];
            let goes_on = folded != 0 && (folded != b' ' || before != b' ');
            before = folded;
            goes_on
        };
        let length = text
            .iter()
            .position(|byte| !one_for_one(byte))
            .unwrap_or(text.len());
        let folded = text[..length].iter().map(|&byte| {
            if byte < b' ' {
                b' '
            } else {
                byte.to_ascii_lowercase()
            }
        });
        self.bytes.extend(folded);
        length
    }

    fn foreign(&mut self, c: char, original: usize) {
        match Folding::of(c) {
            Folding::Gone => self.step(original + c.len_utf8(), true),
            Folding::Itself => {
                self.follow(original);
                self.push(c);
            }
            Folding::Letter(letter) => self.replace(&[letter], c, original),
            Folding::Many => self.replace(&spelled(c), c, original),
        }
    }

    fn replace(&mut self, letters: &[char], c: char, original: usize) {
        let repeats_space = letters == [' '] && self.bytes.last() == Some(&b' ');
        match letters {
            [mark] if is_voicing(*mark) => self.voice(*mark),
            _ if repeats_space => {}
            _ => {
                self.step(original, false);
                for &letter in letters {
                    self.push(letter);
                }
            }
        }
        self.step(original + c.len_utf8(), true);
    }

    /// Joins a voicing mark to the kana before it, as it is usually written; both
    /// forms have three octets. Behind anything else the mark falls off.
    fn voice(&mut self, mark: char) {
        let kana = self
            .bytes
            .last_chunk::<3>()
            .and_then(|last| std::str::from_utf8(last).ok()?.chars().next());
        let voiced = kana.and_then(|kana| compose(kana, mark));
        if let Some(voiced) = voiced.filter(|voiced| voiced.len_utf8() == 3) {
            self.bytes.truncate(self.bytes.len() - 3);
            self.push(voiced);
        }
    }

    fn push(&mut self, c: char) {
        let mut buffer = [0; 4];
        self.bytes
            .extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }

    /// Goes on byte by byte, unless it does so already.
    fn follow(&mut self, original: usize) {
        let follows = self.steps.last().is_some_and(|step| {
            step.verbatim && step.original + (self.bytes.len() - step.folded) == original
        });
        if !follows {
            self.step(original, true);
        }
    }

    fn step(&mut self, original: usize, verbatim: bool) {
        let folded = self.bytes.len();
        // Of all steps at one place the first ends what is before it and the last
        // begins what is after it; those between lead nowhere.
        if let [.., before, last] = self.steps[..]
            && before.folded == folded
            && last.folded == folded
        {
            self.steps.pop();
        }
        self.steps.push(Step {
            folded,
            original,
            verbatim,
        });
    }

    fn finish(mut self, original: usize) -> Folded {
        self.follow(original);
        // Whole characters are pushed only, so nothing is ever replaced here.
        let text = String::from_utf8(self.bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Folded {
            text,
            steps: self.steps,
        }
    }
}

/// What becomes of each ASCII character: lower case, white space as space, and 0
/// for the control characters that nobody sees and for all that is not ASCII.
static PLAIN: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'\t'..=b'\r' => b' ',
            0..=0x1f | 0x7f => 0,
            _ => byte.to_ascii_lowercase(),
        };
        byte += 1;
    }
    table
};
