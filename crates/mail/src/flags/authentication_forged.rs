//! Results of checks that the sender wrote himself.

use sellkeep_model::{Domain, Level};

use super::{Flag, Sign, sign};
use crate::authentication::{DkimResult, ReportedResults};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "authentication-forged",
    title: "Check results written by the sender",
    level: Level::Strong,
    why: "Only your own provider may write such a line. One that claims success for a brand while nothing confirms it was put there to deceive.",
    source: "RFC 8601 section 5 (removing existing header fields) and section 7.1 (forged header fields)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let domain = facts.sender.domain.as_ref()?;
    facts.sender_brand?;
    let forged = facts
        .authentication
        .reported
        .iter()
        .find(|report| is_forged(facts, report, domain))?;
    let says = format!(
        "A line in the mail claims that the checks of {domain} passed, but no server can have written it where it stands."
    );
    let who = forged.authserv_id.as_deref().unwrap_or("nobody");
    sign(Level::Strong, says, format!("{} by {who}", forged.field))
}

/// It claims a pass, stands above every Received line (or there is none), and
/// no signature in the mail could have passed.
fn is_forged(facts: &Facts<'_>, report: &ReportedResults, domain: &Domain) -> bool {
    let claims_pass = report
        .results
        .iter()
        .any(|result| result.method == "dmarc" && result.result == "pass");
    let servers = facts.headers.count("Received");
    let verified = facts.authentication.dkim.iter().any(|check| {
        check.result == DkimResult::Pass
            && check
                .domain
                .as_ref()
                .is_some_and(|signer| signer.organisation() == domain.organisation())
    });
    let signed = facts
        .authentication
        .dkim
        .iter()
        .any(|check| check.domain.as_ref().is_some_and(|signer| signer == domain));
    let spf_denies = facts
        .authentication
        .spf
        .as_ref()
        .is_some_and(|spf| matches!(spf.result.as_str(), "fail" | "softfail"));
    claims_pass && !verified && !signed && (servers == 0 || spf_denies)
}
