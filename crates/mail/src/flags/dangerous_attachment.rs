//! A program as an attachment.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "dangerous-attachment",
    title: "A program as an attachment",
    level: Level::Strong,
    why: "Marketplaces send no programs. What such a file does when opened is up to whoever wrote it.",
    source: "https://sellercentral.amazon.com/help/hub/reference/external/G40281?locale=en-US",
    look,
};

/// Endings that Windows or macOS run when they are opened.
const PROGRAMS: &[&str] = &[
    ".exe", ".scr", ".com", ".bat", ".cmd", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".lnk",
    ".iso", ".img", ".msi", ".ps1", ".jar", ".dmg", ".pkg", ".xlsm", ".docm", ".one",
];

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let file = facts.content.attachments.iter().find(|attachment| {
        let name = attachment.name.to_lowercase();
        attachment.sniffed == "executable" || PROGRAMS.iter().any(|ending| name.ends_with(ending))
    })?;
    sign(
        Level::Strong,
        "A program, or a file that can run one, is attached.",
        format!("{} ({})", file.name, file.declared),
    )
}
