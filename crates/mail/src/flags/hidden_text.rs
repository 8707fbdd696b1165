//! Text that filters read and people do not.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "hidden-text",
    title: "Much text that cannot be seen",
    level: Level::Weak,
    why: "Long invisible passages are there to make filters believe that the mail is about something else.",
    source: "our own judgement; no published source, so it only supports other findings",
    look,
};

/// A preview line that newsletters hide is shorter than this.
const HIDDEN_BYTES_MIN: usize = 600;

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let hidden = facts.content.hidden_text.trim();
    if hidden.len() < HIDDEN_BYTES_MIN || !facts.claims_any() {
        return None;
    }
    sign(
        Level::Weak,
        "It holds a long passage that cannot be seen.",
        hidden,
    )
}
