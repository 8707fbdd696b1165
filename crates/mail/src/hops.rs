//! The way a mail took: Received fields, and which result line the user's own
//! provider must have written.
//!
//! A server adds its lines on top. What stands below the hand-over from outside
//! was there before and may be the sender's own writing.

use jiff::fmt::rfc2822;
use sellkeep_model::{Domain, Timestamp};

use crate::authentication::ReportedResults;
use crate::facts::Facts;
use crate::headers::{Header, Headers};

/// How the dialect without a name is asked for (`--trust outlook`).
const OUTLOOK: &str = "outlook";
/// Hosts of Microsoft's mail service, as its Received lines name them.
const OUTLOOK_HOSTS: &[&str] = &["outlook.com", "office365.com", "hotmail.com"];

/// When the newest server took the mail, from the topmost Received field.
pub fn received_at(headers: &Headers<'_>) -> Option<Timestamp> {
    let value = headers.first("Received")?.value();
    let (_, date) = value.rsplit_once(';')?;
    parse_date(date)
}

/// A date as RFC 5322 section 3.3 has it, comments removed.
pub fn parse_date(date: &str) -> Option<Timestamp> {
    let date = date.split('(').next()?.trim();
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(date).ok()
}

/// The result line that one of the user's own providers must have added: the
/// topmost one with its name, above everything that came from outside.
pub fn trusted_report<'f>(facts: &'f Facts<'_>) -> Option<&'f ReportedResults> {
    facts.trust.iter().find_map(|id| trusted_by(facts, id))
}

fn trusted_by<'f>(facts: &'f Facts<'_>, id: &str) -> Option<&'f ReportedResults> {
    let report = facts
        .authentication
        .reported
        .iter()
        .filter(|report| report.field == "Authentication-Results" && !report.malformed)
        .find(|report| match &report.authserv_id {
            Some(written) => written.eq_ignore_ascii_case(id),
            None => id.eq_ignore_ascii_case(OUTLOOK),
        })?;
    let fields: Vec<&Header<'_>> = facts.headers.iter().collect();
    let own = |header: &Header<'_>| is_own_hop(&header.value(), id);
    let received: Vec<usize> = (0..fields.len())
        .filter(|index| fields[*index].is("Received"))
        .collect();
    // The last of the provider's own lines in one run from the top: the hand-over.
    let run = received
        .iter()
        .take_while(|index| own(fields[**index]))
        .count();
    if run == 0 {
        return None;
    }
    let first_foreign = received.get(run).copied().unwrap_or(fields.len());
    // The sender's own fields begin where a signature or From stands.
    let content = fields
        .iter()
        .position(|header| header.is("From") || header.is("DKIM-Signature"))
        .unwrap_or(fields.len());
    (report.position < first_foreign && report.position < content).then_some(report)
}

/// Whether a Received line was written by the provider: by one of its hosts, or
/// an inner hand-over that names no sending host.
fn is_own_hop(value: &str, id: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    let by = words
        .iter()
        .position(|word| word.eq_ignore_ascii_case("by"))
        .and_then(|at| words.get(at + 1));
    let Some(by) = by else {
        return false;
    };
    let from_outside = words
        .first()
        .is_some_and(|word| word.eq_ignore_ascii_case("from"));
    let host = Domain::parse(by.trim_end_matches(';'));
    let within = host.is_ok_and(|host| is_providers_host(&host, id));
    within || !from_outside
}

fn is_providers_host(host: &Domain, id: &str) -> bool {
    if id.eq_ignore_ascii_case(OUTLOOK) {
        return OUTLOOK_HOSTS
            .iter()
            .any(|parent| host.is_within_str(parent));
    }
    Domain::parse(id).is_ok_and(|id| host.organisation() == id.organisation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_topmost_received_field_says_when() {
        let mail = b"Received: by mx.example.com; Mon, 02 Mar 2026 10:00:00 +0000 (UTC)\nReceived: x; Mon, 02 Mar 2020 10:00:00 +0000\n\n";
        let at = received_at(&Headers::read(mail)).unwrap();
        assert_eq!(at.to_string(), "2026-03-02T10:00:00Z");
    }

    #[test]
    fn own_hops_are_told_from_foreign_ones() {
        assert!(is_own_hop(
            "from mail.example.net (x) by mx.google.com with ESMTPS",
            "mx.google.com"
        ));
        assert!(is_own_hop(
            "by 2002:a17:906:b1d6:b0 with SMTP id x",
            "mx.google.com"
        ));
        assert!(!is_own_hop(
            "from evil by mx.evil.example with ESMTP",
            "mx.google.com"
        ));
        assert!(is_own_hop(
            "from a by DM6.eurprd01.prod.outlook.com with SMTP",
            "outlook"
        ));
    }
}
