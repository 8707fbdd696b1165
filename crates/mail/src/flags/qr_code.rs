//! A link that only a telephone's camera sees.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::content::LinkPlace;
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "qr-code",
    title: "A link inside a QR code",
    level: Level::Strong,
    why: "A QR code takes the link past every filter and onto a telephone, where the address is hard to see.",
    source: "https://help.etsy.com/hc/en-us/articles/360000343128-Suspicious-Messages?segment=selling",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let link = facts
        .content
        .links
        .iter()
        .find(|link| link.place == LinkPlace::Qr)?;
    let home = link
        .host
        .as_ref()
        .is_some_and(|host| facts.is_at_home(host));
    if !facts.claims_any() {
        return None;
    }
    let level = if home { Level::Note } else { Level::Strong };
    sign(level, "A QR code in the mail holds a link.", &link.target)
}
