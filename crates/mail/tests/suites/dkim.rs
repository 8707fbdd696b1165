//! DKIM vectors: RFC 6376 and RFC 8463 examples, altered mails, real mails.

use std::fs;
use std::path::Path;

use sellkeep_mail::authentication::{DkimResult, DkimWeakness};
use sellkeep_model::RecordedZone;

use crate::{conclude, files, name, shared, signatures};

/// Any moment after the signatures of the vectors were made.
const AT: i64 = 1_750_000_000;

/// The public key of RFC 6376 appendix C.
const RFC_6376_KEY: &str = "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

/// Every signature of a mail in one line: result and weaknesses, but for an unsigned
/// Content-Type.
fn shown(mail: &[u8], zone: &RecordedZone) -> String {
    let found = signatures(mail, zone, AT);
    let each = found.dkim.iter().map(|check| {
        let result = match &check.result {
            DkimResult::Pass => "pass".to_owned(),
            DkimResult::Fail(_) => "fail".to_owned(),
            DkimResult::Unusable(reason) => format!("unusable ({reason})"),
            DkimResult::NoKey => "no key".to_owned(),
            DkimResult::KeyUnavailable => "unavailable".to_owned(),
        };
        // Few of these old or small mails sign their Content-Type.
        let weak = check.weaknesses.iter();
        let weak = weak.filter(|weak| **weak != DkimWeakness::ContentTypeUnsigned);
        let words = [result]
            .into_iter()
            .chain(weak.map(|weak| format!("{weak:?}")));
        words.collect::<Vec<String>>().join(" ")
    });
    each.collect::<Vec<String>>().join(", ")
}

/// `name record` lines, as the vectors bring their zone along.
fn zone(lines: &str) -> RecordedZone {
    let mut zone = RecordedZone::default();
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, record)) = line.split_once(char::is_whitespace) {
            let record = record.trim();
            match record {
                "~~Query timed out~~" => zone.entry(name).rcode = Some("TIMEOUT".into()),
                "NXDOMAIN" => zone.entry(name).rcode = Some("NXDOMAIN".into()),
                _ => zone.entry(name).txt.push(record.to_owned()),
            }
        }
    }
    zone
}

/// Mails that verify as they are: RFC examples and real ones, zone on top.
#[test]
fn good_mails() {
    let Some(folder) = shared("suites/dkim/stalwart/dkim") else {
        return;
    };
    let mut passed = 0;
    let mut differing = Vec::new();
    for path in files(&folder) {
        let text = fs::read(&path).unwrap();
        let end = text.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let zone = zone(&String::from_utf8_lossy(&text[..end]));
        let got = shown(&text[end + 2..], &zone);
        if got.split(", ").all(|one| one.starts_with("pass")) {
            passed += 1;
        } else {
            differing.push(format!("{}: {got}", name(&path)));
        }
    }
    conclude("DKIM good mails", passed, &differing, &[]);
}

/// Per file of the second vectors: what stands in [`shown`].
const ALTERED: &[(&str, &str)] = &[
    ("added_header-date.eml", "pass DuplicateOfSigned"),
    ("added_header-from.eml", "pass DuplicateOfSigned"),
    ("added_header-subject.eml", "pass DuplicateOfSigned"),
    ("added_header-to.eml", "pass DuplicateOfSigned"),
    ("alignment-from_not_in_auid.eml", "pass"),
    ("alignment-from_not_in_sdid.eml", "pass"),
    ("alignment-signed_by_parent_domain.eml", "pass"),
    ("fakePayPal.eml", ""),
    ("flags_s-auid_and_sdid_match.eml", "pass"),
    (
        "flags_s-auid_is_subdomain_of_sdid.eml",
        "pass KeyNotForThis",
    ),
    ("header_with_non_ascii_char.eml", "pass"),
    ("ill_formed-from.eml", ""),
    ("rfc6376-A.2-body_modified.eml", "fail"),
    ("rfc6376-A.2-header_subject_modified.eml", "fail"),
    ("rfc6376-A.2-ill_formed-list_id.eml", "pass"),
    (
        "rfc6376-A.2-ill_formed-missing_v.eml",
        "unusable (it is of another version than 1)",
    ),
    ("rfc6376-A.2.eml", "pass"),
    (
        "rfc8463-A.3-key_algo_mismatch.eml",
        "unusable (the key is of another kind than the signature), unusable (the key is of another kind than the signature)",
    ),
    ("rfc8463-A.3.eml", "pass, pass"),
    ("time-received_after_creation.eml", "pass"),
    ("time-received_briefly_before_creation.eml", "pass"),
    ("time-received_long_before_creation.eml", "pass"),
    ("unsigned_header-content-type.eml", "pass"),
    ("unsigned_header-reply_to-in_domain.eml", "pass"),
    ("unsigned_header-reply_to-invalid.eml", "pass"),
    ("unsigned_header-reply_to-not_in_domain.eml", "pass"),
];

#[test]
fn altered_mails() {
    let Some(folder) = shared("suites/dkim/lieser") else {
        return;
    };
    let zone = zone(&format!(
        "brisbane._domainkey.example.com {RFC_6376_KEY}\n\
         s.flags._domainkey.example.com t=s; {RFC_6376_KEY}\n\
         brisbane._domainkey.football.example.com v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n\
         test._domainkey.football.example.com v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
    ));
    compare("DKIM altered mails", &folder, &zone, ALTERED);
}

fn compare(suite: &str, folder: &Path, zone: &RecordedZone, expected: &[(&str, &str)]) {
    let mut passed = 0;
    let mut differing = Vec::new();
    for path in files(folder) {
        let name = name(&path);
        if path.extension() != Some("eml".as_ref()) {
            continue;
        }
        let got = shown(&fs::read(&path).unwrap(), zone);
        let expected = expected.iter().find(|(case, _)| *case == name);
        match expected {
            Some((_, expected)) if *expected == got => passed += 1,
            _ => differing.push(format!("{name}: {got}, expected {expected:?}")),
        }
    }
    conclude(suite, passed, &differing, &[]);
}

/// Good mails of that collection which must no longer pass.
const MAIL_DKIM: &[(&str, &str)] = &[
    ("good_dk_", "DomainKeys (RFC 4870) is historic and not read"),
    (
        "good_ietf0",
        "drafts before v=1, which RFC 6376 section 3.5 requires",
    ),
    ("good_1878523", "a key of 512 bits (RFC 8301 section 3.2)"),
    ("good_qp_", "a key of 512 bits (RFC 8301 section 3.2)"),
    ("good_rfc4871_", "a key of 512 bits (RFC 8301 section 3.2)"),
    ("goodkey_1", "a key of 512 bits (RFC 8301 section 3.2)"),
    ("goodkey_2", "a key of 512 bits (RFC 8301 section 3.2)"),
    ("goodkey_3", "a key of 512 bits (RFC 8301 section 3.2)"),
    ("goodkey_4", "a key of 512 bits (RFC 8301 section 3.2)"),
];

/// Good mails pass or are explained; no other mail has a signature without a weakness.
#[test]
fn mail_dkim() {
    let Some(folder) = shared("suites/dkim/mail-dkim") else {
        return;
    };
    let zone = zone(&fs::read_to_string(folder.join("FAKE_DNS.dat")).unwrap());
    let mut passed = 0;
    let mut differing = Vec::new();
    for path in files(&folder.join("corpus")) {
        let name = name(&path);
        let got = shown(&fs::read(&path).unwrap(), &zone);
        let is_right = if name.starts_with("good") {
            got.starts_with("pass")
        } else {
            got.split(", ").all(|one| one != "pass")
        };
        if is_right {
            passed += 1;
        } else {
            differing.push(format!("{name}: {got}"));
        }
    }
    conclude("Mail::DKIM", passed, &differing, MAIL_DKIM);
}

const ZKEMAIL: &[(&str, &str)] = &[
    ("email-body-tampered.eml", "fail"),
    ("email-bodyless.eml", "fail"),
    ("email-different-domain.eml", "pass"),
    ("email-good-large.eml", "pass"),
    ("email-good.eml", "pass"),
    ("email-invalid-domain.eml", "fail"),
    ("email-invalid-selector.eml", "no key"),
    (
        "multi-dkim-sig.eml",
        "no key DateUnsigned Expired, no key DateUnsigned Expired",
    ),
];

#[test]
fn zkemail() {
    let (Some(folder), Some(keys)) = (
        shared("suites/dkim/zkemail/test-data"),
        shared("corpus/dkim_keys.tsv"),
    ) else {
        return;
    };
    let mut zone = RecordedZone::default();
    for line in fs::read_to_string(keys).unwrap().lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let name = format!("{}._domainkey.{}", columns[0], columns[1]);
        zone.entry(&name).txt.push(columns[2].to_owned());
    }
    compare("zkemail", &folder, &zone, ZKEMAIL);
}
