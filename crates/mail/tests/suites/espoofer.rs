//! Known spoofing tricks under a recorded zone: what authentication alone says.
//!
//! A mail that must not authenticate may still carry a valid signature of
//! another domain, or a malformed From that later steps refuse; here it must
//! not be DMARC-aligned with the protected domain by SPF, nor by a sound signature.

use std::fs;

use sellkeep_mail::Headers;
use sellkeep_mail::authentication::{Authentication, authenticate};
use sellkeep_model::{Domain, Envelope, RecordedZone};
use serde_json::Value;

use crate::{conclude, files, from_domain, name, shared};

#[test]
fn spoofing_tricks() {
    let Some(folder) = shared("corpus/espoofer") else {
        return;
    };
    let zone = fs::read_to_string(folder.join("zone.json")).unwrap();
    let zone = RecordedZone::from_json(&zone).unwrap();
    let mut passed = 0;
    let mut differing = Vec::new();
    for path in files(&folder)
        .iter()
        .filter(|path| path.extension() == Some("eml".as_ref()))
    {
        let case = fs::read_to_string(path.with_extension("json")).unwrap();
        let mail = fs::read(path).unwrap();
        let meta: Value = serde_json::from_str(&case).unwrap();
        let expect = meta["expect"].as_str().unwrap();
        let protected = Domain::parse(meta["protected_domain"].as_str().unwrap()).unwrap();
        let found = found(&mail, &Envelope::from_json(&case).unwrap(), &zone);
        let proven = proves(&found, &protected);
        println!(
            "  {} {expect}: proves {proven}; {}",
            name(path),
            shown(&found)
        );
        let is_right = match expect {
            "must-authenticate" => proven,
            "must-not-authenticate" => !proven,
            _ => true,
        };
        if is_right {
            passed += 1;
        } else {
            differing.push(format!("{}: {expect}, {}", name(path), shown(&found)));
        }
    }
    conclude("spoofing tricks", passed, &differing, EXPLAINED);
}

const EXPLAINED: &[(&str, &str)] = &[];

fn found(mail: &[u8], envelope: &Envelope, zone: &RecordedZone) -> Authentication {
    let headers = Headers::read(mail);
    let from = from_domain(&headers);
    let at = envelope.received_at.unwrap();
    authenticate(mail, &headers, from.as_ref(), envelope, zone, at)
}

/// Whether authentication ties the mail's From to the protected domain.
fn proves(found: &Authentication, protected: &Domain) -> bool {
    let dmarc = found.dmarc.as_ref();
    dmarc.is_some_and(|dmarc| {
        dmarc.domain.is_within(protected) && (dmarc.dkim_aligned || dmarc.spf_aligned)
    })
}

fn shown(found: &Authentication) -> String {
    let dkim: Vec<String> = found
        .dkim
        .iter()
        .map(|check| {
            format!(
                "{} {:?} {:?}",
                check.domain_raw, check.result, check.weaknesses
            )
        })
        .collect();
    let spf = found
        .spf
        .as_ref()
        .map(|spf| format!("{} {:?}", spf.result, spf.domain));
    let dmarc = found.dmarc.as_ref();
    let dmarc = dmarc.map(|d| format!("{} {} {}", d.domain, d.dkim_aligned, d.spf_aligned));
    format!("dkim {dkim:?} spf {spf:?} dmarc {dmarc:?}")
}
