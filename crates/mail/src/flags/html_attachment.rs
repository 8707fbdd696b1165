//! A web page as an attachment.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "html-attachment",
    title: "A web page as an attachment",
    level: Level::Strong,
    why: "An attached page opens without any address in the browser's bar, so nothing shows that it is not the brand's.",
    source: "https://www.ebay.com/help/account/protecting-account/recognising-spoof-emails?id=4195",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    let page = facts
        .content
        .attachments
        .iter()
        .find(|attachment| matches!(attachment.sniffed, "html" | "svg"))?;
    let named = !page.name.is_empty();
    let level = if named { Level::Strong } else { Level::Weak };
    sign(
        level,
        "A web page is attached to the mail.",
        format!("{} ({})", page.name, page.declared),
    )
}
