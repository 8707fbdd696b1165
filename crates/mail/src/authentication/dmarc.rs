//! DMARC: whether a domain that passed is the one in From, and what its owner
//! asks for (RFC 7489, RFC 9989).
//!
//! Organisations come from the Public Suffix List, private part included, which
//! is stricter than the tree walk of RFC 9989 for shops on a shared platform.
//! Under a suffix that is not on the list only equal names align. Reporting is
//! not read.

use sellkeep_model::{Answer, Domain, RecordType};

use super::lookup::Lookup;
use super::tags::Tags;
use super::{DkimCheck, DmarcCheck, SpfCheck};

/// Names asked for one From domain (RFC 9989 section 4.10).
const QUESTIONS_MAX: usize = 8;

/// What a domain publishes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Published {
    policy: Option<String>,
    strict_dkim: bool,
    strict_spf: bool,
}

/// Judges alignment with From; only signatures that nothing makes void count.
pub(super) fn check(
    from: &Domain,
    dkim: &[DkimCheck],
    spf: Option<&SpfCheck>,
    lookup: &Lookup<'_>,
) -> DmarcCheck {
    let published = published(from, lookup);
    let dkim_aligned = dkim.iter().filter(|check| check.is_sound()).any(|check| {
        let domain = check.domain.as_ref();
        domain.is_some_and(|domain| aligned(from, domain, published.strict_dkim))
    });
    let spf_aligned = spf.is_some_and(|check| {
        let domain = check.domain.as_ref().filter(|_| check.passed());
        domain.is_some_and(|domain| aligned(from, domain, published.strict_spf))
    });
    DmarcCheck {
        domain: from.clone(),
        policy: published.policy,
        dkim_aligned,
        spf_aligned,
    }
}

fn aligned(from: &Domain, other: &Domain, strict: bool) -> bool {
    let same_organisation =
        || from.has_known_suffix() && from.organisation() == other.organisation();
    from == other || (!strict && same_organisation())
}

/// The record of the domain itself or of the nearest domain above it, up to the organisation.
fn published(from: &Domain, lookup: &Lookup<'_>) -> Published {
    for name in names(from) {
        let answer = lookup.ask(&format!("_dmarc.{name}"), RecordType::Txt);
        let Answer::Records(texts) = answer else {
            continue;
        };
        let mut records = texts.iter().filter_map(|text| record(text));
        if let (Some(tags), None) = (records.next(), records.next()) {
            return read(&tags, kept_by(from, name, &tags, lookup));
        }
    }
    Published::default()
}

fn names(from: &Domain) -> Vec<&str> {
    let organisation = if from.has_known_suffix() {
        from.organisation()
    } else {
        from.as_str()
    };
    let mut names = vec![from.as_str()];
    while let Some(last) = names.last().filter(|last| **last != organisation) {
        match last.split_once('.') {
            Some((_, parent)) => names.push(parent),
            None => break,
        }
    }
    // The name itself and the highest ones: a deep name must not cost a question a label.
    if names.len() > QUESTIONS_MAX {
        names.drain(1..=names.len() - QUESTIONS_MAX);
    }
    names
}

fn record(text: &str) -> Option<Tags<'_>> {
    let tags = Tags::parse_record(text.as_bytes()).ok()?;
    let is_dmarc = tags.first_name() == Some("v") && tags.get("v") == Some("DMARC1");
    is_dmarc.then_some(tags)
}

/// The tags of a policy that apply to a name, the first that stands there.
type Applying = &'static [&'static str];

/// Which policy of the record at `name` is meant for mail from `from`: its own, that
/// for names below it, or that for names that do not exist (RFC 9989 section 4.7).
/// Whether a name exists is asked only where the answer matters.
fn kept_by(from: &Domain, name: &str, tags: &Tags<'_>, lookup: &Lookup<'_>) -> Applying {
    if name == from.as_str() {
        return &["p"];
    }
    let is_missing = || lookup.ask(from.as_str(), RecordType::A) == Answer::NoName;
    if tags.get("np").is_some() && is_missing() {
        &["np", "sp", "p"]
    } else {
        &["sp", "p"]
    }
}

fn read(tags: &Tags<'_>, applying: Applying) -> Published {
    let policy = |name: &str| {
        let value = tags.get(name)?.to_ascii_lowercase();
        ["none", "quarantine", "reject"]
            .contains(&value.as_str())
            .then_some(value)
    };
    let applies = applying.iter().find_map(|name| policy(name));
    let is_test = tags.get("t").is_some_and(|t| t.eq_ignore_ascii_case("y"));
    let strict = |name: &str| tags.get(name).is_some_and(|v| v.eq_ignore_ascii_case("s"));
    Published {
        // A record without a usable policy asks for nothing (RFC 9989 section 4.7).
        policy: Some(softened(
            applies.unwrap_or_else(|| "none".to_owned()),
            is_test,
        )),
        strict_dkim: strict("adkim"),
        strict_spf: strict("aspf"),
    }
}

/// With `t=y` the next milder policy applies (RFC 9989 section 4.7).
fn softened(policy: String, is_test: bool) -> String {
    match policy.as_str() {
        "reject" if is_test => "quarantine".to_owned(),
        "quarantine" if is_test => "none".to_owned(),
        _ => policy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_model::RecordedZone;

    fn domain(name: &str) -> Domain {
        Domain::parse(name).unwrap()
    }

    fn check_policy(from: &str, expected: Option<&str>) {
        let zone = RecordedZone::from_json(
            r#"{"_dmarc.example.com":{"TXT":["v=DMARC1; p=reject; sp=quarantine"]},
                "_dmarc.test.example.net":{"TXT":["v=DMARC1;p=reject;t=y"]},
                "_dmarc.example.org":{"TXT":["v=DMARC1; p=none; sp=quarantine; np=reject"]},
                "shop.example.org":{"A":["192.0.2.1"]},
                "mail.example.org":{"MX":["10 mail.example.org"]},
                "_dmarc.twice.com":{"TXT":["v=DMARC1; p=none","v=DMARC1; p=reject"]},
                "_dmarc.com":{"TXT":["v=DMARC1; p=reject"]}}"#,
        )
        .unwrap();
        let got = published(&domain(from), &Lookup::new(&zone)).policy;
        assert_eq!(got.as_deref(), expected, "{from}");
    }

    #[test]
    fn the_nearest_record_counts() {
        check_policy("example.com", Some("reject"));
        check_policy("a.b.example.com", Some("quarantine"));
        check_policy("a.b.c.d.e.f.g.h.i.j.example.com", Some("quarantine"));
        check_policy("test.example.net", Some("quarantine"));
        check_policy("twice.com", None);
        check_policy("other.com", None);
    }

    #[test]
    fn names_that_do_not_exist_have_a_policy_of_their_own() {
        check_policy("example.org", Some("none"));
        check_policy("shop.example.org", Some("quarantine"));
        check_policy("mail.example.org", Some("quarantine"));
        check_policy("missing.example.org", Some("reject"));
    }

    #[test]
    fn only_one_organisation_aligns() {
        let aligned = |one: &str, other: &str| aligned(&domain(one), &domain(other), false);
        assert!(aligned("a.example.com", "b.example.com"));
        assert!(!aligned("a.myshopify.com", "b.myshopify.com"));
        assert!(!aligned("a.co.uk", "b.co.uk"));
        assert!(!aligned("a.unlisted", "b.unlisted"));
        assert!(!super::aligned(
            &domain("a.example.com"),
            &domain("example.com"),
            true
        ));
    }

    #[test]
    fn helo_alone_aligns_with_nothing() {
        let zone = RecordedZone::default();
        let spf = SpfCheck {
            result: "pass".into(),
            domain: None,
        };
        let got = check(&domain("example.com"), &[], Some(&spf), &Lookup::new(&zone));
        assert!(!got.spf_aligned);
    }
}
