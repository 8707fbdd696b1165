//! A brand's name written with look-alike letters or hidden characters.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "disguised-name",
    title: "A brand's name in disguise",
    level: Level::Decisive,
    why: "Foreign letters that look alike, marks and invisible characters have one purpose: to pass filters while you read the brand's name.",
    source: "Unicode Technical Standard 39, section 4 (confusable detection)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let places = [
        (
            &facts.display_names,
            &facts.sender.display,
            "sender name",
            Level::Decisive,
        ),
        (
            &facts.subject_names,
            &facts.subject,
            "subject",
            Level::Decisive,
        ),
        (
            &facts.text_names,
            &facts.content.text,
            "text",
            Level::Strong,
        ),
    ];
    for (hits, text, place, level) in places {
        if let Some(hit) = hits
            .iter()
            .find(|hit| hit.disguised && !facts.is_sender(&hit.brand))
        {
            let brand = facts.knowledge.brand(&hit.brand)?;
            let says = format!(
                "The {place} writes {} with look-alike or hidden characters.",
                brand.name
            );
            return sign(level, says, text.get(hit.range.clone()).unwrap_or(text));
        }
    }
    None
}
