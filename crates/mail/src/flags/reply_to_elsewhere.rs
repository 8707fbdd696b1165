//! Answers would go to somebody else than the sender.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::{Facts, is_free_mailbox};

pub const FLAG: Flag = Flag {
    id: "reply-to-elsewhere",
    title: "Answers go to somebody else",
    level: Level::Strong,
    why: "The sender shows a brand, and your answer would go to a stranger's mailbox.",
    source: "https://www.amazon.com/gp/help/customer/display.html?nodeId=G4YFYCCNUSENA23B",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    let elsewhere = facts
        .reply_to()
        .into_iter()
        .find(|domain| !facts.is_senders_own(domain) && !facts.is_at_home(domain))?;
    // Where the claim is otherwise sound, an outside address may be a partner's;
    // a mailbox that anybody can open is nobody's partner.
    let level = if is_free_mailbox(&elsewhere) {
        Level::Strong
    } else {
        Level::Weak
    };
    sign(
        level,
        format!("An answer to this mail would go to {elsewhere}."),
        elsewhere.as_str(),
    )
}
