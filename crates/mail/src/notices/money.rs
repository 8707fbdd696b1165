//! Sums of money as notices write them: `$1,284.20`, `812,40 EUR`, `2 410,00 $`, `￥12,000`.
//!
//! A number without a currency beside it is no sum. Not here: exchange, rounding.

/// Signs and codes before or after a number, and the code that they stand for. `$` is
/// the dollar of whatever country: taken for USD unless a code stands there too.
const CURRENCIES: &[(&str, &str)] = &[
    ("usd", "USD"),
    ("eur", "EUR"),
    ("gbp", "GBP"),
    ("jpy", "JPY"),
    ("cad", "CAD"),
    ("aud", "AUD"),
    ("mxn", "MXN"),
    ("brl", "BRL"),
    ("inr", "INR"),
    ("sek", "SEK"),
    ("pln", "PLN"),
    ("try", "TRY"),
    ("aed", "AED"),
    ("sgd", "SGD"),
    ("chf", "CHF"),
    ("\u{20ac}", "EUR"),
    ("\u{a3}", "GBP"),
    ("\u{a5}", "JPY"),
    ("\u{5186}", "JPY"),
    ("$", "USD"),
];

/// Longest number that is money, in characters.
const NUMBER_CHARS_MAX: usize = 18;

/// The first sum of money in a text: amount and currency.
pub(crate) fn first(text: &str) -> Option<(f64, &'static str)> {
    let is_space = |c| matches!(c, '\u{a0}' | '\u{2009}' | '\u{202f}' | '\n');
    let plain = text.replace(is_space, " ").replace('\u{ffe5}', "\u{a5}");
    first_in(&plain.to_lowercase())
}

fn first_in(folded: &str) -> Option<(f64, &'static str)> {
    let mut at = 0;
    while let Some(start) = folded[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + start;
        let end = start + number_len(&folded[start..]);
        let currency = after(&folded[end..]).or_else(|| before(&folded[..start]));
        if let (Some(currency), Some(amount)) = (currency, amount(&folded[start..end])) {
            return Some((amount, currency));
        }
        at = end;
    }
    None
}

/// Digits with the marks that group them; a space counts where three digits follow.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let next = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let group = bytes.get(end + 1..end + 4);
        let group = group.is_some_and(|group| group.iter().all(u8::is_ascii_digit));
        match bytes[end] {
            b'0'..=b'9' => end += 1,
            b'.' | b',' | b'\'' if next => end += 1,
            b' ' if group => end += 1,
            _ => break,
        }
    }
    end
}

fn after(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches(' ');
    CURRENCIES.iter().find_map(|(sign, code)| {
        let rest = text.strip_prefix(sign)?;
        ends_word(sign, rest.chars().next()).then_some(*code)
    })
}

fn before(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches(' ');
    CURRENCIES.iter().find_map(|(sign, code)| {
        let rest = text.strip_suffix(sign)?;
        ends_word(sign, rest.chars().next_back()).then_some(*code)
    })
}

fn ends_word(sign: &str, neighbour: Option<char>) -> bool {
    let is_code = sign.is_ascii() && sign.len() == 3;
    !is_code || neighbour.is_none_or(|c| !c.is_ascii_alphanumeric())
}

/// The last mark parts off the fraction when one or two digits follow it and no second
/// mark of its kind stands before; otherwise it groups thousands.
fn amount(text: &str) -> Option<f64> {
    if text.len() > NUMBER_CHARS_MAX {
        return None;
    }
    let mark = text.rfind(['.', ',']);
    let (whole, fraction) = match mark {
        Some(at) if (1..=2).contains(&(text.len() - at - 1)) => (&text[..at], &text[at + 1..]),
        _ => (text, ""),
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    format!("{digits}.{fraction}0").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn sums_in_the_ways_of_several_countries() {
        let check = |text: &str, expected: Option<(f64, &str)>| {
            assert_eq!(first(text), expected, "{text}");
        };
        check("We sent 1,284.20 USD to you", Some((1284.20, "USD")));
        check("payout of $88.10 to", Some((88.10, "USD")));
        check("wir haben 1.812,40 EUR", Some((1812.40, "EUR")));
        check("paiement de 2 410,00 $ a", Some((2410.0, "USD")));
        check("\u{20ac}12", Some((12.0, "EUR")));
        check("\u{ffe5}12,000 \u{3092}", Some((12000.0, "JPY")));
        check("12,000\u{5186}", Some((12000.0, "JPY")));
        check("order 112-1234567-7654321 of 3 items", None);
        check("in 5 europe offices", None);
        check("1234567890123456789012 USD", None);
        check("", None);
    }
}
