//! Look-alike domains: how a host imitates a brand's.
//!
//! Works on names alone, without allocating for the many hosts that imitate
//! nobody. The caller has made sure that the host is not a brand's own. Not
//! here: whether the mail is signed, what the text says.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use sellkeep_knowledge::{BrandKind, Knowledge};
use sellkeep_model::Domain;

use super::confusable::{confuse, confuse_into};
use super::fold::fold;
use super::{Lookalike, LookalikeKind, NameIndex};

/// A brand's word shorter than this must be a whole label or a hyphenated part.
const DISTINCTIVE_BYTES_MIN: usize = 5;
/// A word shorter than this is too near to too many others to be mistyped into.
const TYPO_BYTES_MIN: usize = 6;

/// Ordinary names one typing error away from a brand's, which belong to others.
const HONEST_NEIGHBOURS: &[&str] = &[
    "amazone", "amazons", "amazonia", "paypals", "targets", "shopifly", "stripes", "striped",
    "zalandos", "rakutens", "squares", "googles", "alibabas", "walmarts", "minted", "mercari",
    "shopping",
];

/// The brands' words, confused, with an automaton over them.
#[derive(Debug)]
pub(super) struct Alike {
    automaton: Option<AhoCorasick>,
    words: Vec<Word>,
    /// Words to be mistyped into, by length and first byte, and by length and last byte.
    typo: Vec<Vec<u16>>,
}

#[derive(Debug)]
struct Word {
    brand: String,
    written: String,
    confused: Vec<u8>,
    /// Strangers' hosts honestly hold the words of these brands (`googlegroups.com`).
    only_disguised: bool,
}

const LENGTHS_MAX: usize = 32;

impl Alike {
    pub(super) fn new(knowledge: &Knowledge) -> Alike {
        let mut words: Vec<Word> = Vec::new();
        for brand in &knowledge.brands {
            let only_disguised = matches!(
                brand.kind,
                BrandKind::Adjacent | BrandKind::Mailbox | BrandKind::Cloud
            );
            for word in &brand.lookalike_words {
                let ordinary = brand.common_word && word.eq_ignore_ascii_case(&brand.name)
                    || brand
                        .common_aliases
                        .iter()
                        .any(|alias| alias.eq_ignore_ascii_case(word));
                let confused = confuse(word).into_bytes();
                if !ordinary && !words.iter().any(|known| known.confused == confused) {
                    words.push(Word {
                        brand: brand.id.clone(),
                        written: word.clone(),
                        confused,
                        only_disguised,
                    });
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|word| &word.confused))
            .ok();
        let typo = typo_table(&words);
        Alike {
            automaton,
            words,
            typo,
        }
    }

    fn find(&self, host: &Domain) -> Option<Lookalike> {
        let name = host.as_str();
        if name.contains("xn--") {
            return self.find_unicode(host);
        }
        let mut stack = Vec::new();
        let (confused, origins) = if needs_confusing(name.as_bytes()) {
            let mut origins = Vec::with_capacity(name.len());
            stack.reserve(name.len());
            confuse_into(name.as_bytes(), &mut stack, Some(&mut origins));
            (stack.as_slice(), Some(origins))
        } else {
            (name.as_bytes(), None)
        };
        let hits = self.automaton.as_ref()?.find_iter(confused);
        for hit in hits {
            let origin = |at: usize| {
                origins.as_ref().map_or(at, |origins| {
                    origins.get(at).map_or(name.len(), |at| usize::from(*at))
                })
            };
            let range = origin(hit.start())..origin(hit.end());
            if let Some(found) = classify(host, &self.words[hit.pattern().as_usize()], range) {
                return Some(found);
            }
        }
        self.mistyped(host, confused)
    }

    /// A label written in another script that reads like a brand's word.
    fn find_unicode(&self, host: &Domain) -> Option<Lookalike> {
        for label in host.to_unicode().split('.') {
            if label.is_ascii() {
                continue;
            }
            let reads = confuse(&fold(label).text);
            let hit = self.automaton.as_ref()?.find(&reads)?;
            let word = &self.words[hit.pattern().as_usize()];
            let long = word.written.len() >= DISTINCTIVE_BYTES_MIN || hit.len() == reads.len();
            if long {
                return Some(Lookalike {
                    brand: word.brand.clone(),
                    of: word.written.clone(),
                    kind: LookalikeKind::Confusable,
                });
            }
        }
        None
    }

    /// One changed, missing, added or swapped letter in the registered label.
    fn mistyped(&self, host: &Domain, confused: &[u8]) -> Option<Lookalike> {
        // The label before the last dot, or before the last two: the suffix is asked for only on a hit.
        let mut labels = confused.rsplit(|byte| *byte == b'.').skip(1);
        let candidates = [labels.next(), labels.next()];
        for label in candidates.into_iter().flatten() {
            let near = self.near(label);
            let Some(word) = near else {
                continue;
            };
            let registered = host.organisation().split('.').next().unwrap_or_default();
            let same = confuse(registered).as_bytes() == label;
            if same && !HONEST_NEIGHBOURS.contains(&registered) && !word.only_disguised {
                return Some(Lookalike {
                    brand: word.brand.clone(),
                    of: word.written.clone(),
                    kind: LookalikeKind::Typo,
                });
            }
        }
        None
    }

    fn near(&self, label: &[u8]) -> Option<&Word> {
        let (first, last) = (*label.first()?, *label.last()?);
        if label.len() + 1 < TYPO_BYTES_MIN || label.len() >= LENGTHS_MAX {
            return None;
        }
        [slot(label.len(), first, 0), slot(label.len(), last, 1)]
            .into_iter()
            .filter_map(|slot| self.typo.get(slot))
            .flatten()
            .map(|at| &self.words[usize::from(*at)])
            .find(|word| is_one_change(&word.confused, label))
    }
}

/// Says how a word stands in a host.
fn classify(host: &Domain, word: &Word, range: std::ops::Range<usize>) -> Option<Lookalike> {
    let name = host.as_str();
    let label_start = name[..range.start].rfind('.').map_or(0, |at| at + 1);
    let label_end = name[range.end..]
        .find('.')
        .map_or(name.len(), |at| range.end + at);
    let suffix = host.public_suffix();
    let suffix_start = name.len() - suffix.len();
    if label_start >= suffix_start && suffix.len() < name.len() {
        return None;
    }
    let is_border = |at: Option<u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let before = range.start.checked_sub(1).map(|at| name.as_bytes()[at]);
    let alone = is_border(before) && is_border(name.as_bytes().get(range.end).copied());
    let whole = label_start == range.start && label_end == range.end;
    let disguised = name[range.clone()] != *word.written
        && !is_spelling_of(&name[range.clone()], &word.written);
    if !alone && word.written.len() < DISTINCTIVE_BYTES_MIN {
        return None;
    }
    let registered = host.organisation();
    let label = &name[label_start..label_end];
    if HONEST_NEIGHBOURS.contains(&label) {
        return None;
    }
    let in_registered =
        label_end + 1 + suffix.len() >= name.len() || registered == name && !name.contains('.');
    let kind = match (disguised, alone, whole, in_registered) {
        (true, ..) => LookalikeKind::Confusable,
        (false, _, true, true) => LookalikeKind::OtherSuffix,
        (false, true, _, true) => LookalikeKind::AddedWord,
        (false, true, _, false) => LookalikeKind::Subdomain,
        (false, false, ..) => LookalikeKind::Inside,
    };
    let harmless = word.only_disguised && kind != LookalikeKind::Confusable;
    (!harmless).then(|| Lookalike {
        brand: word.brand.clone(),
        of: word.written.clone(),
        kind,
    })
}

/// Whether two spellings are the same word with `i` for itself: `confuse` joins
/// `i` and `l`, so an honest `i` must not count as a disguise.
fn is_spelling_of(written: &str, word: &str) -> bool {
    written.replace('-', "") == word.replace('-', "")
}

fn needs_confusing(name: &[u8]) -> bool {
    name.windows(2).any(|pair| pair == b"rn" || pair == b"vv")
        || name
            .iter()
            .any(|byte| matches!(byte, b'0' | b'1' | b'5' | b'i'))
}

fn slot(len: usize, byte: u8, side: usize) -> usize {
    (len * 256 + usize::from(byte)) * 2 + side
}

/// Each word under every label length that one change can lead to.
fn typo_table(words: &[Word]) -> Vec<Vec<u16>> {
    let mut table = vec![Vec::new(); LENGTHS_MAX * 256 * 2];
    for (at, word) in words.iter().enumerate() {
        let len = word.confused.len();
        if !(TYPO_BYTES_MIN..LENGTHS_MAX - 1).contains(&len) {
            continue;
        }
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        for other in len - 1..=len + 1 {
            table[slot(other, word.confused[0], 0)].push(at);
            table[slot(other, word.confused[len - 1], 1)].push(at);
        }
    }
    table
}

/// Whether one letter was changed, left out or put in, or two neighbours swapped.
fn is_one_change(word: &[u8], label: &[u8]) -> bool {
    let head = word.iter().zip(label).take_while(|(a, b)| a == b).count();
    let (word, label) = (&word[head..], &label[head..]);
    let tail = word
        .iter()
        .rev()
        .zip(label.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (word, label) = (&word[..word.len() - tail], &label[..label.len() - tail]);
    match (word, label) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        // Nothing changed, or more than one letter.
        _ => false,
    }
}

impl NameIndex {
    /// Whether a domain that is not a brand's own imitates one. The caller has
    /// made sure that it is neither a brand's nor known for something else.
    pub fn lookalike(&self, domain: &Domain) -> Option<Lookalike> {
        self.alike.find(domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        let index = NameIndex::new(&Knowledge::builtin().unwrap());
        let got = index.lookalike(&Domain::parse(name).unwrap());
        let got = got.map_or_else(
            || "nobody".to_owned(),
            |alike| format!("{} {:?}", alike.brand, alike.kind),
        );
        assert_eq!(got, expected, "for {name}");
    }

    #[test]
    fn imitations() {
        check("arnazon.com", "amazon Confusable");
        check("amaz0n-help.net", "amazon Confusable");
        check("\u{430}mazon.com", "amazon Confusable");
        check("paypa1.com", "paypal Confusable");
        check("amazon-verify.com", "amazon AddedWord");
        check("secure-ebay.net", "ebay AddedWord");
        check("amazon.com.evil.org", "amazon Subdomain");
        check("paypal.firebaseapp.com", "paypal OtherSuffix");
        check("x.amazon.desecur.xyz", "amazon Subdomain");
        check("mercadolivre.br", "mercadolibre OtherSuffix");
        check("mercadolivre", "mercadolibre OtherSuffix");
        check("757772922452171zalando.de", "zalando Inside");
        check("amazom.com", "amazon OtherSuffix");
        check("walmrat.com", "walmart Typo");
    }

    #[test]
    fn honest_names() {
        for name in [
            "example.com",
            "modern.org",
            "googlegroups.com",
            "stripes.com",
            "likewise.com",
            "targetmarketing.com",
            "metallica.com",
            "ebaymotorblog.example.com",
            "community.org",
        ] {
            check(name, "nobody");
        }
    }
}
