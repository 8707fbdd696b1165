//! Notices re-created and signed for measuring: real shapes, our words, a test key.
//!
//! Templates stand in `tests/notices.toml`, whole mails beside the notices of the
//! knowledge (`knowledge/brands/*/notices/*/genuine/*.eml`). The zone that publishes the key exists only here, in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use mail_auth::common::crypto::{RsaKey, Sha256};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{Envelope, Examination, RecordedZone, Timestamp, Verdict};
use serde::Deserialize;

const TEMPLATES: &str = include_str!("../../../tests/notices.toml");
const KEY: &str = include_str!("../../../tests/keys/notices.pem");
const SELECTOR: &str = "recreated";

#[derive(Deserialize)]
struct File {
    notice: Vec<Template>,
}

#[derive(Deserialize)]
struct Template {
    brand: String,
    from: String,
    subject: String,
    text: String,
    #[serde(default)]
    html: bool,
    signer: Option<String>,
    caution: Option<String>,
}

/// One signed notice.
pub struct Notice {
    /// The brand it comes from.
    pub brand: String,
    /// A short name for messages.
    pub name: String,
    /// The mail, with CRLF line ends.
    pub mail: Vec<u8>,
    /// A caution that must show.
    pub caution: Option<String>,
}

/// All notices, and the zone that holds their keys and policies.
pub fn signed() -> Result<(Vec<Notice>, RecordedZone)> {
    let file: File = toml::from_str(TEMPLATES).context("tests/notices.toml cannot be read")?;
    let mut zone = RecordedZone::default();
    let mut notices: Vec<Notice> = Vec::new();
    for template in &file.notice {
        notices.push(from_template(template, &mut zone)?);
    }
    let brands = Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge/brands");
    for path in samples(&brands)? {
        notices.push(from_sample(&path, &brands, &mut zone)?);
    }
    Ok((notices, zone))
}

fn from_template(template: &Template, zone: &mut RecordedZone) -> Result<Notice> {
    let domain = domain_of(&template.from);
    let signer = template.signer.as_deref().unwrap_or(domain);
    Ok(Notice {
        brand: template.brand.clone(),
        name: format!("{}: {}", template.from, template.subject),
        mail: sign(&compose(template, domain), (signer, domain), zone)?,
        caution: template.caution.clone(),
    })
}

/// A sample beside its notice; the first folder below `brands` names the brand.
fn from_sample(path: &Path, brands: &Path, zone: &mut RecordedZone) -> Result<Notice> {
    let name = path.strip_prefix(brands)?.display().to_string();
    let mail = fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
    let mail = mail.replace('\n', "\r\n");
    let from = mail.lines().find_map(|line| line.strip_prefix("From: "));
    let domain = domain_of(from.with_context(|| format!("{name} has no From line"))?);
    Ok(Notice {
        brand: name.split('/').next().unwrap_or_default().to_owned(),
        mail: sign(&mail, (domain, domain), zone)?,
        name,
        caution: None,
    })
}

/// Every genuine sample, in order.
fn samples(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let genuine = folder.ends_with("genuine");
        if path.is_dir() {
            found.extend(samples(&path)?);
        } else if genuine && path.extension().is_some_and(|ending| ending == "eml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn domain_of(from: &str) -> &str {
    let domain = from.rsplit('@').next().unwrap_or_default();
    domain.trim_end_matches('>')
}

/// The mail as a server received it, signed; the key and a policy go into the zone.
fn sign(mail: &str, (signer, domain): (&str, &str), zone: &mut RecordedZone) -> Result<Vec<u8>> {
    let key = key()?;
    publish(zone, signer, domain, &key.public_key());
    let signature = DkimSigner::from_key(key)
        .domain(signer)
        .selector(SELECTOR)
        .headers([
            "Date",
            "From",
            "To",
            "Message-ID",
            "Subject",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        ])
        .sign(mail.as_bytes())
        .map_err(|error| anyhow!("a notice could not be signed: {error}"))?;
    let received = "Received: from out.example.net (out.example.net [192.0.2.10])\r\n\tby mx.example.org with ESMTPS; Mon, 02 Mar 2026 10:00:05 +0000\r\n";
    Ok(format!("{received}{}{mail}", signature.to_header()).into_bytes())
}

fn key() -> Result<RsaKey<Sha256>> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes())
        .map_err(|error| anyhow!("the test key is no PEM file: {error}"))?;
    RsaKey::<Sha256>::from_key_der(PrivateKeyDer::Pkcs8(der))
        .map_err(|error| anyhow!("the test key cannot be read: {error}"))
}

fn publish(zone: &mut RecordedZone, signer: &str, domain: &str, public: &[u8]) {
    let name = format!("{SELECTOR}._domainkey.{signer}");
    zone.entry(&name).txt = vec![format!("v=DKIM1; k=rsa; p={}", base64(public))];
    zone.entry(&format!("_dmarc.{domain}")).txt = vec!["v=DMARC1; p=reject".to_owned()];
}

fn compose(template: &Template, domain: &str) -> String {
    let subject = format!("=?utf-8?B?{}?=", base64(template.subject.as_bytes()));
    let (kind, body) = if template.html {
        ("text/html", html(&template.text))
    } else {
        ("text/plain", template.text.clone())
    };
    let body = wrapped(&base64(body.as_bytes()));
    format!(
        "Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nFrom: {}\r\nTo: seller@shop.example.org\r\n\
         Message-ID: <{}@{domain}>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}",
        template.from,
        template.subject.len()
    )
}

fn html(text: &str) -> String {
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| match paragraph.trim() {
            link if link.starts_with("https://") => format!("<p><a href=\"{link}\">{link}</a></p>"),
            words => format!("<p>{words}</p>"),
        })
        .collect();
    format!("<html><body>{}</body></html>", paragraphs.join("\n"))
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn wrapped(text: &str) -> String {
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    lines.join("\r\n") + "\r\n"
}

/// How many are judged as they must be, and the names of the others.
pub fn judge(examiner: &Examiner, notices: &[Notice], zone: &RecordedZone) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    for notice in notices {
        let examination = examine(examiner, &notice.mail, zone);
        let proven = examination.verdict == Verdict::Genuine
            && examination.claims.first() == Some(&notice.brand);
        let cautious = notice
            .caution
            .as_ref()
            .is_none_or(|id| examination.caution.iter().any(|caution| caution.id == *id));
        if !proven || !cautious {
            let why: Vec<&str> = examination
                .findings
                .iter()
                .map(|finding| finding.id.as_str())
                .collect();
            let advice = examination.advice.last().cloned().unwrap_or_default();
            wrong.push(format!(
                "{} ({}): {:?} {why:?} {advice}",
                notice.name, notice.brand, examination.verdict
            ));
        }
    }
    (notices.len() - wrong.len(), wrong)
}

/// Judges one mail under a zone, without an envelope.
pub fn examine(examiner: &Examiner, mail: &[u8], zone: &RecordedZone) -> Examination {
    let envelope = Envelope::default();
    let record = Record {
        mail,
        envelope: &envelope,
        trust: &[],
        // The signer writes the present into `t=`, which lies after the mail's own date.
        at: Some(Timestamp::now() + Duration::from_mins(1)),
        now: Timestamp::UNIX_EPOCH,
        recipient: None,
    };
    examiner.examine(&record, zone)
}
