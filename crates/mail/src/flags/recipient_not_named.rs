//! The mail was delivered to somebody its own To line does not name.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "recipient-not-named",
    title: "Not addressed to you",
    level: Level::Weak,
    why: "A genuine notice that somebody else received can be sent on to thousands with its signature intact. A marketplace's notice names your own address.",
    source: "RFC 6376 section 8.6 (replay)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let recipient = recipient(facts)?;
    let named = ["To", "Cc"]
        .iter()
        .flat_map(|name| facts.headers.all(name))
        .any(|field| field.value().to_lowercase().contains(&recipient));
    if named || facts.sender_brand.is_none() {
        return None;
    }
    let to = facts.headers.first("To").map_or_else(
        || "no To line".to_owned(),
        super::super::headers::Header::value,
    );
    sign(
        Level::Weak,
        format!("It was delivered to {recipient}, but is addressed to somebody else."),
        to,
    )
}

/// Whom it was delivered to, as the envelope or the delivering server says.
pub(super) fn recipient(facts: &Facts<'_>) -> Option<String> {
    let written = facts.envelope.rcpt_to.clone().or_else(|| {
        facts
            .headers
            .first("Delivered-To")
            .map(super::super::headers::Header::value)
    })?;
    let address = written.trim().trim_matches(['<', '>']).to_lowercase();
    address.contains('@').then_some(address)
}
