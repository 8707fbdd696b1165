//! PayPal signs with the key of a certificate of its own: RSA with SHA-256 over
//! `transmission id|time|webhook id|CRC-32 of the body, decimal`.
//!
//! The certificate is fetched from `PAYPAL-CERT-URL` and handed in. Three things keep a forger
//! out: the address must lie at paypal.com, the chain must end at a known authority, and
//! the certificate must be for a host of paypal.com. The CRC is no hash, so a body can be changed
//! to one with the same CRC by whoever holds a signed hook; the pull that follows a push is
//! what decides. Source: <https://developer.paypal.com/api/rest/webhooks/rest>.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};

use crate::hook::{Encoding, HookRequest, Refusal, Verified, id_in, pem_blocks, within};

const ALGORITHM: &str = "PAYPAL-AUTH-ALGO";
const CERTIFICATE: &str = "PAYPAL-CERT-URL";
const ID: &str = "PAYPAL-TRANSMISSION-ID";
const SIGNATURE: &str = "PAYPAL-TRANSMISSION-SIG";
const TIME: &str = "PAYPAL-TRANSMISSION-TIME";

/// PayPal tries a hook again for three days and does not say whether the time is renewed,
/// so the window is wider than elsewhere; duplicates are known by the event's id.
pub const AGE_MAX: SignedDuration = SignedDuration::from_hours(4 * 24);

/// More certificates than PayPal uses at a time; beyond it, the first by name makes room.
const CERTIFICATES_MAX: usize = 16;

/// Longer than an address of a certificate.
const URL_MAX: usize = 300;

/// What a hook of PayPal's is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// The id of our webhook, as PayPal shows it: it is part of what is signed.
    pub webhook_id: &'a str,
    /// Whether PayPal's sandbox may speak: for tests of a set-up only.
    pub sandbox: bool,
    /// Certificates at hand.
    pub certificates: &'a Certificates,
    /// Authorities that may have issued them ([`authorities`]).
    pub authorities: &'a [TrustAnchor<'a>],
}

/// The authorities that browsers trust.
pub fn authorities() -> &'static [TrustAnchor<'static>] {
    webpki_roots::TLS_SERVER_ROOTS
}

/// Chains of certificates by the address they were fetched from.
#[derive(Debug, Clone, Default)]
pub struct Certificates(BTreeMap<String, Vec<Vec<u8>>>);

impl Certificates {
    /// Keeps what was fetched from an address that [`Refusal::CertificateMissing`] named.
    pub fn add(&mut self, url: &str, pem: &str) -> Result<(), Refusal> {
        let chain = pem_blocks(pem, "CERTIFICATE");
        if chain.is_empty() {
            return Err(Refusal::CertificateUnusable);
        }
        if self.0.len() >= CERTIFICATES_MAX && !self.0.contains_key(url) {
            self.0.pop_first();
        }
        self.0.insert(url.to_owned(), chain);
        Ok(())
    }
}

/// Checks a hook of PayPal's. [`Refusal::CertificateMissing`] names the certificate to fetch.
pub(crate) fn verify(
    trust: &Trust<'_>,
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    if !request
        .header(ALGORITHM)?
        .eq_ignore_ascii_case("SHA256withRSA")
    {
        return Err(Refusal::UnknownAlgorithm);
    }
    let (id, time) = (request.header(ID)?, request.header(TIME)?);
    let signature = Encoding::Base64
        .decode(request.header(SIGNATURE)?)
        .ok_or(Refusal::HeaderUnreadable(SIGNATURE))?;
    let sent_at: Timestamp = time.parse().map_err(|_| Refusal::HeaderUnreadable(TIME))?;
    let url = request.header(CERTIFICATE)?;
    if !is_own_address(url, trust.sandbox) {
        return Err(Refusal::CertificateElsewhere);
    }
    let chain = trust.certificates.0.get(url);
    let chain = chain.ok_or_else(|| Refusal::CertificateMissing(url.to_owned()))?;
    let checksum = crc32fast::hash(request.body);
    let signed = format!("{id}|{time}|{}|{checksum}", trust.webhook_id);
    signed_by(chain, trust, now, signed.as_bytes(), &signature)?;
    let sent_at = within(sent_at, AGE_MAX, now)?;
    Ok(Verified {
        dedupe_id: id_in(request.body, "/id"),
        sent_at: Some(sent_at),
    })
}

/// Whether the address is one of PayPal's for certificates. Written narrowly, by letters, so that
/// no two readers of addresses can understand it differently.
fn is_own_address(url: &str, sandbox: bool) -> bool {
    let Some((host, path)) = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let host_letter =
        |byte: u8| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'-' | b'0'..=b'9');
    let path_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    url.len() <= URL_MAX
        && host.bytes().all(host_letter)
        && is_own_host(host)
        && (sandbox || !host.ends_with(".sandbox.paypal.com"))
        && path.starts_with("v1/notifications/certs/")
        && path.bytes().all(path_letter)
}

fn is_own_host(host: &str) -> bool {
    host == "paypal.com" || host.ends_with(".paypal.com")
}

fn signed_by(
    chain: &[Vec<u8>],
    trust: &Trust<'_>,
    now: Timestamp,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), Refusal> {
    let unusable = |_| Refusal::CertificateUnusable;
    let chain: Vec<CertificateDer<'_>> = chain
        .iter()
        .map(|der| CertificateDer::from(der.as_slice()))
        .collect();
    let (leaf, intermediates) = chain.split_first().ok_or(Refusal::CertificateUnusable)?;
    let leaf = EndEntityCert::try_from(leaf).map_err(unusable)?;
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    leaf.verify_for_usage(
        ALL_VERIFICATION_ALGS,
        trust.authorities,
        intermediates,
        UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
        KeyUsage::server_auth(),
        None,
        None,
    )
    .map_err(unusable)?;
    if !leaf.valid_dns_names().any(is_own_host) {
        return Err(Refusal::CertificateUnusable);
    }
    leaf.verify_signature(
        webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA256,
        signed,
        signature,
    )
    .map_err(|_| Refusal::WrongSignature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::testing::request;
    use webpki::anchor_from_trusted_cert;

    // Certificates made for these tests with OpenSSL, valid from 2026-11-24 for 100 years; their
    // keys were thrown away after signing.
    const AUTHORITY: &str = include_str!("samples/certificates/authority.pem");
    const CHAIN: &str = include_str!("samples/certificates/chain.pem");
    const ELSEWHERE: &str = include_str!("samples/certificates/elsewhere.pem");
    const FOREIGN: &str = include_str!("samples/certificates/foreign.pem");
    const URL: &str = "https://api.paypal.com/v1/notifications/certs/CERT-1";
    const BODY: &[u8] = br#"{"id":"WH-1"}"#;
    const SENT: &str = "2026-12-01T10:00:00Z";
    const SIGNED: &str = "fx1DT/WyCqpo3H2OPfA2bNMSauzZiF74heRhCbx4ZjCY+rJrSdHsa6wOBu72fF9ji2sLeZ2Lx2dYUX2RbpdCrivacCi/uD+LjsulkNzhAcPcrAQnDRJ+Y2iVPFtjKlY/H7P2evn8nMB82msTbFLVovnaaLD+ne/qdMMzHOvFJZ8ceir6iEMS634vw8ir7Il6nnowYbTbhItIUfX9dLpx0YtcHxWr2lOFOJLzJ44UtNJvBeE733CHB1jxulNw/nvk6OmSCubb0sj77/YDXihm7o02YfoeYputNACtxSjtbo43HwRNwBjU5jvOu5+BgiQ7jfpJw5Z/ug7cGzy7JXnX7w==";

    struct Case<'a> {
        body: &'a [u8],
        url: &'a str,
        pem: &'a str,
        webhook_id: &'a str,
        id: &'a str,
        algorithm: &'a str,
        now: &'a str,
        sandbox: bool,
    }

    const GOOD: Case<'static> = Case {
        body: BODY,
        url: URL,
        pem: CHAIN,
        webhook_id: "9XL90610J3647323C",
        id: "t-1",
        algorithm: "SHA256withRSA",
        now: "2026-12-01T10:00:05Z",
        sandbox: false,
    };

    fn check(case: &Case<'_>) -> Result<Verified, Refusal> {
        let authority = pem_blocks(AUTHORITY, "CERTIFICATE").remove(0);
        let authority = CertificateDer::from(authority);
        let authorities = [anchor_from_trusted_cert(&authority).expect("an authority")];
        let mut certificates = Certificates::default();
        certificates.add(case.url, case.pem).expect("a chain");
        let trust = Trust {
            webhook_id: case.webhook_id,
            sandbox: case.sandbox,
            certificates: &certificates,
            authorities: &authorities,
        };
        let headers = [
            (ALGORITHM, case.algorithm),
            (CERTIFICATE, case.url),
            (ID, case.id),
            (SIGNATURE, SIGNED),
            (TIME, SENT),
        ];
        let now = case.now.parse().expect("a time");
        verify(&trust, &request(&headers, case.body), now)
    }

    #[test]
    fn a_hook_signed_by_a_certificate_of_paypals() {
        let verified = check(&GOOD).expect("verified");
        assert_eq!(verified.dedupe_id, "WH-1");
        assert_eq!(verified.sent_at, Some(SENT.parse().expect("a time")));
        assert_eq!(crc32fast::hash(BODY), 838_965_618);
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        let wrong = [
            Case {
                body: br#"{"id":"WH-2"}"#,
                ..GOOD
            },
            Case {
                webhook_id: "another",
                ..GOOD
            },
            Case { id: "t-2", ..GOOD },
        ];
        for case in wrong {
            assert_eq!(check(&case), Err(Refusal::WrongSignature));
        }
        let case = Case {
            algorithm: "SHA1withRSA",
            ..GOOD
        };
        assert_eq!(check(&case), Err(Refusal::UnknownAlgorithm));
    }

    #[test]
    fn an_old_one_sent_again() {
        let check = |now| check(&Case { now, ..GOOD });
        assert!(check("2026-12-05T10:00:00Z").is_ok());
        assert_eq!(check("2026-12-05T10:00:01Z"), Err(Refusal::TooOld));
        assert_eq!(check("2026-12-01T09:54:59Z"), Err(Refusal::TooNew));
    }

    #[test]
    fn a_certificate_for_another_host_from_another_authority_or_not_yet_valid() {
        let unusable = Err(Refusal::CertificateUnusable);
        assert_eq!(
            check(&Case {
                pem: ELSEWHERE,
                ..GOOD
            }),
            unusable
        );
        assert_eq!(
            check(&Case {
                pem: FOREIGN,
                ..GOOD
            }),
            unusable
        );
        assert_eq!(
            check(&Case {
                now: "2026-11-01T00:00:00Z",
                ..GOOD
            }),
            unusable
        );
        assert_eq!(
            check(&Case {
                pem: AUTHORITY,
                ..GOOD
            }),
            unusable
        );
        let broken = "-----BEGIN CERTIFICATE-----AAEC-----END CERTIFICATE-----";
        assert_eq!(
            check(&Case {
                pem: broken,
                ..GOOD
            }),
            unusable
        );
    }

    #[test]
    fn the_certificate_comes_from_paypal_only() {
        let elsewhere = [
            "http://api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com.example.com/v1/notifications/certs/CERT-1",
            "https://xpaypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com@example.com/v1/notifications/certs/CERT-1",
            "https://example.com\\.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/../../elsewhere",
            "https://www.paypal.com/redirect?v1/notifications/certs/",
            "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        ];
        for url in elsewhere {
            assert_eq!(
                check(&Case { url, ..GOOD }),
                Err(Refusal::CertificateElsewhere),
                "{url}"
            );
        }
        let sandbox = Case {
            url: elsewhere[8],
            sandbox: true,
            ..GOOD
        };
        assert!(check(&sandbox).is_ok());
    }

    #[test]
    fn a_certificate_that_is_not_at_hand_is_named() {
        let trust = Trust {
            webhook_id: "w",
            sandbox: false,
            certificates: &Certificates::default(),
            authorities: authorities(),
        };
        let headers = [
            (ALGORITHM, "SHA256withRSA"),
            (CERTIFICATE, URL),
            (ID, "t-1"),
            (SIGNATURE, SIGNED),
            (TIME, SENT),
        ];
        let now = SENT.parse().expect("a time");
        let refusal = verify(&trust, &request(&headers, BODY), now);
        assert_eq!(refusal, Err(Refusal::CertificateMissing(URL.to_owned())));
    }

    #[test]
    fn certificates_are_few_and_must_be_certificates() {
        let mut certificates = Certificates::default();
        assert_eq!(
            certificates.add("x", "no PEM"),
            Err(Refusal::CertificateUnusable)
        );
        for number in 0..2 * CERTIFICATES_MAX {
            certificates
                .add(&number.to_string(), CHAIN)
                .expect("a chain");
        }
        assert_eq!(certificates.0.len(), CERTIFICATES_MAX);
        assert!(!authorities().is_empty());
    }
}
