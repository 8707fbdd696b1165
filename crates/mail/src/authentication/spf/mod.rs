//! SPF: whether a server may send for the domain of the envelope sender (RFC 7208).
//!
//! The evaluator is ours: it answers from values, never waits, counts empty
//! answers, and refuses records that a forgiving parser would take.

mod evaluate;
mod macros;
mod record;

use sellkeep_model::{Domain, Envelope};

use super::SpfCheck;
use super::lookup::Lookup;
use evaluate::{Sender, Trouble};
use record::Qualifier;

/// Checks the envelope sender; `None` where the sender or the client is unknown.
///
/// A bounce has no sender: then the HELO name is checked (RFC 7208 section 2.4),
/// and no domain is reported, because HELO must never speak for a From domain.
pub(super) fn check(envelope: &Envelope, lookup: &Lookup<'_>) -> Option<SpfCheck> {
    let ip = envelope.client_ip?.to_canonical();
    let mail_from = bare(envelope.mail_from.as_deref()?);
    let helo = envelope.helo.as_deref().unwrap_or_default().trim();
    let (local, domain_text) = match mail_from.rsplit_once('@') {
        Some((local, domain)) => (local, domain),
        None if mail_from.is_empty() => ("", helo),
        None => ("", ""),
    };
    let domain = Domain::parse(domain_text).ok().filter(is_qualified);
    let result = match &domain {
        Some(domain) => {
            let sender = Sender {
                ip,
                local: if local.is_empty() {
                    "postmaster"
                } else {
                    local
                },
                domain: domain.as_str(),
                helo,
            };
            word(evaluate::check_host(&sender, lookup))
        }
        // RFC 7208 section 4.3: a malformed domain has no result.
        None => "none",
    };
    Some(SpfCheck {
        result: result.to_owned(),
        domain: domain.filter(|_| !mail_from.is_empty()),
    })
}

/// The address without the angle brackets of SMTP.
fn bare(address: &str) -> &str {
    let address = address.trim();
    let inner = address
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    inner.unwrap_or(address)
}

fn is_qualified(domain: &Domain) -> bool {
    domain.labels().nth(1).is_some()
}

fn word(outcome: Result<Qualifier, Trouble>) -> &'static str {
    match outcome {
        Ok(Qualifier::Pass) => "pass",
        Ok(Qualifier::Fail) => "fail",
        Ok(Qualifier::SoftFail) => "softfail",
        Ok(Qualifier::Neutral) => "neutral",
        Err(Trouble::NoRecord) => "none",
        Err(Trouble::Temporary) => "temperror",
        Err(Trouble::Permanent) => "permerror",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_model::RecordedZone;

    fn check_from(mail_from: &str, helo: &str, expected: &str) {
        let zone = RecordedZone::from_json(
            r#"{"example.com":{"TXT":["v=spf1 ip4:192.0.2.1 -all"]},
                "example.net":{"TXT":["v=spf1 -all"]}}"#,
        )
        .unwrap();
        let envelope = Envelope {
            helo: Some(helo.into()),
            mail_from: Some(mail_from.into()),
            client_ip: Some("192.0.2.1".parse().unwrap()),
            ..Envelope::default()
        };
        let got = check(&envelope, &Lookup::new(&zone)).unwrap();
        let domain = got.domain.map(String::from).unwrap_or_default();
        assert_eq!(format!("{} {domain}", got.result), expected, "{mail_from}");
    }

    #[test]
    fn helo_never_speaks_for_the_sender() {
        check_from("a@example.net", "example.com", "fail example.net");
        check_from("", "example.com", "pass ");
        check_from("<>", "example.com", "pass ");
    }

    #[test]
    fn only_one_reading_of_an_address() {
        check_from("<a@example.com>", "x", "pass example.com");
        check_from("\"b@example.net\"@example.com", "x", "pass example.com");
        for odd in [
            "a@example.com(.example.net",
            "a@example.com'@",
            "a",
            "a@[192.0.2.1]",
            "a@example.com\0.example.net",
            "a@ex%61mple.com",
        ] {
            check_from(odd, "example.com", "none ");
        }
    }
}
