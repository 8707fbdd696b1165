//! Public Suffix List tests and the parts of IdnaTestV2 that concern host names.

use std::fs;

use sellkeep_model::Domain;

use crate::{conclude, shared};

#[test]
fn public_suffixes() {
    let Some(path) = shared("suites/psl/tests.txt") else {
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    let mut passed = 0;
    let mut differing = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
    {
        let (name, expected) = line.split_once(' ').unwrap();
        let domain = Domain::parse(name).ok();
        // `organisation` gives the name itself where it is a public suffix.
        let got = domain
            .as_ref()
            .filter(|domain| domain.organisation() != domain.public_suffix())
            .map_or_else(
                || "null".to_owned(),
                |domain| domain.organisation().to_owned(),
            );
        let expected = Domain::parse(expected).unwrap();
        if got == expected.as_str() {
            passed += 1;
        } else {
            differing.push(format!("{name}: {got}, expected {expected}"));
        }
    }
    conclude("Public Suffix List", passed, &differing, &[]);
}

/// Only names that UTS 46 accepts and that keep to host-name characters can be
/// asked of [`Domain`]; a browser refuses the rest too.
#[test]
fn idna() {
    let Some(path) = shared("suites/idna/IdnaTestV2.txt") else {
        return;
    };
    let text = fs::read_to_string(path).unwrap();
    let mut passed = 0;
    let mut differing = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let Some((source, expected)) = case(line) else {
            continue;
        };
        let got = Domain::parse(&source).map(String::from).unwrap_or_default();
        if got == expected {
            passed += 1;
        } else {
            differing.push(format!("{source:?}: {got:?}, expected {expected:?}"));
        }
    }
    conclude("IdnaTestV2", passed, &differing, &[]);
}

/// Source and A-label form of a case without errors, or `None`.
fn case(line: &str) -> Option<(String, String)> {
    let columns: Vec<&str> = line.split(';').map(str::trim).collect();
    let source = unescape(columns[0]);
    let unicode = match columns[1] {
        "" => source.clone(),
        other => unescape(other),
    };
    let unicode_status = columns[2];
    let ascii = match columns[3] {
        "" => unicode,
        other => unescape(other),
    };
    let ascii_status = match columns[4] {
        "" => unicode_status,
        other => other,
    };
    let is_fine = |status: &str| status.is_empty() || status == "[]";
    let is_host = |name: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        !name.is_empty() && name.bytes().all(allowed)
    };
    // A final dot is dropped from a comparable name.
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii).to_owned();
    (is_fine(ascii_status) && is_fine(unicode_status) && is_host(&ascii)).then_some((source, ascii))
}

fn unescape(text: &str) -> String {
    let text = text.trim_matches('"');
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        out.extend(code.and_then(char::from_u32));
        rest = &rest[at + 6..];
    }
    out + rest
}
