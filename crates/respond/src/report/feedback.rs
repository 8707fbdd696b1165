//! The machine-readable part of an abuse report (RFC 5965 section 3).
//!
//! Only what the original's own header says, taken from the fields that the
//! receiving server wrote on top. A field whose value is not there is left out;
//! nothing is guessed. The reported links stay in the original.

use std::fmt::Write as _;

use super::field;

/// Fields of this kind that are repeated; a server writes one for each method.
const RESULTS_MAX: usize = 4;

/// Writes the part for a mail with this header.
pub(super) fn write(header: &str) -> String {
    let mut out = String::from("Feedback-Type: fraud\r\nUser-Agent: Sellkeep/1\r\nVersion: 1\r\n");
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            // Writing into a text cannot fail.
            let _ = write!(out, "{name}: {value}\r\n");
        }
    };
    add("Original-Mail-From", field(header, "return-path:"));
    add("Original-Rcpt-To", field(header, "delivered-to:"));
    add("Arrival-Date", arrival(header));
    add("Source-IP", source(header));
    for result in results(header) {
        add("Authentication-Results", Some(result));
    }
    add("Reported-Domain", reported_domain(header));
    out
}

/// The newest Received field: the server that took the mail in.
fn received(header: &str) -> Option<String> {
    field(header, "received:")
}

/// The time stands behind the last semicolon (RFC 5321 section 4.4).
fn arrival(header: &str) -> Option<String> {
    let received = received(header)?;
    let (_, date) = received.rsplit_once(';')?;
    Some(date.trim().to_owned())
}

/// The address in brackets behind `from` is what the server itself saw.
fn source(header: &str) -> Option<String> {
    let received = received(header)?;
    let from = received.split(" by ").next()?;
    let (_, rest) = from.rsplit_once('[')?;
    let (address, _) = rest.split_once(']')?;
    let address = address.trim_start_matches("IPv6:");
    address.parse::<std::net::IpAddr>().ok()?;
    Some(address.to_owned())
}

fn results(header: &str) -> Vec<String> {
    let name = "authentication-results:";
    let starts = header.match_indices('\n').map(|(at, _)| at + 1);
    let fields = std::iter::once(0).chain(starts).filter_map(|at| {
        let rest = header.get(at..)?;
        let is_one = rest
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        is_one.then(|| field(rest, name)).flatten()
    });
    fields.take(RESULTS_MAX).collect()
}

/// The domain that the sender line names.
fn reported_domain(header: &str) -> Option<String> {
    let from = field(header, "from:")?;
    let (_, domain) = from.rsplit_once('@')?;
    let end = domain
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-')
        .unwrap_or(domain.len());
    Some(domain[..end].to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn every_field_that_the_header_gives() {
        let header = "Return-Path: <bounce@evil.example>\r\nDelivered-To: seller@shop.example.org\r\nReceived: from evil.example (host [198.51.100.7])\r\n by mx.example.net; Mon, 02 Mar 2026 10:00:00 +0000\r\nReceived: from [192.0.2.9] by evil.example; Sun, 01 Mar 2026 09:00:00 +0000\r\nAuthentication-Results: mx.example.net; spf=fail\r\nauthentication-results: mx.example.net;\r\n dmarc=fail\r\nFrom: Amazon <x@Evil.example>\r\n\r\n";
        let expected = "Feedback-Type: fraud\r\nUser-Agent: Sellkeep/1\r\nVersion: 1\r\nOriginal-Mail-From: <bounce@evil.example>\r\nOriginal-Rcpt-To: seller@shop.example.org\r\nArrival-Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nSource-IP: 198.51.100.7\r\nAuthentication-Results: mx.example.net; spf=fail\r\nAuthentication-Results: mx.example.net; dmarc=fail\r\nReported-Domain: evil.example\r\n";
        assert_eq!(write(header), expected);
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let required = "Feedback-Type: fraud\r\nUser-Agent: Sellkeep/1\r\nVersion: 1\r\n";
        assert_eq!(write("Subject: x\r\n\r\n"), required);
        assert_eq!(write("Received: by mx [no address\r\n\r\n"), required);
        assert_eq!(write(""), required);
    }
}
