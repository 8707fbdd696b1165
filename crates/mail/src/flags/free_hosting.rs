//! Sender or links below a suffix where anybody can open a site.

use sellkeep_knowledge::{Host, MailRole};
use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "free-hosting",
    title: "A site that anybody can open",
    level: Level::Strong,
    why: "Names below firebaseapp.com, onmicrosoft.com and the like belong to whoever registered them last week, and pass every check of the company above them.",
    source: "https://publicsuffix.org/list/public_suffix_list.dat; measured: 17 % of 482 marketplace fakes link there",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.claims_any()
        || facts.sender_is_claimed_brand()
            && facts
                .authentication
                .dmarc
                .as_ref()
                .is_some_and(|dmarc| dmarc.dkim_aligned)
    {
        return None;
    }
    if let Some(domain) = facts.sender.domain.as_ref()
        && facts
            .knowledge
            .sender(domain)
            .is_none_or(|sender| sender.role == MailRole::Tenant)
        && let Host::Zone(zone) = facts.host(domain)
    {
        return sign(
            Level::Strong,
            format!(
                "The sender's name lies below {}, where anybody can register one ({}).",
                zone.domain, zone.owner
            ),
            domain.as_str(),
        );
    }
    let (link, zone) = facts
        .followed_links()
        .find_map(|(link, host)| match facts.host(host) {
            Host::Zone(zone) => Some((link, zone)),
            _ => None,
        })?;
    sign(
        Level::Strong,
        format!(
            "A link leads below {}, where anybody can open a site ({}).",
            zone.domain, zone.owner
        ),
        &link.target,
    )
}
