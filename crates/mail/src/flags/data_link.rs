//! A link that carries a page or a program in itself.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::content::LinkPlace;
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "data-link",
    title: "A link that is a page or a program itself",
    level: Level::Strong,
    why: "Links of the kinds data: and javascript: open something that lies in the mail itself and belongs to no site.",
    source: "RFC 2397 (the data scheme)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let link = facts.content.links.iter().find(|link| {
        link.place != LinkPlace::Image
            && matches!(
                link.scheme.as_str(),
                "data" | "javascript" | "vbscript" | "blob" | "file"
            )
    })?;
    sign(
        Level::Strong,
        "A link opens something that lies inside the mail instead of a site.",
        &link.target,
    )
}
