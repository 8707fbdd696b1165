//! Which brands a message claims to come from.
//!
//! To name a brand is not to claim it: newsletters and partners name brands all
//! day. A claim is the sender line, or words that only the brand itself would
//! write ("your Amazon account is on hold"). A claim that is not *firm* counts
//! only where the sender itself turns out to be bogus.

use std::cell::LazyCell;

use sellkeep_knowledge::MailRole;
use sellkeep_model::{Claim, ClaimPlace};

use crate::content::LinkPlace;
use crate::facts::{Facts, Kind, around};
use crate::headers::Headers;
use crate::names::{LookalikeKind, LureHit, NameHit, fold};
use crate::sender::Sender;

/// A claim and how much it can carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The claim as shown.
    pub claim: Claim,
    /// Counts by itself; otherwise only beside a bogus sender.
    pub firm: bool,
}

/// Lures about the reader's own account: nobody but the brand would write of it.
pub const ACCOUNT_LURES: &[&str] = &[
    "account-threat",
    "verify-now",
    "asks-password",
    "asks-code",
    "asks-card",
    "asks-identity",
    "payment-failed",
    "bank-change",
    "listing-policy",
    "sign-in-alert",
];

/// Lures of a deal or a purchase that honest shops and newsletters write of too.
const OFFER_LURES: &[&str] = &["prize", "refund", "delivery", "gift-cards"];

/// A text shorter than this is one notice, not a newsletter that talks of many things.
const NOTICE_TEXT_BYTES_MAX: usize = 6_000;
/// A brand named this early poses as the one who writes; a shop that was paid
/// through PayPal says so further down.
const HEADLINE_BYTES: usize = 24;
/// A lure within this many bytes of a brand's name speaks of that brand.
const NEAR_BYTES: usize = 160;

/// All claims, strongest place first, each brand and place once.
pub fn find(facts: &Facts<'_>) -> Vec<Claimed> {
    let mut claims = Vec::new();
    from_sender(facts, &mut claims);
    from_display(facts, &mut claims);
    from_forwarded(facts, &mut claims);
    from_subject(facts, &mut claims);
    from_text(facts, &mut claims);
    from_links(facts, &mut claims);
    claims.sort_by_key(|claimed| (!claimed.firm, claimed.claim.place));
    let mut seen = Vec::new();
    claims.retain(|claimed| {
        let key = (claimed.claim.brand.clone(), claimed.claim.place);
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    claims
}

fn claim(brand: &str, place: ClaimPlace, quote: &str, disguised: bool) -> Claim {
    Claim {
        brand: brand.to_owned(),
        place,
        quote: quote.to_owned(),
        disguised,
    }
}

fn from_sender(facts: &Facts<'_>, claims: &mut Vec<Claimed>) {
    for domain in facts.sender.all_domains() {
        let sender = facts.knowledge.sender(domain);
        let own =
            sender.filter(|sender| !matches!(sender.role, MailRole::Tenant | MailRole::Transport));
        let brand = own
            .map(|sender| sender.brand)
            .or_else(|| facts.owns(domain));
        if let Some(brand) = brand {
            let claim = claim(&brand.id, ClaimPlace::FromAddress, domain.as_str(), false);
            claims.push(Claimed { claim, firm: true });
        } else if let Some(alike) = facts.imitates(domain) {
            let firm = !matches!(alike.kind, LookalikeKind::Typo);
            let disguised = matches!(alike.kind, LookalikeKind::Confusable);
            let claim = claim(
                &alike.brand,
                ClaimPlace::FromLookalike,
                domain.as_str(),
                disguised,
            );
            claims.push(Claimed { claim, firm });
        }
    }
}

fn from_display(facts: &Facts<'_>, claims: &mut Vec<Claimed>) {
    for hit in &facts.display_names {
        let claim = claim(
            &hit.brand,
            ClaimPlace::DisplayName,
            &facts.sender.display,
            hit.disguised,
        );
        claims.push(Claimed { claim, firm: true });
    }
}

/// The sender line inside a mail that was forwarded in the text.
fn from_forwarded(facts: &Facts<'_>, claims: &mut Vec<Claimed>) {
    let Some(inner) = forwarded_sender(facts) else {
        return;
    };
    for domain in inner.all_domains() {
        if let Some(brand) = facts.owns(domain) {
            let claim = claim(&brand.id, ClaimPlace::Text, domain.as_str(), false);
            claims.push(Claimed { claim, firm: true });
        }
    }
    for hit in facts.names.names_in(&inner.display) {
        let claim = claim(&hit.brand, ClaimPlace::Text, &inner.raw, hit.disguised);
        claims.push(Claimed { claim, firm: true });
    }
}

/// The From line of a mail that was forwarded in the text, read as a sender.
pub fn forwarded_sender(facts: &Facts<'_>) -> Option<Sender> {
    let from = facts.content.forwarded_inline.as_ref()?.from.as_ref()?;
    let line = format!("From: {}\n\n", from.replace(['\r', '\n'], " "));
    Some(Sender::read(&Headers::read(line.as_bytes())))
}

fn from_subject(facts: &Facts<'_>, claims: &mut Vec<Claimed>) {
    // A newsletter writes about accounts; only a fake writes about yours.
    let personal = !is_newsletter(facts) || speaks_to_reader(&facts.subject);
    let account =
        personal && (speaks_of(&facts.subject_lures, ACCOUNT_LURES) || is_callback(facts));
    for hit in &facts.subject_names {
        let account_in_text = speaks_of(&facts.text_lures, ACCOUNT_LURES) && is_notice(facts);
        let offer = speaks_of(&facts.subject_lures, OFFER_LURES)
            || speaks_of(&facts.text_lures, OFFER_LURES);
        let firm = hit.disguised || account;
        if firm || account_in_text || offer {
            let claim = claim(
                &hit.brand,
                ClaimPlace::Subject,
                &facts.subject,
                hit.disguised,
            );
            claims.push(Claimed { claim, firm });
        }
    }
}

fn speaks_of(hits: &[LureHit], lures: &[&str]) -> bool {
    hits.iter().any(|hit| lures.contains(&hit.lure.as_str()))
}

fn is_notice(facts: &Facts<'_>) -> bool {
    facts.kind != Kind::Mail || facts.content.text.len() <= NOTICE_TEXT_BYTES_MAX
}

fn from_text(facts: &Facts<'_>, claims: &mut Vec<Claimed>) {
    let callback = is_callback(facts) && is_notice(facts);
    let free = facts.is_from_free_mailbox();
    let personal = LazyCell::new(|| is_personal_notice(facts));
    for hit in &facts.text_names {
        let near = facts.text_lures.iter().any(|lure| is_near(hit, lure));
        let heads = hit.range.start < HEADLINE_BYTES;
        let firm = callback && (free || heads || hit.disguised)
            || hit.disguised && near
            || near && (facts.kind != Kind::Mail || *personal);
        if firm || near {
            let quote = around(&facts.content.text, &hit.range);
            let claim = claim(&hit.brand, ClaimPlace::Text, &quote, hit.disguised);
            claims.push(Claimed { claim, firm });
        }
    }
}

/// A text longer than this talks of more than one thing.
const PERSONAL_TEXT_BYTES_MAX: usize = 3_000;

/// A short mail to one reader that wants a link followed, and no link in it
/// leads to any brand: whoever tells of an account in it poses as its keeper.
/// Lists and answers quote such texts honestly.
fn is_personal_notice(facts: &Facts<'_>) -> bool {
    let is_list = is_newsletter(facts)
        || ["List-Post", "Mailing-List", "In-Reply-To", "References"]
            .iter()
            .any(|name| facts.headers.first(name).is_some());
    let leads_away = facts
        .followed_links()
        .any(|(link, _)| matches!(link.scheme.as_str(), "http" | "https"))
        && !facts
            .followed_links()
            .any(|(_, host)| facts.site_of(host).is_some());
    !is_list && leads_away && facts.content.text.len() <= PERSONAL_TEXT_BYTES_MAX
}

/// The marks of bulk mail that one may leave (RFC 2369, RFC 2919).
fn is_newsletter(facts: &Facts<'_>) -> bool {
    ["List-Id", "List-Unsubscribe"]
        .iter()
        .any(|name| facts.headers.first(name).is_some())
}

/// Words for "your", in the languages of the lures.
const YOURS: &[&str] = &[
    "your", "ihr", "ihre", "ihres", "ihrem", "ihren", "dein", "deine", "votre", "vos", "su", "sus",
    "tu", "tus", "sua", "seu", "suas", "seus", "tuo", "tua", "il tuo", "uw", "je", "jouw", "twoje",
    "twoj",
];

/// Whether words are addressed to the reader; scripts without such a word always are.
fn speaks_to_reader(words: &str) -> bool {
    let folded = fold(words);
    let mut words = folded.split(|c: char| !c.is_alphanumeric());
    words.any(|word| YOURS.contains(&word)) || folded.chars().any(|c| c > '\u{2e80}')
}

/// An invoice or order that asks to telephone: the text alone is the bait.
pub fn is_callback(facts: &Facts<'_>) -> bool {
    facts.has_lure(&["order-callback"]) && facts.phone().is_some()
}

fn is_near(hit: &NameHit, lure: &LureHit) -> bool {
    let is_account = ACCOUNT_LURES.contains(&lure.lure.as_str());
    let gap = if hit.range.end <= lure.range.start {
        lure.range.start - hit.range.end
    } else {
        hit.range.start.saturating_sub(lure.range.end)
    };
    is_account && gap <= NEAR_BYTES
}

/// A link that says it leads to the brand, or a host that imitates it.
fn from_links(facts: &Facts<'_>, claims: &mut Vec<Claimed>) {
    for (link, host) in facts.followed_links() {
        if facts.kind == Kind::Link {
            if let Some(brand) = facts.site_of(host).or_else(|| facts.owns(host)) {
                let claim = claim(&brand.id, ClaimPlace::Link, &link.target, false);
                claims.push(Claimed { claim, firm: true });
                continue;
            }
        } else if facts.owns(host).is_some() {
            continue;
        }
        let Some(alike) = facts.imitates(host) else {
            continue;
        };
        let clear = matches!(
            alike.kind,
            LookalikeKind::Confusable | LookalikeKind::AddedWord | LookalikeKind::Subdomain
        );
        let claim = claim(
            &alike.brand,
            ClaimPlace::Link,
            &link.target,
            alike.kind == LookalikeKind::Confusable,
        );
        let firm = facts.kind == Kind::Link
            || clear && facts.kind == Kind::Text
            || link.place == LinkPlace::Qr && clear;
        claims.push(Claimed { claim, firm });
    }
}
