//! Authentication-Results as a well-known add-on tests them.

use std::fs;

use sellkeep_model::RecordedZone;

use crate::{conclude, files, name, shared, signatures};

/// Per file: every field, top first, as `server: method=result …`.
const EXPECTED: &[(&str, &str)] = &[
    ("alignment-auid_not_in_sdid.eml", "example.net: dkim=pass"),
    ("alignment-from_not_in_sdid.eml", "example.net: dkim=pass"),
    ("dkim-unknown_result.eml", "example.net: dkim=timeout"),
    ("fakePayPal.eml", "example.net: dkim=pass"),
    (
        "multiple_arh-newest_no_authserv.eml",
        "-: dkim=pass; unrelated.com: dkim=pass; -: dkim=pass",
    ),
    (
        "multiple_arh-newest_no_result.eml",
        "example.net:; unrelated.com: dkim=pass; example.net: dkim=pass",
    ),
    (
        "multiple_arh-newest_parsing_error_01.eml",
        "example.net: dkim=pass; unrelated.com: dkim=pass; example.net: dkim=pass",
    ),
    (
        "multiple_arh-newest_parsing_error_02.eml",
        "example/net: dkim=pass malformed; unrelated.com: dkim=pass; example/net: dkim=pass malformed",
    ),
    (
        "multiple_arh-newest_unknown_method.eml",
        "example.net: foo=pass; unrelated.com: dkim=pass; example.net: dkim=pass",
    ),
    (
        "multiple_arh-same_and_different_authserv.eml",
        "example.net: spf=pass; example.net: dkim=pass; example.net: dkim=pass; foo.example.net: dkim=pass; unrelated.com: dkim=pass; -: dkim=pass; example.net: dkim=pass",
    ),
    (
        "multiple_dkim_results.eml",
        "example.net: dkim=fail dkim=pass dkim=pass dkim=fail dkim=fail dkim=fail dkim=pass",
    ),
    (
        "multiple_spf_and_dmarc_results.eml",
        "example.net: spf=fail spf=pass spf=none spf=softfail spf=policy spf=neutral spf=temperror spf=permerror dmarc=fail dmarc=pass dmarc=permerror dmarc=none dmarc=temperror",
    ),
    ("rfc6376-A.2-arh-failed", "example.net: spf=pass dkim=fail"),
    ("rfc6376-A.2-arh-valid", "example.net: spf=pass dkim=pass"),
];

#[test]
fn authentication_results() {
    let Some(folder) = shared("suites/arh/lieser") else {
        return;
    };
    let mut passed = 0;
    let mut differing = Vec::new();
    for path in files(&folder) {
        let name = name(&path);
        let got = shown(&fs::read(path).unwrap());
        let expected = EXPECTED.iter().find(|(case, _)| name.starts_with(case));
        match expected {
            Some((_, expected)) if got == *expected => passed += 1,
            _ => differing.push(format!("{name}: {got}, expected {expected:?}")),
        }
    }
    conclude("Authentication-Results", passed, &differing, &[]);
}

fn shown(mail: &[u8]) -> String {
    let found = signatures(mail, &RecordedZone::default(), 0);
    let fields: Vec<String> = found
        .reported
        .iter()
        .map(|field| {
            let id = field.authserv_id.as_deref().unwrap_or("-");
            let results = field.results.iter();
            let results = results.map(|one| format!(" {}={}", one.method, one.result));
            let mark = if field.malformed { " malformed" } else { "" };
            format!("{id}:{}{mark}", results.collect::<String>())
        })
        .collect();
    fields.join("; ")
}
