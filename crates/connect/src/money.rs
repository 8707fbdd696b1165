//! Amounts in the smallest unit of a currency, as payment services write them.

use sellkeep_model::{Field, Fields};

use crate::place::Place;

/// Currencies without a smaller unit
/// (<https://docs.stripe.com/currencies#zero-decimal>).
const WITHOUT_SMALLER_UNIT: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
];

/// Currencies whose smaller unit is a thousandth.
const WITH_THOUSANDTHS: &[&str] = &["BHD", "JOD", "KWD", "OMR", "TND"];

/// An amount of smallest units in units of the currency.
pub(crate) fn units(amount: f64, currency: &str) -> f64 {
    let currency = currency.to_ascii_uppercase();
    if WITHOUT_SMALLER_UNIT.contains(&currency.as_str()) {
        return amount;
    }
    if WITH_THOUSANDTHS.contains(&currency.as_str()) {
        return amount / 1000.0;
    }
    amount / 100.0
}

/// Sets amount and currency from an amount in smallest units.
pub(crate) fn put_units(place: &Place<'_>, fields: &mut Fields, amount: &str, currency: &str) {
    let currency = place.text(currency).unwrap_or_default();
    if let Some(amount) = place.number(amount) {
        fields.set(Field::Amount, units(amount, &currency));
    }
    put_currency(fields, &currency);
}

/// Sets amount and currency from an amount in units.
pub(crate) fn put_amount(place: &Place<'_>, fields: &mut Fields, amount: &str, currency: &str) {
    place.put_number(fields, Field::Amount, amount);
    put_currency(fields, &place.text(currency).unwrap_or_default());
}

fn put_currency(fields: &mut Fields, currency: &str) {
    if !currency.is_empty() {
        fields.set(Field::Currency, currency.to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_unit_depends_on_the_currency() {
        let check = |currency, expected: f64| {
            assert!(
                (units(1234.0, currency) - expected).abs() < 1e-9,
                "{currency}"
            );
        };
        check("usd", 12.34);
        check("JPY", 1234.0);
        check("kwd", 1.234);
        check("", 12.34);
    }
}
