//! It was delivered to an address that the marketplace does not know.

use sellkeep_model::Level;

use super::recipient_not_named::recipient;
use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "address-unknown",
    title: "Sent to an address the marketplace does not know",
    level: Level::Strong,
    why: "A marketplace writes to the addresses in your account and to no others. Fakes go to every address that was ever collected.",
    source: "our own judgement",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let known = facts
        .recipient
        .filter(|known| !known.addresses.is_empty())?;
    let address = recipient(facts)?;
    if known.is_known(&address) || !facts.claims_any() {
        return None;
    }
    sign(
        Level::Strong,
        "It was delivered to an address that is not one of those in your account.".to_owned(),
        address,
    )
}
