//! Official suites and vectors for authentication, run where they are at hand.
//!
//! They lie outside the repository because of their licences. Each suite prints
//! its counts, asserts that it saw cases, and lists every known difference with its reason.

#![allow(
    clippy::unwrap_used,
    reason = "the whole binary is a test, its helping functions too"
)]

mod altered;
mod arc;
mod dkim;
mod espoofer;
mod genuine;
mod hostile;
mod names;
mod reported;
mod spf;

use std::fs;
use std::path::{Path, PathBuf};

use sellkeep_mail::Headers;
use sellkeep_mail::authentication::{Authentication, authenticate};
use sellkeep_model::{DnsAnswers, Domain, Envelope, RecordedZone, Timestamp};

/// A file or folder of the shared data, or `None` with a remark where it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SELLKEEP_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let found = Some(root.join(path)).filter(|path| path.exists());
    if found.is_none() {
        println!("skipped: no corpus ({path})");
    }
    found
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The single domain of From, read simply: suites hold plain addresses.
fn from_domain(headers: &Headers<'_>) -> Option<Domain> {
    let value = headers
        .first("From")
        .filter(|_| headers.count("From") == 1)?
        .value();
    let (_, domain) = value.rsplit_once('@')?;
    let end = domain.find(|c: char| c.is_whitespace() || ">,\"".contains(c));
    Domain::parse(&domain[..end.unwrap_or(domain.len())]).ok()
}

/// Everything about one mail, judged at a time in seconds since 1970.
fn examine(mail: &[u8], envelope: &Envelope, dns: &dyn DnsAnswers, at: i64) -> Authentication {
    let headers = Headers::read(mail);
    let from = from_domain(&headers);
    let at = Timestamp::from_second(at).unwrap();
    authenticate(mail, &headers, from.as_ref(), envelope, dns, at)
}

/// The same, where only the signatures matter.
fn signatures(mail: &[u8], zone: &RecordedZone, at: i64) -> Authentication {
    examine(mail, &Envelope::default(), zone, at)
}

/// Prints the counts of a suite and fails where a difference is not explained,
/// an explanation is no longer needed, or nothing was seen.
fn conclude(suite: &str, passed: usize, differing: &[String], explained: &[(&str, &str)]) {
    let unexplained: Vec<&String> = differing
        .iter()
        .filter(|case| !explained.iter().any(|(name, _)| case.starts_with(name)))
        .collect();
    let known = differing.len() - unexplained.len();
    println!(
        "{suite}: {passed} passed, {known} explained, {} failed",
        unexplained.len()
    );
    for case in differing {
        println!("  differs: {case}");
    }
    assert!(passed > 0, "{suite}: no case was seen");
    assert!(unexplained.is_empty(), "{suite}: {unexplained:#?}");
    for (name, _) in explained {
        let needed = differing.iter().any(|case| case.starts_with(name));
        assert!(needed, "{suite}: {name} passes now; its explanation can go");
    }
}
