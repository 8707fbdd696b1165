//! Amounts of money as marketplaces tell them.

use serde::{Deserialize, Serialize};

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// How much, in the currency's main unit.
    pub amount: f64,
    /// In what (ISO 4217), where that was told.
    pub currency: Option<String>,
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2}", self.amount)?;
        match &self.currency {
            Some(currency) => write!(f, " {currency}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_with_its_currency() {
        let mut money = Money {
            amount: 33_000.006,
            currency: Some("EUR".to_owned()),
        };
        assert_eq!(money.to_string(), "33000.01 EUR");
        money.currency = None;
        assert_eq!(money.to_string(), "33000.01");
    }
}
