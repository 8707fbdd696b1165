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
    let (report, domain) = facts.sender.all_domains().find_map(|domain| {
        failure(&facts.authentication.reported, domain).map(|report| (report, domain))
    })?;
    let of_brand = facts.knowledge.owns(domain).is_some();
    let signed = facts.authentication.dkim.iter().any(|check| {
        check
            .domain
            .as_ref()
            .is_some_and(|signer| signer.organisation() == domain.organisation())
    });
    let level = match (of_brand, signed) {
        (true, false) => Level::Decisive,
        (true, true) | (false, false) => Level::Strong,
        (false, true) => Level::Weak,
    };
    let says = format!("The server that received it recorded that the checks of {domain} failed.");
    sign(level, says, describe(report))
}

fn failure<'r>(reports: &'r [ReportedResults], domain: &Domain) -> Option<&'r ReportedResults> {
    reports
        .iter()
        .find(|report| report.results.iter().any(|result| fails(result, domain)))
}

/// DMARC failed for the domain, or SPF and DKIM had nothing while it was named.
fn fails(result: &ReportedResult, domain: &Domain) -> bool {
    let about = result
        .property("header.from")
        .and_then(|name| Domain::parse(name).ok());
    result.method == "dmarc"
        && result.result == "fail"
        && about.is_some_and(|about| about.organisation() == domain.organisation())
}

fn describe(report: &ReportedResults) -> String {
    let results: Vec<String> = report
        .results
        .iter()
        .map(|result| format!("{}={}", result.method, result.result))
        .collect();
    format!("{}: {}", report.field, results.join("; "))
}
