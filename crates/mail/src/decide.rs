//! From claims, proof and findings to one verdict.
//!
//! Genuine needs a proof. Fake needs a claim and a contradiction: one decisive
//! finding, or several that agree. Everything between is unproven.

use sellkeep_model::{Finding, Level, Proof, Verdict};

use crate::claims::Claimed;
use crate::facts::{Facts, Kind};

/// Findings about the sender itself: with one of them even a passing mention of
/// a brand is a claim, because an honest writer has no need of it.
const BOGUS_SENDER: &[&str] = &[
    "broken-sender",
    "disguised-name",
    "shown-address-differs",
    "sender-imitates",
    "own-domain-failed",
    "authentication-reported-failed",
    "copied-signature",
    "link-imitates",
    "credential-form",
    "data-link",
];

/// The claims that count, given what was found about the sender.
pub fn standing_claims(claims: &[Claimed], findings: &[Finding]) -> Vec<Claimed> {
    let bogus = findings.iter().any(|finding| {
        finding.level >= Level::Strong && BOGUS_SENDER.contains(&finding.id.as_str())
    });
    claims
        .iter()
        .filter(|claimed| claimed.firm || bogus)
        .cloned()
        .collect()
}

/// The verdict.
pub fn verdict(
    facts: &Facts<'_>,
    claims: &[Claimed],
    proof: Option<&Proof>,
    findings: &[Finding],
) -> Verdict {
    if claims.is_empty() {
        return Verdict::Unrelated;
    }
    if proof.is_some() {
        return Verdict::Genuine;
    }
    if contradicted(facts, findings) {
        Verdict::Fake
    } else {
        Verdict::Unproven
    }
}

/// A mail of the brand's own domain that is merely unverifiable needs more
/// against it than a stranger's: its publisher may have cut the header.
fn contradicted(facts: &Facts<'_>, findings: &[Finding]) -> bool {
    let count = |level: Level| {
        findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let (decisive, strong, weak) = (
        count(Level::Decisive),
        count(Level::Strong),
        count(Level::Weak),
    );
    if decisive > 0 || strong >= 2 {
        return true;
    }
    let lenient = facts.kind == Kind::Mail && facts.sender_is_claimed_brand();
    !lenient && strong == 1 && weak >= 1
}
