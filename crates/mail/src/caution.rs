//! Why even a proven mail needs care: strangers' words, unknown shapes, old keys.

use sellkeep_knowledge::{AbusedChannel, MailRole, Notice};
use sellkeep_model::{Caution, Finding};

use crate::facts::Facts;

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
        .find(|channel| fits(channel, address));
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

fn fits(channel: &AbusedChannel, address: &str) -> bool {
    let domain = address
        .rsplit('@')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    match channel.sender.split_whitespace().next() {
        Some(pattern) if pattern.contains('@') => matches_pattern(pattern, address),
        Some(name) if name.contains('.') => domain == name || domain.ends_with(&format!(".{name}")),
        _ => false,
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
    if role == MailRole::Relay || brand.notices.iter().any(|notice| is_notice(notice, facts)) {
        return;
    }
    let says = format!(
        "It comes from {}, but it is not a notice we know: employees write from the same domain. It changes nothing in what we hold true of your account.",
        brand.name
    );
    push(cautions, "not-a-known-notice", says);
}

fn is_notice(notice: &Notice, facts: &Facts<'_>) -> bool {
    let address = facts.sender.address.as_deref().unwrap_or_default();
    if !matches_pattern(&notice.sender, address) {
        return false;
    }
    let subject = facts.subject.to_lowercase();
    let words = notice.subject.to_lowercase();
    match notice.subject_match.as_str() {
        "exact" => subject == words,
        "contains" => subject.contains(&words),
        "any" => true,
        _ => false,
    }
}

/// Whether an address meets a pattern in which `*` stands for any run of characters.
fn matches_pattern(pattern: &str, address: &str) -> bool {
    let (pattern, address) = (pattern.to_lowercase(), address.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| address.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn patterns_meet_whole_addresses() {
        assert!(matches_pattern(
            "seller-notification@amazon.com",
            "Seller-Notification@Amazon.com"
        ));
        assert!(matches_pattern(
            "*@marketplace.amazon.*",
            "x+y@marketplace.amazon.de"
        ));
        assert!(!matches_pattern(
            "*@amazon.com",
            "x@amazon.com.evil.example"
        ));
        assert!(!matches_pattern("a@b.c", "aa@b.c"));
    }
}
