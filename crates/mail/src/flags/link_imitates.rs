//! A link to a host that imitates a brand's.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;
use crate::names::LookalikeKind;

pub const FLAG: Flag = Flag {
    id: "link-imitates",
    title: "A link to a site that looks like the brand's",
    level: Level::Strong,
    why: "The brand's name stands somewhere in the address, but the site belongs to somebody else.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let (link, host, alike) = facts.followed_links().find_map(|(link, host)| {
        facts
            .imitates(host)
            .filter(|alike| facts.claims_brand(&alike.brand))
            .map(|alike| (link, host, alike))
    })?;
    let brand = facts.knowledge.brand(&alike.brand)?;
    let level = match alike.kind {
        LookalikeKind::Confusable | LookalikeKind::AddedWord | LookalikeKind::Subdomain => {
            Level::Decisive
        }
        LookalikeKind::OtherSuffix | LookalikeKind::Inside => Level::Strong,
        LookalikeKind::Typo => Level::Weak,
    };
    let says = format!(
        "A link leads to {}, which imitates {} but is not {}'s.",
        host.to_unicode(),
        brand.name,
        brand.name
    );
    sign(level, says, &link.target)
}
