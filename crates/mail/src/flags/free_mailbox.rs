//! A company that writes from a free mailbox.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "free-mailbox",
    title: "A company in a free mailbox",
    level: Level::Strong,
    why: "Marketplaces and payment services do not write from mailboxes that anybody can open in a minute.",
    source: "https://www.ncsc.gov.uk/collection/phishing-scams/spot-scams",
    look,
};

/// Providers where anybody can open a mailbox (their own sign-up pages say so).
const FREE_MAILBOXES: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "ymail.com",
    "aol.com",
    "icloud.com",
    "me.com",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.com",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "zoho.com",
    "tutanota.com",
    "163.com",
    "126.com",
    "qq.com",
    "t-online.de",
    "orange.fr",
    "libero.it",
    "uol.com.br",
    "bol.com.br",
    "terra.com.br",
];

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let domain = facts.sender.domain.as_ref()?;
    if !facts.claims_any() || !FREE_MAILBOXES.contains(&domain.as_str()) {
        return None;
    }
    sign(
        Level::Strong,
        format!("It speaks for a company but comes from a free mailbox at {domain}."),
        &facts.sender.raw,
    )
}
