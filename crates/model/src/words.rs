//! A closed list of words and the place of each, found by one look instead of by trying
//! one word after another: every event that is read names a dozen of them.

/// Places in the table: a power of two, at most half of them taken.
const SLOTS: usize = 512;
const FREE: u8 = u8::MAX;

/// Where each word of a list stands.
pub(crate) struct Words {
    words: &'static [&'static str],
    slots: [u8; SLOTS],
}

impl Words {
    /// The table of a list of at most 254 words.
    pub(crate) const fn new(words: &'static [&'static str]) -> Words {
        assert!(words.len() < FREE as usize, "too many words for one table");
        let mut slots = [FREE; SLOTS];
        let mut at = 0;
        while at < words.len() {
            let mut slot = slot_of(words[at].as_bytes());
            while slots[slot] != FREE {
                slot = (slot + 1) % SLOTS;
            }
            #[expect(clippy::cast_possible_truncation, reason = "checked above")]
            let place = at as u8;
            slots[slot] = place;
            at += 1;
        }
        Words { words, slots }
    }

    /// The place of a word in the list.
    pub(crate) fn place(&self, word: &str) -> Option<usize> {
        let mut slot = slot_of(word.as_bytes());
        loop {
            let place = usize::from(self.slots[slot]);
            if *self.words.get(place)? == word {
                return Some(place);
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    /// All words.
    pub(crate) const fn all(&self) -> &'static [&'static str] {
        self.words
    }
}

/// FNV-1a, 32 bits.
const fn slot_of(word: &[u8]) -> usize {
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < word.len() {
        hash = (hash ^ word[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    ((hash ^ (hash >> 16)) as usize) % SLOTS
}

/// Reads one word of a closed list; any other is an error that names the list.
macro_rules! read_by_word {
    ($type:ty, $words:expr) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
                struct Word;
                impl serde::de::Visitor<'_> for Word {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a word of the list")
                    }

                    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<$type, E> {
                        let known = <$type>::of(word);
                        known.ok_or_else(|| E::unknown_variant(word, $words.all()))
                    }
                }
                reader.deserialize_str(Word)
            }
        }
    };
}

pub(crate) use read_by_word;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_no_other() {
        static LIST: Words = Words::new(&["one", "two", "three", ""]);
        for (place, word) in LIST.all().iter().enumerate() {
            assert_eq!(LIST.place(word), Some(place));
        }
        for other in ["on", "onee", "One", "two ", "four"] {
            assert_eq!(LIST.place(other), None, "{other}");
        }
    }
}
