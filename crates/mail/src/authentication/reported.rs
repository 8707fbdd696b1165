//! What receiving servers wrote about their checks: Authentication-Results
//! (RFC 8601), ARC-Authentication-Results (RFC 8617), Received-SPF (RFC 7208).
//!
//! Read, never believed: anyone can write such a field. Microsoft's dialect
//! names no server and is read too.

mod reader;

use super::{ReportedResult, ReportedResults};
use crate::headers::{Header, Headers};
use reader::Reader;

/// More such fields than any path of servers adds.
const FIELDS_MAX: usize = 64;
/// More results in one field than any server reports.
const RESULTS_MAX: usize = 64;
/// More properties of one result than any server reports.
const PROPERTIES_MAX: usize = 32;

const FIELDS: [&str; 3] = [
    "Authentication-Results",
    "ARC-Authentication-Results",
    "Received-SPF",
];

/// All such fields, top first.
pub(super) fn read_all(headers: &Headers<'_>) -> Vec<ReportedResults> {
    headers
        .iter()
        .enumerate()
        .filter_map(|(position, field)| read(field, position))
        .take(FIELDS_MAX)
        .collect()
}

fn read(field: &Header<'_>, position: usize) -> Option<ReportedResults> {
    let name = FIELDS.into_iter().find(|name| field.is(name))?;
    let value = field.value();
    let mut reader = Reader::new(&value);
    let mut reported = ReportedResults {
        field: name,
        position,
        instance: None,
        authserv_id: None,
        results: Vec::new(),
        malformed: false,
    };
    match name {
        "Received-SPF" => read_received_spf(&mut reader, &mut reported),
        "ARC-Authentication-Results" => {
            reported.instance = instance(&mut reader);
            reported.malformed = reported.instance.is_none();
            read_results(&mut reader, &mut reported);
        }
        _ => read_results(&mut reader, &mut reported),
    }
    reported.malformed |= reader.broken || field.odd_name;
    Some(reported)
}

/// `i=1;` in front of an ARC field.
fn instance(reader: &mut Reader<'_>) -> Option<u32> {
    let name = reader.name();
    if !name.eq_ignore_ascii_case("i") || !reader.take('=') {
        return None;
    }
    let number = reader.value().parse().ok();
    number.filter(|_| reader.take(';'))
}

fn read_results(reader: &mut Reader<'_>, reported: &mut ReportedResults) {
    let start = reader.clone();
    let id = reader.value_as_id();
    if reader.next_is('=') || id.is_empty() {
        // Microsoft's dialect begins with the first result.
        *reader = start;
    } else {
        // Unquoted, RFC 2045 section 5.1 allows no such character in a name.
        reported.malformed |= id.contains(['/', '?', ',', '<', '>', '@', '[', ']', '\\']);
        reported.authserv_id = Some(id);
        let version = reader.name();
        let is_version = version.bytes().all(|byte| byte.is_ascii_digit());
        if !is_version || !(reader.take(';') || reader.at_end()) {
            reported.malformed = true;
            reader.skip_segment();
        }
    }
    while !reader.at_end() {
        if reader.take(';') {
            continue;
        }
        if reported.results.len() >= RESULTS_MAX {
            reported.malformed = true;
            return;
        }
        if says_none(reader) {
            continue;
        }
        if let Some(result) = result(reader) {
            reported.results.push(result);
        } else {
            reported.malformed = true;
            reader.skip_segment();
        }
    }
}

/// Steps over the word that stands where nothing was checked.
fn says_none(reader: &mut Reader<'_>) -> bool {
    let start = reader.clone();
    let is_none = reader.name().eq_ignore_ascii_case("none");
    if is_none && (reader.next_is(';') || reader.at_end()) {
        return true;
    }
    *reader = start;
    false
}

/// One `method=result` with its properties.
fn result(reader: &mut Reader<'_>) -> Option<ReportedResult> {
    let method = reader.name();
    let method = method
        .split('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if method.is_empty() || !reader.take('=') {
        return None;
    }
    let result = reader.value().to_ascii_lowercase();
    if result.is_empty() {
        return None;
    }
    let mut properties = Vec::new();
    while !reader.at_end() && !reader.next_is(';') {
        if properties.len() >= PROPERTIES_MAX {
            return None;
        }
        properties.push(property(reader)?);
    }
    Some(ReportedResult {
        method,
        result,
        properties,
    })
}

fn property(reader: &mut Reader<'_>) -> Option<(String, String)> {
    let name = reader.name().to_ascii_lowercase();
    if name.is_empty() || !reader.take('=') {
        return None;
    }
    Some((name, reader.value()))
}

/// `pass (remark) client-ip=…; envelope-from=…; receiver=…` (RFC 7208 section 9.1).
fn read_received_spf(reader: &mut Reader<'_>, reported: &mut ReportedResults) {
    let result = reader.name().to_ascii_lowercase();
    let mut properties = Vec::new();
    while !reader.at_end() && properties.len() < PROPERTIES_MAX {
        if reader.take(';') {
            continue;
        }
        if let Some(pair) = property(reader) {
            properties.push(pair);
        } else {
            reported.malformed = true;
            reader.skip_segment();
        }
    }
    reported.malformed |= result.is_empty();
    let receiver = properties.iter().find(|(name, _)| name == "receiver");
    reported.authserv_id = receiver.map(|(_, value)| value.clone());
    reported.results.push(ReportedResult {
        method: "spf".to_owned(),
        result,
        properties,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: &str, expected: &str) {
        let mail = format!("{field}\r\n\r\n");
        let headers = Headers::read(mail.as_bytes());
        let got: Vec<String> = read_all(&headers).iter().flat_map(shown).collect();
        assert_eq!(got.join(" | "), expected, "{field}");
    }

    fn shown(reported: &ReportedResults) -> Vec<String> {
        let id = reported.authserv_id.as_deref().unwrap_or("-");
        let mark = if reported.malformed { " malformed" } else { "" };
        let result = |result: &ReportedResult| {
            let properties = result.properties.iter();
            let properties = properties.map(|(name, value)| format!(" {name}={value}"));
            let properties: String = properties.collect();
            format!("{}={}{properties}", result.method, result.result)
        };
        let results = reported.results.iter().map(result);
        [format!("{id}{mark}")].into_iter().chain(results).collect()
    }

    #[test]
    fn the_standard_form() {
        check(
            "Authentication-Results: example.com 1; spf=pass (a (b) \\) c) smtp.MailFrom=x@example.net;\r\n dkim/1 = fail reason=\"bad; signature\" header.b=AB/c=",
            "example.com | spf=pass smtp.mailfrom=x@example.net | dkim=fail reason=bad; signature header.b=AB/c=",
        );
        check("Authentication-Results: example.com; none", "example.com");
        check("Authentication-Results: \"a b\"", "a b");
    }

    #[test]
    fn the_dialect_without_a_server() {
        check(
            "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.com; dkim=none (message not signed) header.d=none;dmarc=pass action=none header.from=a.com;compauth=pass reason=100",
            "- | spf=pass smtp.mailfrom=a.com | dkim=none header.d=none | dmarc=pass action=none header.from=a.com | compauth=pass reason=100",
        );
        check(
            "ARC-Authentication-Results: i=1; mx.example.com 1; dmarc=pass header.from=a.com",
            "mx.example.com | dmarc=pass header.from=a.com",
        );
    }

    #[test]
    fn received_spf() {
        check(
            "Received-SPF: Pass (example.org: domain of a@b.com designates) receiver=example.org; client-ip=192.0.2.1; envelope-from=\"a@b.com\"",
            "example.org | spf=pass receiver=example.org client-ip=192.0.2.1 envelope-from=a@b.com",
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for value in [
            "a; spf=pass (open",
            "a; spf=pass \"open",
            "a; spf",
            "a b c; spf=pass",
            "a; =pass",
        ] {
            let mail = format!("Authentication-Results: {value}\r\n\r\n");
            let headers = Headers::read(mail.as_bytes());
            assert!(read_all(&headers)[0].malformed, "{value}");
        }
    }
}
