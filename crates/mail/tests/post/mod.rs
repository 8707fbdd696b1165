//! Signs re-created mails with the test key, under a zone that exists only in memory.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::crypto::{RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sellkeep_model::RecordedZone;

const KEY: &str = include_str!("../../../../tests/keys/notices.pem");
const SELECTOR: &str = "recreated";
const SIGNED: [&str; 8] = [
    "Date",
    "From",
    "To",
    "Message-ID",
    "Subject",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

fn key() -> RsaKey<Sha256> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    RsaKey::<Sha256>::from_key_der(PrivateKeyDer::Pkcs8(der)).unwrap()
}

/// The mail with CRLF line ends, signed by the domain of its sender, and the zone that
/// holds the key.
pub fn sign(mail: &str) -> (String, RecordedZone) {
    let mail = mail.replace("\r\n", "\n").replace('\n', "\r\n");
    let from = mail.lines().find(|line| line.starts_with("From:")).unwrap();
    let domain = from.rsplit('@').next().unwrap().trim_end_matches('>');
    let key = key();
    let mut zone = RecordedZone::default();
    let public = STANDARD.encode(key.public_key());
    zone.entry(&format!("{SELECTOR}._domainkey.{domain}")).txt =
        vec![format!("v=DKIM1; k=rsa; p={public}")];
    zone.entry(&format!("_dmarc.{domain}")).txt = vec!["v=DMARC1; p=reject".to_owned()];
    let signature = DkimSigner::from_key(key)
        .domain(domain)
        .selector(SELECTOR)
        .headers(SIGNED)
        .sign(mail.as_bytes())
        .unwrap();
    (format!("{}{mail}", signature.to_header()), zone)
}
