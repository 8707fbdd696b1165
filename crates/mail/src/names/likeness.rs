//! What one character that is not ASCII reads as.
//!
//! Compatibility decomposition first, then what UTS 39 calls its prototype, then a
//! list of our own. Letters that look like no Latin one stay, in lower case.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that one written character can stand for at most. A few ligatures
/// spell out whole sentences; nobody writes a brand's name with them.
const EXPANSION_MAX: usize = 4;

/// End of the table of characters that are folded without any calculation: Latin,
/// Greek, Cyrillic and Armenian lie below.
const TABLE_END: u32 = 0x590;

/// What becomes of one character that is not ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// Nobody sees it.
    Gone,
    /// It stays.
    Itself,
    /// Another one stands for it.
    Letter(char),
    /// Several stand for it; they are worked out when it is met.
    Many,
}

static TABLE: LazyLock<Vec<Folding>> = LazyLock::new(|| {
    (0..TABLE_END)
        .map(|code| char::from_u32(code).map_or(Folding::Gone, Folding::work_out))
        .collect()
});

impl Folding {
    /// What becomes of `c`.
    pub fn of(c: char) -> Folding {
        match TABLE.get(c as usize) {
            Some(known) => *known,
            None => Folding::work_out(c),
        }
    }

    fn work_out(c: char) -> Folding {
        if is_written_whole(c) {
            return Folding::Itself;
        }
        if is_hidden(c) {
            return Folding::Gone;
        }
        match spelled(c)[..] {
            [] => Folding::Gone,
            [one] if one == c => Folding::Itself,
            [one] => Folding::Letter(one),
            _ => Folding::Many,
        }
    }
}

/// The plain letters that a character reads as.
pub fn spelled(c: char) -> Vec<char> {
    let mut letters = Vec::new();
    for part in std::iter::once(c).nfkd() {
        if letters.len() >= EXPANSION_MAX {
            return vec![c];
        }
        if part.is_whitespace() {
            letters.push(' ');
        } else if is_voicing(part) || !(is_combining_mark(part) || is_hidden(part)) {
            like(part, &mut letters);
        }
    }
    letters
}

/// Appends the ASCII letters that `c` looks like, or `c` in lower case.
fn like(c: char, letters: &mut Vec<char>) {
    if c.is_ascii() {
        return letters.push(c.to_ascii_lowercase());
    }
    if let Some(known) = own_likeness(c) {
        return letters.push(known);
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    for form in [c, lower] {
        let found: Option<Vec<char>> = prototype(form);
        match found.as_deref() {
            // A capital I has the prototype l, as a small L has.
            Some(['l']) if form != lower => return letters.push('i'),
            Some(ascii) => return letters.extend(ascii),
            None => {}
        }
    }
    letters.push(own_likeness(lower).unwrap_or(lower));
}

/// What UTS 39 says it is confused with, where that is all ASCII.
fn prototype(c: char) -> Option<Vec<char>> {
    if is_written_whole(c) {
        return None;
    }
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let found: Vec<char> = unicode_security::skeleton(text)
        .filter(|part| !is_combining_mark(*part))
        .map(|part| part.to_ascii_lowercase())
        .collect();
    let is_plain = !found.is_empty() && found.iter().all(char::is_ascii_graphic);
    is_plain.then_some(found)
}

/// Letters that look like ASCII ones although UTS 39 does not say so, because it
/// compares letters of one size only or has another prototype for both.
fn own_likeness(c: char) -> Option<char> {
    Some(match c {
        'ᴀ' | 'ɐ' | 'Ʌ' | 'Λ' | 'λ' | 'Δ' => 'a',
        'ʙ' | 'в' | 'β' | 'ɓ' | 'Ƀ' | 'ƀ' => 'b',
        'ᴄ' | 'ɔ' => 'c',
        'ᴅ' | 'ɗ' => 'd',
        'ᴇ' | 'ǝ' | 'ɛ' | 'ε' | 'є' | 'Є' | 'Σ' => 'e',
        'ꜰ' | 'ƒ' => 'f',
        'ɢ' | 'ɡ' => 'g',
        'ʜ' | 'н' | 'һ' | 'ɦ' => 'h',
        'ɪ' | 'ı' | 'ι' => 'i',
        'ᴊ' => 'j',
        'ᴋ' | 'к' | 'κ' => 'k',
        'ʟ' | 'ɭ' | 'ł' | 'Ł' => 'l',
        'ᴍ' | 'м' => 'm',
        'ɴ' | 'п' | 'η' | 'ո' | 'П' => 'n',
        'ᴏ' | 'ø' | 'Ø' | 'θ' => 'o',
        'ᴘ' | 'ρ' => 'p',
        'ʀ' | 'г' | 'я' | 'Я' => 'r',
        'ꜱ' => 's',
        'ᴛ' | 'т' | 'τ' => 't',
        'ᴜ' | 'υ' | 'ц' => 'u',
        'ᴠ' => 'v',
        'ᴡ' | 'ω' | 'ш' | 'Ш' | 'щ' => 'w',
        'χ' => 'x',
        'ʏ' | 'γ' | 'ү' | 'Ү' => 'y',
        'ᴢ' => 'z',
        'ʼ' | '’' | '‘' | '´' | 'ʹ' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '‐'..='―' | '−' => '-',
        '\u{1f150}'..='\u{1f169}' => letter_after(c, 0x1f150),
        '\u{1f170}'..='\u{1f189}' => letter_after(c, 0x1f170),
        _ => return None,
    })
}

/// The letter at the place that `c` has in an alphabet beginning at `first`.
fn letter_after(c: char, first: u32) -> char {
    let place = u8::try_from(u32::from(c) - first).unwrap_or(0);
    char::from(b'a' + place.min(25))
}

/// The two kana marks that make another sound of the letter before.
pub fn is_voicing(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309a}')
}

/// Han, kana, Hangul: they neither decompose usefully nor look like Latin.
fn is_written_whole(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309b}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{a48c}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{3fffd}')
        || is_arabic_phrase(c)
}

/// Ligatures that spell out several words.
fn is_arabic_phrase(c: char) -> bool {
    matches!(c, '\u{fdf0}'..='\u{fdff}')
}

/// Characters without a shape: joiners, direction and variation marks, tags.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    /// The Unicode Consortium's pairs: whatever is confused with one ASCII letter reads
    /// as that letter, or as one that is taken for it.
    #[test]
    fn official_confusables_fold_to_their_letters() {
        let shared = std::env::var("SELLKEEP_SHARED")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
        let Ok(text) = std::fs::read_to_string(shared + "/suites/confusables/confusables.json")
        else {
            println!("skipped: no suite of confusables");
            return;
        };
        let table: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (mut right, mut wrong) = (0, Vec::new());
        for letter in 'a'..='z' {
            for other in table[letter.to_string()].as_array().into_iter().flatten() {
                let other = other["c"].as_str().unwrap();
                let form = super::super::confusable::form(&super::super::fold(other));
                if form == super::super::confusable::form(&letter.to_string()) {
                    right += 1;
                } else {
                    wrong.push(format!("{other} for {letter}"));
                }
            }
        }
        println!("{right} right, {} wrong: {wrong:?}", wrong.len());
        assert!(
            right >= 600 && wrong.len() * 20 <= right,
            "{right} right, wrong: {wrong:?}"
        );
    }
}
