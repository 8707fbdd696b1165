//! A short link hides where it leads.

use sellkeep_knowledge::Host;
use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "short-link",
    title: "A short link",
    level: Level::Weak,
    why: "A short link shows nothing of where it leads. Notices about an account use the brand's own links.",
    source: "https://github.com/PeterDaveHello/url-shorteners (list); measured: 28 % of 482 marketplace fakes use one or a redirector",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    let (link, host) = facts.followed_links().find(|(_, host)| {
        matches!(facts.host(host), Host::Shortener { brand, .. } if brand.is_none_or(|brand| !facts.claims_brand(&brand.id)))
    })?;
    let level = if facts.has_lure(crate::claims::ACCOUNT_LURES) {
        Level::Strong
    } else {
        Level::Weak
    };
    sign(
        level,
        format!("A short link of {host} hides where it leads."),
        &link.target,
    )
}
