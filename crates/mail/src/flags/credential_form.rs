//! A form for passwords or cards inside the mail.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "credential-form",
    title: "A form for passwords or cards",
    level: Level::Decisive,
    why: "What is typed into a mail or an attachment goes to its sender. No marketplace lets you sign in that way.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let form = facts
        .content
        .forms
        .iter()
        .find(|form| form.asks_password || form.asks_card)?;
    if !facts.claims_any() {
        return None;
    }
    let what = if form.asks_password {
        "a password"
    } else {
        "card data"
    };
    let place = if form.in_attachment {
        "An attachment"
    } else {
        "The mail itself"
    };
    sign(
        Level::Decisive,
        format!("{place} holds a form that asks for {what}."),
        &form.action,
    )
}
