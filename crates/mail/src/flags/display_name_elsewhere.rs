//! The display name says a brand, the address is somebody else's.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::{Facts, is_of_house};

pub const FLAG: Flag = Flag {
    id: "display-name-elsewhere",
    title: "A brand's name over a stranger's address",
    level: Level::Decisive,
    why: "Anybody can write any name in front of his address. A brand writes from its own domain.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look,
};

/// Words that make a name in the display a remark about somebody else's mail.
const VIA: &[&str] = &[" via ", " on ", " from ", " bei ", " at "];

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let domain = facts.sender.domain.as_ref()?;
    let hit = facts
        .display_names
        .iter()
        .find(|hit| !facts.is_sender(&hit.brand))?;
    let brand = facts.knowledge.brand(&hit.brand)?;
    if facts
        .knowledge
        .owns(domain)
        .is_some_and(|owner| is_of_house(owner, &brand.id))
    {
        return None;
    }
    let is_list = facts.headers.first("List-Id").is_some();
    let is_mention = !hit.whole && hit.range.start > 0 && !hit.disguised;
    let words = format!(" {} ", facts.sender.display.to_lowercase());
    let level = if is_mention && (is_list || VIA.iter().any(|via| words.contains(via))) {
        Level::Strong
    } else {
        Level::Decisive
    };
    let says = format!(
        "The sender calls itself {}, but the address lies at {domain}, which is not {}'s.",
        brand.name, brand.name
    );
    sign(level, says, &facts.sender.raw)
}
