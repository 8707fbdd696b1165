//! The mail that was forwarded in the text names a brand and another address.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::claims::forwarded_sender;
use crate::facts::{Facts, is_of_house};

pub const FLAG: Flag = Flag {
    id: "forwarded-sender-elsewhere",
    title: "The forwarded mail's sender is not the brand",
    level: Level::Decisive,
    why: "The sender line of the forwarded mail names a brand over an address that is not the brand's.",
    source: "RFC 5322 section 3.4 (the display name carries no meaning)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let inner = forwarded_sender(facts)?;
    let named = facts.names.names_in(&inner.display);
    let domain = inner.domain.as_ref().or(inner.shown_domains.first())?;
    let owner = facts.owns(domain);
    let hit = named
        .iter()
        .find(|hit| owner.is_none_or(|owner| !is_of_house(owner, &hit.brand)));
    let alike = || owner.is_none().then(|| facts.imitates(domain)).flatten();
    let brand = hit
        .map(|hit| hit.brand.clone())
        .or_else(|| alike().map(|alike| alike.brand))?;
    let name = &facts.knowledge.brand(&brand)?.name;
    sign(
        Level::Decisive,
        format!("The forwarded mail calls itself {name}, but its address lies at {domain}."),
        &inner.raw,
    )
}
