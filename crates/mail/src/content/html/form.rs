//! What a form asks for.

use super::attributes::{Attributes, attribute};
use crate::content::Form;

/// Names of fields that take a secret, in the languages forms are written in.
const PASSWORD_NAMES: &[&str] = &[
    "passw",
    "pwd",
    "passcode",
    "senha",
    "contrase",
    "kennwort",
    "motdepasse",
];
const CARD_NAMES: &[&str] = &[
    "card",
    "cvv",
    "cvc",
    "iban",
    "ccnum",
    "expiry",
    "kreditkarte",
    "cartao",
    "tarjeta",
];

/// Notes what a field of a form takes.
pub fn field(attributes: &Attributes<'_>, form: &mut Form) {
    let kind = attribute(attributes, "type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let name = attribute(attributes, "name")
        .unwrap_or_default()
        .to_ascii_lowercase()
        + &attribute(attributes, "placeholder")
            .unwrap_or_default()
            .to_ascii_lowercase();
    form.asks_password |=
        kind == "password" || PASSWORD_NAMES.iter().any(|word| name.contains(word));
    form.asks_card |= kind != "hidden" && CARD_NAMES.iter().any(|word| name.contains(word));
}
