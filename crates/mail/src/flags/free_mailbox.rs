//! A company that writes from a free mailbox.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "free-mailbox",
    title: "A company in a free mailbox",
    level: Level::Strong,
    why: "Marketplaces and payment services do not write from mailboxes that anybody can open in a minute.",
    source: "measured: free mailboxes send 11 of 12 callback fakes of the sample",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let domain = facts.sender.domain.as_ref()?;
    if !facts.claims_any() || !facts.is_from_free_mailbox() {
        return None;
    }
    sign(
        Level::Strong,
        format!("It speaks for a company but comes from a free mailbox at {domain}."),
        &facts.sender.raw,
    )
}
