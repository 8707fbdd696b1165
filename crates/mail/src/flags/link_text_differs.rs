//! A link that shows one address and leads to another.

use sellkeep_model::{Domain, Level};

use super::{Flag, Sign, sign};
use crate::content::LinkPlace;
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "link-text-differs",
    title: "A link that shows one address and leads to another",
    level: Level::Strong,
    why: "The words of a link can say anything. What counts is where it leads.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    facts
        .followed_links()
        .filter(|(link, _)| link.place == LinkPlace::Anchor)
        .find_map(|(link, host)| {
            let shown = shown_host(&link.shown)?;
            let brand = facts.site_of(&shown)?;
            let elsewhere = shown.organisation() != host.organisation() && !facts.is_at_home(host);
            if !elsewhere || !facts.claims_brand(&brand.id) {
                return None;
            }
            let says = format!("A link shows {shown} but leads to {host}.");
            sign(
                Level::Strong,
                says,
                format!("{} -> {}", link.shown, link.target),
            )
        })
}

/// The host that the words of a link name, where they are an address.
fn shown_host(shown: &str) -> Option<Domain> {
    let word = shown.split_whitespace().find(|word| word.contains('.'))?;
    let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?;
    let domain = Domain::parse(host.trim_end_matches(['.', ',', ')'])).ok()?;
    (domain.labels().count() > 1 && domain.has_known_suffix()).then_some(domain)
}
