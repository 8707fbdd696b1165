//! A receiving server wrote that the sender's checks failed.

use sellkeep_model::{Domain, Level};

use super::{Flag, Sign, sign};
use crate::authentication::{ReportedResult, ReportedResults};
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "authentication-reported-failed",
    title: "A receiving server saw the checks fail",
    level: Level::Decisive,
    why: "Nobody who forges a mail writes into it that its checks failed, so such a line can be believed whoever wrote it.",
    source: "RFC 8601 section 2.7, RFC 7489 section 6.6.2",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let proven_here = facts
        .authentication
        .dmarc
        .as_ref()
        .is_some_and(|dmarc| dmarc.dkim_aligned || dmarc.spf_aligned);
    if proven_here {
        return None;
    }
    let reports = &facts.authentication.reported;
    let (report, failed, domain) = facts.sender.all_domains().find_map(|domain| {
        let failed =
            |report: &&ReportedResults| report.results.iter().any(|result| fails(result, domain));
        let denied = |report: &&ReportedResults| denies(report, domain);
        let by_dmarc = reports
            .iter()
            .find(failed)
            .map(|report| (report, true, domain));
        by_dmarc.or_else(|| {
            reports
                .iter()
                .find(denied)
                .map(|report| (report, false, domain))
        })
    })?;
    let of_brand = facts.owns(domain).is_some();
    let signed = facts.authentication.dkim.iter().any(|check| {
        check
            .domain
            .as_ref()
            .is_some_and(|signer| signer.organisation() == domain.organisation())
    });
    // A forwarder breaks signatures and changes servers without any forgery (RFC 7960).
    let level = match (of_brand, failed, signed) {
        (true, true, false) => Level::Decisive,
        (true, _, _) | (false, true, false) => Level::Strong,
        (false, _, _) => Level::Weak,
    };
    let says = format!("The server that received it recorded that the checks of {domain} failed.");
    sign(level, says, describe(report))
}

/// DMARC failed for the domain in From.
fn fails(result: &ReportedResult, domain: &Domain) -> bool {
    result.method == "dmarc" && result.result == "fail" && is_about(result, "header.from", domain)
}

/// The domain's own SPF policy refused the server, and nothing was signed.
fn denies(report: &ReportedResults, domain: &Domain) -> bool {
    let refused = report.results.iter().any(|result| {
        result.method == "spf"
            && matches!(result.result.as_str(), "fail" | "softfail")
            && is_about(result, "smtp.mailfrom", domain)
    });
    let unsigned = report
        .results
        .iter()
        .any(|result| result.method == "dkim" && result.result == "none");
    refused && unsigned
}

fn is_about(result: &ReportedResult, property: &str, domain: &Domain) -> bool {
    let written = result
        .property(property)
        .and_then(|name| name.rsplit('@').next());
    let about = written.and_then(|name| Domain::parse(name).ok());
    about.is_some_and(|about| about.organisation() == domain.organisation())
}

fn describe(report: &ReportedResults) -> String {
    let results: Vec<String> = report
        .results
        .iter()
        .map(|result| format!("{}={}", result.method, result.result))
        .collect();
    format!("{}: {}", report.field, results.join("; "))
}
