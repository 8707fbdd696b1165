//! Whether strangers can write in the name of the seller's own domain: SPF, DKIM, DMARC.
//!
//! DNS answers are arguments. An answer that could not be had gives no fact at all.

use sellkeep_model::{Answer, DnsAnswers, DnsQuestion, Domain, RecordType};

use super::{Facts, Known};

/// What must be asked of the DNS for [`domain_facts`].
pub fn domain_questions(domain: &Domain, selectors: &[String]) -> Vec<DnsQuestion> {
    let mut names = vec![domain.as_str().to_owned(), format!("_dmarc.{domain}")];
    names.extend(selectors.iter().map(|selector| key_name(domain, selector)));
    names.into_iter().map(txt).collect()
}

/// `domain.spf`, `domain.dmarc` and, with selectors, `domain.dkim`.
pub fn domain_facts(domain: &Domain, selectors: &[String], dns: &dyn DnsAnswers) -> Facts {
    let mut facts = Facts::new();
    let mut put = |name: &str, word: Option<&str>| {
        if let Some(word) = word {
            facts.insert(name.to_owned(), Known::Word(word.to_owned()));
        }
    };
    put(
        "domain.spf",
        records(dns, domain.as_str()).map(|found| spf(&found)),
    );
    let dmarc = records(dns, &format!("_dmarc.{domain}"));
    put("domain.dmarc", dmarc.map(|found| policy(&found)));
    put("domain.dkim", dkim(domain, selectors, dns));
    facts
}

fn txt(name: String) -> DnsQuestion {
    DnsQuestion {
        name,
        kind: RecordType::Txt,
    }
}

fn key_name(domain: &Domain, selector: &str) -> String {
    format!("{}._domainkey.{domain}", selector.to_ascii_lowercase())
}

fn records(dns: &dyn DnsAnswers, name: &str) -> Option<Vec<String>> {
    match dns.answer(&txt(name.to_owned()))? {
        Answer::Records(records) => Some(records),
        Answer::NoData | Answer::NoName => Some(Vec::new()),
        Answer::Failed => None,
    }
}

/// RFC 7208, 3.2 and 5.1: exactly one record, which ends with a refusal of all others.
fn spf(records: &[String]) -> &'static str {
    let is_spf = |text: &&String| text.split(' ').next() == Some("v=spf1");
    let found: Vec<&String> = records.iter().filter(is_spf).collect();
    let [record] = found.as_slice() else {
        return if found.is_empty() { "missing" } else { "twice" };
    };
    let terms = record.split_ascii_whitespace();
    let end = terms
        .map(str::to_ascii_lowercase)
        .find_map(|term| match term.as_str() {
            "-all" => Some("refuses"),
            "~all" => Some("doubts"),
            "all" | "+all" | "?all" => Some("open"),
            term if term.starts_with("redirect=") => Some("elsewhere"),
            _ => None,
        });
    end.unwrap_or("open")
}

/// RFC 7489, 6.3: the policy for the domain itself.
fn policy(records: &[String]) -> &'static str {
    let is_dmarc = |text: &&String| text.trim_start().starts_with("v=DMARC1");
    let found: Vec<&String> = records.iter().filter(is_dmarc).collect();
    let [record] = found.as_slice() else {
        return if found.is_empty() { "missing" } else { "twice" };
    };
    let tags = record.split(';').filter_map(|tag| tag.split_once('='));
    let policy = tags
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("p"))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
        .next();
    match policy.as_deref() {
        Some("reject") => "reject",
        Some("quarantine") => "quarantine",
        _ => "none",
    }
}

/// A key is there for every selector; an empty key (RFC 6376, 3.6.1) is a revoked one.
fn dkim(domain: &Domain, selectors: &[String], dns: &dyn DnsAnswers) -> Option<&'static str> {
    if selectors.is_empty() {
        return None;
    }
    for selector in selectors {
        let found = records(dns, &key_name(domain, selector))?;
        if !found.iter().any(|record| has_key(record)) {
            return Some("missing");
        }
    }
    Some("published")
}

fn has_key(record: &str) -> bool {
    let tags = record.split(';').filter_map(|tag| tag.split_once('='));
    tags.filter(|(name, _)| name.trim() == "p")
        .any(|(_, value)| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_model::RecordedZone;

    fn check(zone: &str, expected: [Option<&str>; 3]) {
        let zone = RecordedZone::from_json(zone).expect("a zone");
        let domain = Domain::parse("example.com").expect("a domain");
        let facts = domain_facts(&domain, &["s1".to_owned()], &zone);
        let names = ["domain.spf", "domain.dkim", "domain.dmarc"];
        for (name, expected) in names.into_iter().zip(expected) {
            let expected = expected.map(|word| Known::Word(word.to_owned()));
            assert_eq!(facts.get(name), expected.as_ref(), "{name}");
        }
    }

    /// Servers that cannot answer.
    struct Silent;

    impl DnsAnswers for Silent {
        fn answer(&self, _: &DnsQuestion) -> Option<Answer> {
            Some(Answer::Failed)
        }
    }

    #[test]
    fn a_domain_in_order() {
        check(
            r#"{"example.com":{"TXT":["other","v=spf1 mx -all"]},
                "s1._domainkey.example.com":{"TXT":["v=DKIM1; p=AAAA"]},
                "_dmarc.example.com":{"TXT":["v=DMARC1; p=reject; sp=none"]}}"#,
            [Some("refuses"), Some("published"), Some("reject")],
        );
    }

    #[test]
    fn a_domain_that_strangers_may_use() {
        check(
            r#"{"example.com":{"TXT":["v=spf1 +all"]},
                "s1._domainkey.example.com":{"TXT":["v=DKIM1; p="]},
                "_dmarc.example.com":{"TXT":["v=DMARC1; sp=reject; p=none"]}}"#,
            [Some("open"), Some("missing"), Some("none")],
        );
        check("{}", [Some("missing"), Some("missing"), Some("missing")]);
    }

    #[test]
    fn two_records_are_none_and_no_answer_is_no_fact() {
        check(
            r#"{"example.com":{"TXT":["v=spf1 -all","v=spf1 mx -all"]},
                "_dmarc.example.com":{"TXT":["v=DMARC1; p=reject","v=DMARC1; p=none"]}}"#,
            [Some("twice"), Some("missing"), Some("twice")],
        );
        let domain = Domain::parse("example.com").expect("a domain");
        assert!(domain_facts(&domain, &["s1".to_owned()], &Silent).is_empty());
    }
}
