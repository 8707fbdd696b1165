//! A link to a bare number, or with a name in front of the real host.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "link-odd-host",
    title: "A link that hides where it leads",
    level: Level::Strong,
    why: "No marketplace links to a bare IP address, and whatever stands before an @ in a link is not where it leads.",
    source: "RFC 3986 sections 3.2.1, 3.2.2 and 7.6 (semantic attacks)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    let link = facts.content.links.iter().find(|link| {
        let web = matches!(link.scheme.as_str(), "http" | "https");
        web && (link.ip_host || link.has_userinfo) && link.place != crate::content::LinkPlace::Image
    })?;
    let says = if link.ip_host {
        "A link leads to a bare IP address instead of a named site.".to_owned()
    } else {
        "A link puts a name in front of the site that it really leads to.".to_owned()
    };
    sign(Level::Strong, says, &link.target)
}
