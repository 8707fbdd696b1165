//! Fields that the signature does not cover and that change what the reader sees.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::authentication::DkimResult;
use crate::facts::Facts;
use crate::proof;

pub const FLAG: Flag = Flag {
    id: "unsigned-additions",
    title: "Something was added outside the signature",
    level: Level::Strong,
    why: "A signed mail can be caught and sent on with another subject, sender or reply address on top. The signature still verifies, but not for what you see.",
    source: "RFC 6376 section 8.15 (attacks involving extra header fields)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    facts.sender_brand?;
    let (name, why) = facts
        .authentication
        .dkim
        .iter()
        .filter(|check| check.result == DkimResult::Pass)
        .find_map(|check| proof::uncovered(facts, check))?;
    sign(
        Level::Strong,
        format!("The field {name} {why}, so it may have been added by somebody else."),
        name,
    )
}
