//! Red flags: one file each, one list.
//!
//! A flag looks at the facts and says what it sees; it never decides. The list
//! feeds the examination and `sellkeep explain`.

mod address_unknown;
mod asks;
mod authentication_forged;
mod authentication_reported_failed;
mod brand_link_missing;
mod broken_sender;
mod callback_number;
mod claims_account_news;
mod copied_signature;
mod credential_form;
mod dangerous_attachment;
mod data_link;
mod disguised_name;
mod display_name_elsewhere;
mod forwarded_sender_elsewhere;
mod free_hosting;
mod free_mailbox;
mod hidden_text;
mod html_attachment;
mod link_imitates;
mod link_odd_host;
mod link_text_differs;
mod lone_attachment;
mod open_redirect;
mod own_domain_failed;
mod qr_code;
mod recipient_not_named;
mod reply_to_elsewhere;
mod sender_imitates;
mod short_link;
mod shown_address_differs;
mod unsigned_additions;
mod wrong_language;
mod wrong_name;

use sellkeep_model::{Finding, Level};

use crate::facts::Facts;
use crate::printable;

/// One red flag: what it is, and how it is seen.
pub struct Flag {
    /// Stable name, for `sellkeep explain`.
    pub id: &'static str,
    /// A short title.
    pub title: &'static str,
    /// How much it usually weighs.
    pub level: Level,
    /// Why it matters, for a person.
    pub why: &'static str,
    /// The standard, official page or measurement it rests on.
    pub source: &'static str,
    /// Looks for it.
    pub look: fn(&Facts<'_>) -> Option<Sign>,
}

/// What a flag saw.
pub struct Sign {
    /// How much it weighs here.
    pub level: Level,
    /// One sentence for a person.
    pub says: String,
    /// The evidence, as it stands in the message.
    pub quote: String,
}

/// All flags; the order is that of `sellkeep explain`.
pub const FLAGS: &[&Flag] = &[
    &display_name_elsewhere::FLAG,
    &sender_imitates::FLAG,
    &broken_sender::FLAG,
    &shown_address_differs::FLAG,
    &disguised_name::FLAG,
    &own_domain_failed::FLAG,
    &authentication_reported_failed::FLAG,
    &authentication_forged::FLAG,
    &copied_signature::FLAG,
    &unsigned_additions::FLAG,
    &recipient_not_named::FLAG,
    &address_unknown::FLAG,
    &wrong_language::FLAG,
    &wrong_name::FLAG,
    &reply_to_elsewhere::FLAG,
    &free_mailbox::FLAG,
    &free_hosting::FLAG,
    &claims_account_news::FLAG,
    &forwarded_sender_elsewhere::FLAG,
    &link_text_differs::FLAG,
    &link_imitates::FLAG,
    &link_odd_host::FLAG,
    &open_redirect::FLAG,
    &short_link::FLAG,
    &data_link::FLAG,
    &brand_link_missing::FLAG,
    &qr_code::FLAG,
    &credential_form::FLAG,
    &html_attachment::FLAG,
    &dangerous_attachment::FLAG,
    &lone_attachment::FLAG,
    &callback_number::FLAG,
    &hidden_text::FLAG,
    &asks::PASSWORD,
    &asks::CODE,
    &asks::CARD,
    &asks::IDENTITY,
    &asks::REMOTE_ACCESS,
    &asks::GIFT_CARDS,
    &asks::PAY_OUTSIDE,
    &asks::SECRECY,
    &asks::PRIZE,
    &asks::THREAT,
    &asks::URGENCY,
];

/// Runs every flag; the heaviest findings first, in the list's order among equals.
pub fn look(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = FLAGS
        .iter()
        .filter_map(|flag| finding(flag, facts))
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

fn finding(flag: &Flag, facts: &Facts<'_>) -> Option<Finding> {
    let sign = (flag.look)(facts)?;
    Some(Finding {
        id: flag.id.to_owned(),
        level: sign.level,
        says: sign.says,
        quote: printable::line(&sign.quote),
        why: flag.why.to_owned(),
        source: flag.source.to_owned(),
    })
}

/// Shorthand of the flags.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every flag ends in an optional sign; this one is always there"
)]
fn sign(level: Level, says: impl Into<String>, quote: impl Into<String>) -> Option<Sign> {
    Some(Sign {
        level,
        says: says.into(),
        quote: quote.into(),
    })
}
