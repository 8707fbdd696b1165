//! The display name holds another address than the real one.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "shown-address-differs",
    title: "Another address in front of the real one",
    level: Level::Strong,
    why: "Many mail programs show only the name. An address written into the name is there to be taken for the sender.",
    source: "RFC 5322 section 3.4 (the display name carries no meaning)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let real = facts.sender.domain.as_ref()?;
    let shown =
        facts.sender.shown_domains.iter().find(|shown| {
            shown.has_known_suffix() && shown.organisation() != real.organisation()
        })?;
    let brand = facts.knowledge.owns(shown);
    let level = if brand.is_some() {
        Level::Decisive
    } else {
        Level::Strong
    };
    sign(
        level,
        format!("The name shows an address at {shown}, but the mail comes from {real}."),
        &facts.sender.raw,
    )
}
