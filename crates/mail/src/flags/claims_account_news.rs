//! News about "your account" at a brand, from somebody who is not the brand.

use sellkeep_model::{ClaimPlace, Level};

use super::{Flag, Sign, sign};
use crate::claims::ACCOUNT_LURES;
use crate::facts::{Facts, Kind};

pub const FLAG: Flag = Flag {
    id: "account-news-from-stranger",
    title: "A stranger writes about your account",
    level: Level::Strong,
    why: "Only the brand itself knows that something happened to your account, and it says so from its own domain.",
    source: "https://consumer.ftc.gov/articles/how-recognize-and-avoid-phishing-scams",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    if !facts.has_lure(ACCOUNT_LURES) || facts.sender_is_claimed_brand() {
        return None;
    }
    let claimed = facts.claims.iter().find(|claimed| {
        matches!(claimed.claim.place, ClaimPlace::Subject | ClaimPlace::Text) && claimed.firm
    })?;
    let brand = facts.knowledge.brand(&claimed.claim.brand)?;
    let in_subject = claimed.claim.place == ClaimPlace::Subject;
    let level = if in_subject && facts.kind == Kind::Mail {
        Level::Decisive
    } else {
        Level::Strong
    };
    let says = format!(
        "It brings news about your account at {} but does not come from {}.",
        brand.name, brand.name
    );
    sign(level, says, &claimed.claim.quote)
}
