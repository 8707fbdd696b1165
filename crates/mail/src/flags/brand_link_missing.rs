//! It speaks for a brand, and not one link leads to the brand.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "brand-link-missing",
    title: "No link leads to the brand",
    level: Level::Strong,
    why: "A brand's own mail links to the brand's own site. Fakes link everywhere else.",
    source: "measured: a link to the brand's own site stands in 73 % of genuine and 1 % of fake marketplace mail",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims.iter().any(|claimed| claimed.firm) {
        return None;
    }
    let mut first = None;
    for (link, host) in facts.followed_links() {
        if facts.is_at_home(host) {
            return None;
        }
        if matches!(link.scheme.as_str(), "http" | "https") {
            first = first.or(Some((link, host)));
        }
    }
    let (link, host) = first?;
    sign(
        Level::Strong,
        format!(
            "None of its links leads to the brand it speaks for; the first one leads to {host}."
        ),
        &link.target,
    )
}
