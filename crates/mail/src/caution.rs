//! Why even a proven mail needs care: strangers' words, unknown shapes, old keys.

use sellkeep_knowledge::MailRole;
use sellkeep_model::{Caution, Finding};

use crate::facts::Facts;
use crate::notices::{self, senders};

/// Findings that are worth a caution although the origin is proven.
const RISKY_EVEN_IF_PROVEN: &[&str] = &[
    "callback-number",
    "recipient-not-named",
    "credential-form",
    "asks-password",
    "pay-outside",
    "remote-access",
];

/// All cautions of a proven mail.
pub fn find(facts: &Facts<'_>, findings: &[Finding]) -> Vec<Caution> {
    let mut cautions = Vec::new();
    relayed(facts, &mut cautions);
    abused(facts, &mut cautions);
    unknown_notice(facts, &mut cautions);
    for finding in findings
        .iter()
        .filter(|finding| RISKY_EVEN_IF_PROVEN.contains(&finding.id.as_str()))
    {
        cautions.push(Caution {
            id: finding.id.clone(),
            says: finding.says.clone(),
        });
    }
    cautions
}

fn push(cautions: &mut Vec<Caution>, id: &str, says: String) {
    cautions.push(Caution {
        id: id.to_owned(),
        says,
    });
}

fn relayed(facts: &Facts<'_>, cautions: &mut Vec<Caution>) {
    if let Some((brand, MailRole::Relay)) = facts.sender_brand {
        let says = format!(
            "{} only passes on what somebody else wrote. Believe nothing in it because of its sender, and answer only inside the marketplace.",
            brand.name
        );
        push(cautions, "relayed-words", says);
    }
}

/// A genuine sender whose mails carry fields that strangers fill.
fn abused(facts: &Facts<'_>, cautions: &mut Vec<Caution>) {
    let Some((brand, _)) = facts.sender_brand else {
        return;
    };
    let address = facts.sender.address.as_deref().unwrap_or_default();
    let channel = brand
        .abused_channels
        .iter()
        .find(|channel| senders::is_abused(channel, address));
    if let Some(channel) = channel
        && (facts.phone().is_some() || !channel.sender.contains('@'))
        && has_strangers_words(facts)
    {
        let says = format!(
            "Thieves use this genuine kind of mail for their own words ({}). Do not call a number or follow advice that stands in it.",
            channel.what.to_lowercase()
        );
        push(cautions, "abused-channel", says);
    }
}

/// Invoices, requests and shares carry a note somebody else wrote.
fn has_strangers_words(facts: &Facts<'_>) -> bool {
    facts.phone().is_some() || facts.has_lure(&["order-callback", "payment-failed", "refund"])
}

fn unknown_notice(facts: &Facts<'_>, cautions: &mut Vec<Caution>) {
    let Some((brand, role)) = facts.sender_brand else {
        return;
    };
    let address = facts.sender.address.as_deref().unwrap_or_default();
    let words = (facts.subject.as_str(), facts.content.text.as_str());
    let known = || notices::is_known(facts.knowledge, facts.catalogue(), brand, address, words);
    if role == MailRole::Relay || known() {
        return;
    }
    let says = format!(
        "It comes from {}, but it is not a notice we know: employees write from the same domain. It changes nothing in what we hold true of your account.",
        brand.name
    );
    push(cautions, "not-a-known-notice", says);
}
