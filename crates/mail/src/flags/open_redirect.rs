//! A link that begins at a well-known site and sends the reader on.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "open-redirect",
    title: "A link that is passed on elsewhere",
    level: Level::Strong,
    why: "Some honest sites forward whoever comes with another address in the link. What you see first is not where you end.",
    source: "CWE-601 (URL redirection to untrusted site)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    facts.followed_links().find_map(|(link, host)| {
        let known = facts.site_of(host)?;
        let inner = link.inner_hosts.iter().find(|inner| {
            inner.organisation() != host.organisation() && !facts.is_at_home(inner)
        })?;
        // The claimed brand's own links to partners are its business; another
        // well-known site in between is a screen.
        let level = if facts.claims_brand(&known.id) && facts.sender_is_claimed_brand() {
            Level::Weak
        } else {
            Level::Strong
        };
        sign(
            level,
            format!("A link starts at {host} but passes you on to {inner}."),
            &link.target,
        )
    })
}
