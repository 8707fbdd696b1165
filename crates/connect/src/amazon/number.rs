//! Numbers as Amazon writes them in text: with thousands separators and either decimal sign.

/// A number from text: `12.34`, `1,234.56`, `1.234,56`, `12,5`, `1.5E9`.
///
/// One sign alone is a decimal point if it is a full stop, or a comma not followed by
/// exactly three digits; otherwise it separates thousands. Tables use full stops, and only
/// translated ones use commas, so `1.234` is less than two and `1,234` more than a thousand.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let kept = |sign: &char| !sign.is_whitespace() && !matches!(sign, '\'' | '’' | '\u{a0}');
    let text: String = text.chars().filter(kept).collect();
    let plain = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(stop)) if comma > stop => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (Some(comma), None) if is_thousands(&text, comma) => text.replace(',', ""),
        (Some(_), None) => text.replace(',', "."),
        (None, Some(_)) if text.matches('.').count() > 1 => text.replace('.', ""),
        _ => text,
    };
    let has_digit = plain.bytes().any(|byte| byte.is_ascii_digit());
    let number: f64 = plain.parse().ok().filter(|_| has_digit)?;
    number.is_finite().then_some(number)
}

/// Whether the last comma is followed by exactly three digits, or commas repeat.
fn is_thousands(text: &str, comma: usize) -> bool {
    text.len() - comma == 4 || text.matches(',').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_sign_may_be_the_decimal_point() {
        for (text, number) in [
            ("12.34", 12.34),
            ("-12,5", -12.5),
            ("1,234", 1234.0),
            ("1,234.56", 1234.56),
            ("1.234,56", 1234.56),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("1 234,50", 1234.5),
            ("1.569521782042E9", 1_569_521_782.042),
        ] {
            let read = decimal(text).unwrap_or(f64::NAN);
            assert!((read - number).abs() < 1e-9, "{text}: {read}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "abc", "inf", "NaN", "1e999", "12,3,4x", "."] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
