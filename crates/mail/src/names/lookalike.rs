//! Hosts that imitate a brand's domain.
//!
//! Almost every host is none, so [`HostIndex::lookalike`] first asks a filter that
//! allocates nothing: does the host, its look-alike characters folded, hold a
//! brand's word where that could matter, or a label one or two typing errors away?
//! Only then is the host taken apart (`verdict`), and the most certain finding wins.
//! Whose domain it is, is not asked here.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::Anchored;
use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use sellkeep_knowledge::Knowledge;
use sellkeep_model::Domain;

use super::confusable;
use super::extent::{Extent, is_set_off, part_around};
use super::fold::fold;
use super::host_words::{HostWord, Reach, host_words};
use super::typing::Typing;
use super::words::ACCOUNT_WORDS;
use super::{Lookalike, LookalikeKind};

/// Longest host name in octets (RFC 1035 section 2.3.4), with room for the dot
/// that stands in for its borders.
const HOST_OCTETS_MAX: usize = 256;

/// Fewest letters of a word that is recognised inside a longer label although some
/// of its letters are exchanged.
const BLURRED_INSIDE_MIN: usize = 6;

/// Fewest letters of a word that is recognised with only digits or a word of
/// accounts glued to it.
const GLUED_LETTERS_MIN: usize = 4;

/// What begins a label in another script (RFC 5890 section 2.3.2.1).
const ACE_PREFIX: &str = "xn--";

/// All words of all brands, ready to be met in host names.
#[derive(Debug)]
pub struct HostIndex {
    words: Vec<HostWord>,
    /// The comparable forms of `words`, and [`ACE_PREFIX`] behind them.
    forms: Option<DFA>,
    typing: Typing,
    zones: HashSet<String>,
}

/// Where a label stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The label somebody registered.
    Registered,
    /// Left of a registered name.
    Left,
    /// Left of a zone that is handed out to strangers.
    InZone,
}

/// A finding while the best one is still sought.
struct Found<'i> {
    kind: LookalikeKind,
    word: &'i HostWord,
}

/// The comparable form of a host or label; what exceeds the buffer is cut off.
fn comparable<'b>(host: &str, buffer: &'b mut [u8; HOST_OCTETS_MAX]) -> &'b [u8] {
    let length = confusable::write(host.as_bytes(), buffer);
    &buffer[..length]
}

impl HostIndex {
    pub fn new(knowledge: &Knowledge) -> HostIndex {
        let words = host_words(&knowledge.brands);
        let forms = words.iter().map(|word| word.form.as_slice());
        HostIndex {
            // Building fails only beyond two thousand million states.
            forms: DFA::builder()
                .prefilter(false)
                .build(forms.chain([ACE_PREFIX.as_bytes()]))
                .ok(),
            typing: Typing::new(&words),
            zones: knowledge
                .zones
                .iter()
                .map(|zone| zone.domain.as_str().to_owned())
                .collect(),
            words,
        }
    }

    pub fn lookalike(&self, domain: &Domain) -> Option<Lookalike> {
        let mut buffer = [0; HOST_OCTETS_MAX];
        let form = comparable(domain.as_str(), &mut buffer);
        if !self.holds_word(form) && !self.typing.may_err(form) {
            return None;
        }
        let found = self.verdict(domain)?;
        Some(Lookalike {
            brand: found.word.brand.clone(),
            of: found.word.of.clone(),
            kind: found.kind,
        })
    }

    /// Calls `met` with every pattern of `forms`; ends when it says so.
    fn each(&self, form: &[u8], mut met: impl FnMut(usize, Range<usize>) -> bool) {
        let Some(forms) = &self.forms else { return };
        let Ok(mut state) = forms.start_state(Anchored::No) else {
            return;
        };
        for (at, &byte) in form.iter().enumerate() {
            state = forms.next_state(Anchored::No, state, byte);
            if !forms.is_special(state) || !forms.is_match(state) {
                continue;
            }
            for match_at in 0..forms.match_len(state) {
                let pattern = forms.match_pattern(state, match_at);
                let start = at + 1 - forms.pattern_len(pattern);
                if met(pattern.as_usize(), start..at + 1) {
                    return;
                }
            }
        }
    }

    /// Whether a brand's word stands where it could matter.
    fn holds_word(&self, form: &[u8]) -> bool {
        let mut holds = false;
        self.each(form, |pattern, range| {
            let matters = |word: &HostWord| may_be_inside(word) || is_set_off(form, &range);
            holds = self.words.get(pattern).is_none_or(matters);
            holds
        });
        holds
    }

    fn verdict(&self, domain: &Domain) -> Option<Found<'_>> {
        let (chosen, below) = self.chosen(domain);
        let mut best: Option<Found<'_>> = None;
        let mut place = below;
        for label in chosen.rsplit('.') {
            let found = self.in_label(label, place, domain);
            let found = found.or_else(|| self.in_other_script(label, place, domain));
            let found = found.or_else(|| self.typing_error(label, place));
            best = better(best, found);
            if place == Place::Registered {
                place = Place::Left;
            }
        }
        best
    }

    /// The part of a host that somebody chose, without the suffix, and the place of
    /// its last label.
    fn chosen<'d>(&self, domain: &'d Domain) -> (&'d str, Place) {
        let host = domain.as_str();
        if let Some(left) = self.left_of_zone(host) {
            return (left, Place::InZone);
        }
        let organisation = domain.organisation();
        let registered = organisation.find('.').unwrap_or(organisation.len());
        let end = host.len() - organisation.len() + registered;
        (&host[..end], Place::Registered)
    }

    fn left_of_zone<'d>(&self, host: &'d str) -> Option<&'d str> {
        host.match_indices('.')
            .find(|(dot, _)| self.zones.contains(&host[dot + 1..]))
            .map(|(dot, _)| &host[..dot])
    }

    fn in_label(&self, label: &str, place: Place, domain: &Domain) -> Option<Found<'_>> {
        let mut buffer = [0; HOST_OCTETS_MAX];
        let form = comparable(label, &mut buffer);
        let mut best = None;
        self.each(form, |pattern, range| {
            if let Some(word) = self.words.get(pattern)
                && !self
                    .typing
                    .is_in_own_word(form, &part_around(form, &range), &range)
            {
                let seen = Seen {
                    place,
                    plain: is_plain(label, form.len(), &range, &word.text),
                    extent: Extent::of(form, range),
                };
                let kind = seen.kind(word, label, domain);
                let found = kind.map(|kind| Found { kind, word });
                best = better(best.take(), found);
            }
            false
        });
        best
    }

    /// A label in another script that reads as a brand's word, or holds it.
    fn in_other_script(&self, label: &str, place: Place, domain: &Domain) -> Option<Found<'_>> {
        if !label.starts_with(ACE_PREFIX) {
            return None;
        }
        let seen = Domain::parse(label).ok()?.to_unicode();
        let folded = fold(&seen);
        let mut found = self.in_label(&folded, place, domain)?;
        if !seen.contains(&found.word.text) {
            found.kind = LookalikeKind::Confusable;
        }
        Some(found)
    }

    fn typing_error(&self, label: &str, place: Place) -> Option<Found<'_>> {
        if place == Place::Left {
            return None;
        }
        let mut buffer = [0; HOST_OCTETS_MAX];
        let form = comparable(label, &mut buffer);
        let word = self.typing.meant_by(form, &self.words)?;
        let kind = LookalikeKind::Typo;
        Some(Found { kind, word })
    }
}

/// What is seen of a word in a label.
struct Seen {
    place: Place,
    /// Letter by letter, without exchanged characters.
    plain: bool,
    extent: Extent,
}

impl Seen {
    fn may_be_glued(&self, word: &HostWord) -> bool {
        word.reach == Reach::Inside || (self.extent == Extent::Glued && may_be_inside(word))
    }

    fn is_set_off(&self) -> bool {
        matches!(self.extent, Extent::Whole | Extent::Part)
    }

    fn kind(&self, word: &HostWord, label: &str, domain: &Domain) -> Option<LookalikeKind> {
        if word.reach == Reach::Ordinary {
            return self.kind_of_ordinary(word, label, domain);
        }
        let blurred_inside = word.reach == Reach::Inside
            && word.form.len() >= BLURRED_INSIDE_MIN
            && self.place != Place::Left;
        if !self.plain {
            return (self.is_set_off() || blurred_inside).then_some(LookalikeKind::Confusable);
        }
        if let Some(variant) = word.variant {
            return self.is_set_off().then_some(variant);
        }
        match self.place {
            Place::Registered if self.extent == Extent::Whole => Some(LookalikeKind::OtherSuffix),
            Place::Registered if self.is_set_off() => Some(LookalikeKind::AddedWord),
            Place::Left | Place::InZone if self.is_set_off() => Some(LookalikeKind::Subdomain),
            Place::Left if self.extent == Extent::Glued && word.reach == Reach::Inside => {
                Some(LookalikeKind::Subdomain)
            }
            Place::Registered | Place::InZone if self.may_be_glued(word) => {
                Some(LookalikeKind::Inside)
            }
            _ => None,
        }
    }

    /// An ordinary word needs more around it before it means the brand.
    fn kind_of_ordinary(
        &self,
        word: &HostWord,
        label: &str,
        domain: &Domain,
    ) -> Option<LookalikeKind> {
        if !self.is_set_off() {
            return None;
        }
        match self.place {
            _ if word.own_domains.iter().any(|own| has_inside(domain, own)) => {
                Some(LookalikeKind::Subdomain)
            }
            Place::Registered if self.extent == Extent::Whole && !self.plain => {
                Some(LookalikeKind::Confusable)
            }
            Place::Registered if has_account_word(label) => Some(LookalikeKind::AddedWord),
            Place::InZone if has_account_word(label) => Some(LookalikeKind::Subdomain),
            _ => None,
        }
    }
}

/// The more certain finding; of two alike the one with the longer word, which says
/// more, and else the first.
fn better<'i>(one: Option<Found<'i>>, other: Option<Found<'i>>) -> Option<Found<'i>> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let rank = |found: &Found<'_>| (found.kind, std::cmp::Reverse(found.word.form.len()));
            Some(if rank(&other) < rank(&one) {
                other
            } else {
                one
            })
        }
        (one, other) => one.or(other),
    }
}

/// Whether a word stands in a label letter by letter. Where both have as many
/// octets as their forms, the places are the same.
fn is_plain(label: &str, form_octets: usize, range: &Range<usize>, text: &str) -> bool {
    if label.len() == form_octets && text.len() == range.len() {
        label.as_bytes().get(range.clone()) == Some(text.as_bytes())
    } else {
        label.contains(text)
    }
}

/// Whether a word may count with letters or digits glued to it.
fn may_be_inside(word: &HostWord) -> bool {
    word.reach == Reach::Inside
        || (word.reach == Reach::Part && word.form.len() >= GLUED_LETTERS_MIN)
}

fn has_account_word(label: &str) -> bool {
    label
        .split(['-', '_'])
        .any(|token| ACCOUNT_WORDS.contains(&token))
}

/// Whether `own` stands in the host, on label borders and not at its end.
fn has_inside(domain: &Domain, own: &str) -> bool {
    let host = domain.as_str();
    host.match_indices(own).any(|(at, _)| {
        let starts = at == 0 || host[..at].ends_with(['.', '-']);
        starts && host[at + own.len()..].starts_with(['.', '-'])
    })
}
