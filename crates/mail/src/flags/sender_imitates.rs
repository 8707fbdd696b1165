//! The sender's domain imitates a brand's.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;
use crate::names::LookalikeKind;

pub const FLAG: Flag = Flag {
    id: "sender-imitates",
    title: "A sender's domain that looks like a brand's",
    level: Level::Decisive,
    why: "Names such as amazon-verify.com or arnazon.com can be registered by anybody within minutes.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let (domain, alike) = facts
        .sender
        .all_domains()
        .find_map(|domain| facts.imitates(domain).map(|alike| (domain, alike)))?;
    let brand = facts.knowledge.brand(&alike.brand)?;
    let level = match alike.kind {
        LookalikeKind::Typo => Level::Strong,
        _ => Level::Decisive,
    };
    let says = format!(
        "The sender's domain {} imitates {} but does not belong to it.",
        domain.to_unicode(),
        brand.name
    );
    sign(level, says, &facts.sender.raw)
}
