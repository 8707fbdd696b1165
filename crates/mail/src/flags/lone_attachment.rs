//! Almost no text, everything in a picture or a PDF.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "lone-attachment",
    title: "Everything in an attachment",
    level: Level::Weak,
    why: "A notice says in words what happened. A mail that is only a picture or a PDF hides its words from filters.",
    source: "https://www.ebay.com/help/account/protecting-account/recognising-spoof-emails?id=4195",
    look,
};

/// Less text than one sentence.
const TEXT_BYTES_MIN: usize = 120;

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let alone = facts.content.text.trim().len() < TEXT_BYTES_MIN && facts.claims_any();
    let file = facts
        .content
        .attachments
        .iter()
        .find(|attachment| matches!(attachment.sniffed, "pdf" | "png" | "jpeg" | "gif"))?;
    if !alone {
        return None;
    }
    sign(
        Level::Weak,
        "The mail says nearly nothing; everything stands in an attachment.",
        format!("{} ({})", file.name, file.declared),
    )
}
