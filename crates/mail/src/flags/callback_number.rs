//! A bill or an order that asks to be cancelled by telephone.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::claims::is_callback;
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "callback-number",
    title: "A bill to be cancelled by telephone",
    level: Level::Strong,
    why: "The order does not exist. Whoever calls is talked into remote access or a payment. Look into your account instead, by typing its address.",
    source: "https://consumer.ftc.gov/articles/how-recognize-and-avoid-phishing-scams",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !is_callback(facts) || !facts.claims_any() {
        return None;
    }
    let phone = facts.phone()?;
    let level = if facts.sender_is_claimed_brand() {
        Level::Strong
    } else {
        Level::Decisive
    };
    sign(
        level,
        "It speaks of an order or a payment and asks you to call a number to stop it.",
        phone,
    )
}
