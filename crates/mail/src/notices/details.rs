//! Reads the details that a notice says it holds: where they stand is data, how they
//! are written is one of a few forms.
//!
//! Private names leave only as masked text and keyed digest.

use sellkeep_knowledge::{Detail, DetailForm};
use sellkeep_model::{DigestKey, Field, Fields, Value, masked_address};

use super::money;
use super::page::{Page, Pages};
use crate::names::fold;
use crate::printable;

/// How far behind its words a detail begins, in octets; further off it is another's.
const REACH_OCTETS_MAX: usize = 80;
/// Longest words that are kept of a place, a device, an application.
const WORDS_CHARS_MAX: usize = 80;
/// Digits of an account's number that are kept.
const TAIL_DIGITS: std::ops::RangeInclusive<usize> = 2..=4;
/// Fewest digits of an order's number behind a word that introduces it.
const ORDER_DIGITS_MIN: usize = 6;
/// Fewest digits of one that stands alone, in three groups: more than a telephone's.
const LONE_ORDER_DIGITS_MIN: usize = 16;

/// Reads all details, the text before the subject.
pub(crate) fn read(details: &[&Detail], pages: &Pages<'_>, key: &DigestKey) -> Fields {
    let mut fields = Fields::new();
    for detail in details {
        if fields.get(detail.field).is_some() {
            continue;
        }
        let mut pages = [&pages.text, &pages.subject].into_iter();
        pages.any(|page| read_one(detail, page, key, &mut fields));
    }
    fields
}

fn read_one(detail: &Detail, page: &Page<'_>, key: &DigestKey, fields: &mut Fields) -> bool {
    if let Some(value) = &detail.value {
        fields.set(detail.field, value.as_str());
        return true;
    }
    if detail.after.is_empty() {
        return take(detail, page, 0, key, fields);
    }
    let mut marks = detail.after.iter();
    marks.any(|mark| places(page, mark).any(|at| take(detail, page, at, key, fields)))
}

/// Where a mark ends, wherever it stands in the folded text.
fn places<'p>(page: &'p Page<'_>, mark: &str) -> impl Iterator<Item = usize> + 'p {
    let mark = fold(mark);
    let mark = mark.trim().to_owned();
    let length = mark.len();
    let found = memchr::memmem::find_iter(page.text().as_bytes(), mark.as_bytes());
    let found: Vec<usize> = found.take(16).map(|at| at + length).collect();
    found.into_iter()
}

fn take(detail: &Detail, page: &Page<'_>, at: usize, key: &DigestKey, fields: &mut Fields) -> bool {
    let rest = page.text().get(at..).unwrap_or_default();
    let near = &rest[..rest.floor_char_boundary(REACH_OCTETS_MAX)];
    let reach = if detail.after.is_empty() { rest } else { near };
    match detail.form {
        DetailForm::Tail => set(fields, detail.field, tail(near)),
        DetailForm::Order => set(fields, detail.field, order(reach, detail.after.is_empty())),
        DetailForm::Words => set(fields, detail.field, words(page, at)),
        DetailForm::Amount => sum(as_written(page, at), fields),
        DetailForm::Address => address(near, detail.field, key, fields),
        DetailForm::Fixed => false,
    }
}

fn set(fields: &mut Fields, field: Field, value: Option<impl Into<Value>>) -> bool {
    let is_there = value.is_some();
    fields.set_if(field, value);
    is_there
}

/// The mail's own words behind a place of the folded text.
fn as_written<'p>(page: &Page<'p>, at: usize) -> &'p str {
    let start = match at {
        0 => 0,
        _ => page.folded.original(at..at).end,
    };
    page.original.get(start..).unwrap_or_default()
}

fn sum(text: &str, fields: &mut Fields) -> bool {
    let Some((amount, currency)) = money::first(text) else {
        return false;
    };
    fields.set(Field::Amount, amount);
    fields.set(Field::Currency, currency);
    true
}

/// The digits right behind the words, masks and punctuation left out.
fn tail(text: &str) -> Option<String> {
    let is_mask = |c: char| !c.is_alphanumeric() || c == 'x';
    let digits = text.trim_start_matches(is_mask);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let last = length.saturating_sub(*TAIL_DIGITS.end());
    let tail = &digits[last..length];
    TAIL_DIGITS.contains(&tail.len()).then(|| tail.to_owned())
}

/// An order's number: digits in groups; where no word introduces it, in three groups.
fn order(text: &str, anywhere: bool) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == '-';
    let mut runs = text.split(|c| !is_part(c));
    let found = runs.find(|run| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let groups = run.split('-').filter(|group| group.len() >= 3).count();
        if anywhere {
            digits >= LONE_ORDER_DIGITS_MIN && groups == 3
        } else {
            digits >= ORDER_DIGITS_MIN
        }
    });
    found.map(|run| run.trim_matches('-').to_owned())
}

/// The words behind a place of the folded text, as they stand in the mail, to the end
/// of the line.
fn words(page: &Page<'_>, at: usize) -> Option<String> {
    let rest = as_written(page, at);
    let line = rest.trim_start_matches([' ', ':', '\u{ff1a}', '\u{a0}']);
    let line = line.lines().next().unwrap_or_default();
    let short: String = line.chars().take(WORDS_CHARS_MAX).collect();
    let shown = printable::line(short.trim().trim_end_matches('.'));
    (!shown.is_empty()).then_some(shown)
}

/// A mail address, kept as masked text and keyed digest only.
fn address(text: &str, field: Field, key: &DigestKey, fields: &mut Fields) -> bool {
    let is_border = |c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c) || !c.is_ascii();
    let mut words = text.split(is_border);
    let Some(address) = words.find(|word| is_address(word)) else {
        return false;
    };
    let address = address.trim_end_matches('.');
    let digest = match field {
        Field::User => Field::UserDigest,
        _ => Field::AddressDigest,
    };
    fields.set(field, masked_address(address));
    fields.set(digest, key.digest(address));
    true
}

fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::super::phrases::PhraseList;
    use super::*;

    fn check(form: DetailForm, field: Field, after: &[&str], text: &str, expected: &str) {
        let phrases = PhraseList::default().finish();
        let pages = Pages::of("", text, &phrases);
        let detail = Detail {
            field,
            form,
            after: after.iter().map(|&mark| mark.to_owned()).collect(),
            value: None,
        };
        let fields = read(&[&detail], &pages, &DigestKey::new([1; 32]));
        let shown = fields.get(field).map(|value| value.shown().into_owned());
        assert_eq!(shown.unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn tails_keep_the_last_digits_only() {
        let check = |text, expected| {
            check(
                DetailForm::Tail,
                Field::Tail,
                &["ending in", "\u{672b}\u{5c3e}"],
                text,
                expected,
            );
        };
        check("account ending in 677.", "677");
        check("account Ending  in: ***1234", "1234");
        check("account ending in 123456789", "6789");
        check(
            "\u{9280}\u{884c}\u{53e3}\u{5ea7}\u{ff08}\u{672b}\u{5c3e}\u{ff16}\u{ff17}\u{ff17}\u{ff09}\u{306b}",
            "677",
        );
        check("ending in tears, 677", "");
        check("ending in", "");
    }

    #[test]
    fn orders_places_and_addresses() {
        check(
            DetailForm::Order,
            Field::Order,
            &[],
            "Order 112-1234567-7654321 of 2026-03-02",
            "112-1234567-7654321",
        );
        check(
            DetailForm::Order,
            Field::Order,
            &[],
            "call 888-555-0100",
            "",
        );
        check(
            DetailForm::Order,
            Field::Order,
            &["order #"],
            "Order #3300000001]",
            "3300000001",
        );
        check(
            DetailForm::Words,
            Field::Place,
            &["near:"],
            "Near:  M\u{fc}nchen, Germany\nWhen: now",
            "M\u{fc}nchen, Germany",
        );
        check(
            DetailForm::Address,
            Field::Address,
            &["changed to"],
            "was changed to <New.Owner@evil.example>.",
            "n\u{2026}@evil.example",
        );
        check(
            DetailForm::Address,
            Field::Address,
            &["changed to"],
            "was changed to something",
            "",
        );
    }

    #[test]
    fn a_digest_stands_beside_a_masked_user() {
        let phrases = PhraseList::default().finish();
        let pages = Pages::of("", "You invited mia@shop.example.", &phrases);
        let detail = Detail {
            field: Field::User,
            form: DetailForm::Address,
            after: vec!["invited".to_owned()],
            value: None,
        };
        let key = DigestKey::new([1; 32]);
        let fields = read(&[&detail], &pages, &key);
        assert_eq!(fields.text(Field::User), Some("m\u{2026}@shop.example"));
        assert_eq!(
            fields.text(Field::UserDigest),
            Some(key.digest("mia@shop.example").as_str())
        );
    }
}
