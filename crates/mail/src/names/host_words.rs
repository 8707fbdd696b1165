//! The words by which a host name claims a brand.
//!
//! A brand's look-alike words are of two kinds: true words (`amazon`,
//! `sellercentral`) and imitations of them that have been seen (`amazom`). Which is
//! which follows from the brand's names. How far a word reaches depends on its
//! length and on whether it is an ordinary one.

use sellkeep_knowledge::{Brand, BrandKind};

use super::LookalikeKind;
use super::confusable;
use super::distance;
use super::fold::fold;
use super::words::{NEVER_HOST_WORDS, is_ordinary};

/// Fewest letters of a word that is recognised inside a longer label.
const INSIDE_LETTERS_MIN: usize = 6;

/// Fewest letters of an alias that serves as a word without being listed as one.
const ALIAS_LETTERS_MIN: usize = 6;

/// Where a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Between hyphens, beside another word that speaks of accounts.
    Ordinary,
    /// Between hyphens or as a whole label.
    Part,
    /// Anywhere in a label.
    Inside,
}

/// One word of one brand.
#[derive(Debug)]
pub struct HostWord {
    /// The brand's id.
    pub brand: String,
    /// As it stands in a host name.
    pub text: String,
    /// Its comparable form.
    pub form: Vec<u8>,
    /// The true word that it is or imitates.
    pub of: String,
    /// How it imitates that word; `None` for true words.
    pub variant: Option<LookalikeKind>,
    /// Where it counts.
    pub reach: Reach,
    /// One word, not several written together: only in such a one a typing error
    /// is looked for, as the others hold a brand's word anyway.
    pub is_single: bool,
    /// The brand's own registered domains, for ordinary words, which need such company.
    pub own_domains: Vec<String>,
}

/// All words of all brands.
pub fn host_words(brands: &[Brand]) -> Vec<HostWord> {
    brands.iter().flat_map(words_of).collect()
}

fn words_of(brand: &Brand) -> Vec<HostWord> {
    let names = names(brand);
    let listed: Vec<String> = brand
        .lookalike_words
        .iter()
        .map(|word| fold(word))
        .collect();
    let long = names
        .iter()
        .filter(|name| squeezed(name).len() >= ALIAS_LETTERS_MIN && !is_ordinary(name));
    let true_words: Vec<String> = names
        .iter()
        .map(|name| squeezed(name))
        .filter(|word| !word.is_empty())
        .collect();
    let joined = listed.iter().map(|word| squeezed(word));
    let mut words: Vec<HostWord> = listed
        .iter()
        .cloned()
        .chain(joined)
        .chain(long.map(|name| squeezed(name)))
        .filter(|text| is_host_word(text))
        .map(|text| host_word(brand, &true_words, text))
        .collect();
    words.sort_by(|one, other| one.text.cmp(&other.text));
    words.dedup_by(|one, other| one.text == other.text);
    words
}

/// The brand's names in folded form.
fn names(brand: &Brand) -> Vec<String> {
    let aliases = brand.display_aliases.iter().chain([&brand.name, &brand.id]);
    aliases
        .map(|name| fold(name).trim().to_owned())
        .filter(|name| !name.contains(['.', '@', '/', '(', ',']))
        .collect()
}

fn squeezed(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\''))
        .collect()
}

fn is_host_word(text: &str) -> bool {
    let fits = (3..=distance::WORD_OCTETS_MAX).contains(&text.len());
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    fits && plain && !NEVER_HOST_WORDS.contains(&text)
}

fn host_word(brand: &Brand, true_words: &[String], mut text: String) -> HostWord {
    let imitated = imitated(true_words, &text);
    let form = confusable::form(&text);
    let mut variant = imitated.as_ref().map(|(_, kind)| *kind);
    let of = imitated.map_or_else(|| text.clone(), |(word, _)| word.clone());
    if confusable::form(&of) == form {
        // The true word stands for all that reads like it.
        text.clone_from(&of);
        variant = None;
    }
    let others = true_words
        .iter()
        .filter(|word| word.len() >= 4 && **word != of);
    let reach = reach(brand, &of, &form);
    HostWord {
        brand: brand.id.clone(),
        reach,
        variant,
        is_single: !others.into_iter().any(|word| of.contains(word.as_str())),
        own_domains: if reach == Reach::Ordinary {
            own_domains(brand)
        } else {
            Vec::new()
        },
        text,
        form,
        of,
    }
}

/// The true word that a listed word imitates, and how.
fn imitated<'t>(true_words: &'t [String], text: &str) -> Option<(&'t String, LookalikeKind)> {
    if true_words.iter().any(|word| word == text) {
        return None;
    }
    let form = confusable::form(text);
    let same = |word: &&String| squeezed(text) == **word || confusable::form(word) == form;
    if let Some(word) = true_words.iter().find(same) {
        return Some((word, LookalikeKind::Confusable));
    }
    let errors =
        |word: &String| distance::within(word.as_bytes(), text.as_bytes(), errors_max(word));
    let nearest = true_words
        .iter()
        .filter_map(|word| Some((errors(word)?, word)))
        .min();
    nearest.map(|(_, word)| (word, LookalikeKind::Typo))
}

/// How many errors a listed imitation may hold; short words would meet anything.
fn errors_max(word: &str) -> u8 {
    if word.len() < 4 { 0 } else { 2 }
}

fn reach(brand: &Brand, of: &str, form: &[u8]) -> Reach {
    let is_main = of == brand.id || of == squeezed(&fold(&brand.name));
    // Half the web names these honestly in its hosts (`googlegroups`, `outlook-export`).
    let is_everywhere = matches!(
        brand.kind,
        BrandKind::Adjacent | BrandKind::Cloud | BrandKind::Mailbox
    );
    if is_everywhere || is_ordinary(of) || (brand.common_word && is_main) {
        Reach::Ordinary
    } else if form.len() < INSIDE_LETTERS_MIN {
        Reach::Part
    } else {
        Reach::Inside
    }
}

/// The domains that the brand registered.
fn own_domains(brand: &Brand) -> Vec<String> {
    let mail = brand
        .mail_domains
        .iter()
        .map(|mail| mail.domain.organisation());
    let web = brand.web_hosts.iter().map(|web| web.host.organisation());
    let mut domains: Vec<String> = mail.chain(web).map(str::to_owned).collect();
    domains.sort();
    domains.dedup();
    domains
}
