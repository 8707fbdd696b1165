//! Mails as the marketplace sends them, signed with a demo key, and fakes without one.
//!
//! The key is made from a fixed seed and is published only in [`demo_zone`], which
//! exists in memory and in files that a person asks for: it proves nothing anywhere else.
//! Signed as RFC 6376 (simple canonicalisation) with Ed25519 (RFC 8463).

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sellkeep_model::{Record, RecordedZone};

use crate::amazon::bare;
use crate::seller::Seller;

const SELECTOR: &str = "simulated";
/// The demo key's seed; it protects nothing.
const SEED: [u8; 32] = *b"sellkeep demo key proves nothing";
/// Domains that simulated notices are signed for.
const DOMAINS: &[&str] = &["amazon.com"];

/// A recorded zone in the form that `--dns FILE` takes.
pub struct DemoZone(pub RecordedZone);

/// What a simulated notice says.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// The sender's address.
    pub from: &'static str,
    /// The subject.
    pub subject: &'static str,
    /// The text.
    pub text: &'static str,
}

/// The password was changed (phrase: knowledge/brands/amazon).
pub const PASSWORD: Words = Words {
    from: "account-update@amazon.com",
    subject: "Revision to Your Amazon.com Account",
    text: "Hello,\n\nPer your request, we have successfully changed your password.\n\nThank you.",
};
/// Two-step verification was switched off.
pub const TWO_STEP_OFF: Words = Words {
    from: "account-update@amazon.com",
    subject: "Revision to Your Amazon.com Account",
    text: "Hello,\n\nWe have successfully disabled Two-Step Verification on your account.\n\nThank you.",
};
/// The sign-in address was changed.
pub const EMAIL: Words = Words {
    from: "account-update@amazon.com",
    subject: "Revision to Your Amazon.com Account",
    text: "Hello,\n\nThe e-mail address associated with your account has been changed.\n\nThank you.",
};
/// The phone number was changed.
pub const PHONE: Words = Words {
    from: "account-update@amazon.com",
    subject: "Revision to Your Amazon.com Account",
    text: "Hello,\n\nYou have updated your mobile phone information:\n\nThank you.",
};
/// A payout is under way.
pub const PAYOUT: Words = Words {
    from: "seller-notification@amazon.com",
    subject: "Your payment is on its way",
    text: "Hello,\n\nYour payment is on its way to your bank account.\n\nThank you.",
};
/// An order came in.
pub const SOLD: Words = Words {
    from: "seller-notification@amazon.com",
    subject: "Sold, ship now",
    text: "Hello,\n\nYou have sold an item. Please ship it now.\n\nThank you.",
};
/// The deposit account was changed; no wording is published, so these words are ours.
pub const BANK: Words = Words {
    from: "seller-notification@amazon.com",
    subject: "Your bank account information was changed",
    text: "Hello,\n\nThe deposit method of your selling account was changed. The bank account information for your payments was updated.\n\nThank you.",
};
/// An application was given access; the words are ours.
pub const APP: Words = Words {
    from: "seller-notification@amazon.com",
    subject: "A developer application was authorized",
    text: "Hello,\n\nYou authorized a developer application to access your selling account. The application was authorized today.\n\nThank you.",
};

/// The key as a file would hold it.
fn key() -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(&SEED).ok()
}

/// The zone that publishes the demo key.
pub fn demo_zone() -> DemoZone {
    let mut zone = RecordedZone::default();
    if let Some(key) = key() {
        let public = STANDARD.encode(key.public_key().as_ref());
        for domain in DOMAINS {
            zone.entry(&format!("{SELECTOR}._domainkey.{domain}")).txt =
                vec![format!("v=DKIM1; k=ed25519; p={public}")];
            zone.entry(&format!("_dmarc.{domain}")).txt = vec!["v=DMARC1; p=reject".to_owned()];
        }
    }
    DemoZone(zone)
}

impl DemoZone {
    /// The zone as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let mut names = serde_json::Map::new();
        for domain in DOMAINS {
            for name in [
                format!("{SELECTOR}._domainkey.{domain}"),
                format!("_dmarc.{domain}"),
            ] {
                let entry = self.0.clone().entry(&name).txt.clone();
                names.insert(name, serde_json::json!({"TXT": entry}));
            }
        }
        serde_json::Value::Object(names)
    }
}

/// A signed notice in the seller's mailbox.
pub fn genuine(seller: &Seller, at: Timestamp, words: &Words) -> Record {
    let mail = composed(seller, at, words);
    mailed(
        seller,
        at,
        format!("{}{}{mail}", received(at), signature(words.from, at, &mail)),
    )
}

/// The notice that the deposit account was changed, for tests that deliver mail themselves.
pub fn bank_notice(seller: &Seller, at: Timestamp) -> Record {
    genuine(seller, at, &BANK)
}

/// The same without a signature: what a forger can do.
pub fn forged(seller: &Seller, at: Timestamp, words: &Words) -> Record {
    mailed(
        seller,
        at,
        format!("{}{}", received(at), composed(seller, at, words)),
    )
}

/// A mail from a stranger.
pub fn ordinary(seller: &Seller, at: Timestamp, sender: &str, subject: &str) -> Record {
    let mail = format!(
        "{}Date: {}\r\nFrom: {sender}\r\nTo: {}\r\nMessage-ID: <{}@{sender}>\r\nSubject: {subject}\r\n\r\nHello, this is news from us.\r\n",
        received(at),
        mail_date(at),
        seller.address(),
        at.as_millisecond()
    );
    mailed(seller, at, mail)
}

fn mailed(seller: &Seller, at: Timestamp, mail: String) -> Record {
    Record {
        eml: Some(mail),
        folder: Some("INBOX".to_owned()),
        ..bare(seller, at, "mailbox")
    }
}

fn received(at: Timestamp) -> String {
    format!(
        "Received: from out.example.com (out.example.com [192.0.2.10])\r\n\tby mx.example.net with ESMTPS; {}\r\n",
        mail_date(at)
    )
}

fn composed(seller: &Seller, at: Timestamp, words: &Words) -> String {
    let body: Vec<&str> = words.text.lines().collect();
    format!(
        "Date: {}\r\nFrom: Amazon <{}>\r\nTo: {}\r\nMessage-ID: <{}.{}@{}>\r\nSubject: {}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        mail_date(at),
        words.from,
        seller.address(),
        at.as_millisecond(),
        words.subject.len(),
        domain(words.from),
        words.subject,
        body.join("\r\n")
    )
}

fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

fn mail_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// The DKIM-Signature field over all fields and the body, simple canonicalisation.
fn signature(from: &str, at: Timestamp, mail: &str) -> String {
    const SIGNED: &str = "date:from:to:message-id:subject:mime-version:content-type";
    let (head, body) = mail.split_once("\r\n\r\n").unwrap_or((mail, ""));
    let hash = STANDARD.encode(digest(body.as_bytes()));
    let field = format!(
        "DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d={}; s={SELECTOR};\r\n\tt={}; h={SIGNED};\r\n\tbh={hash};\r\n\tb=",
        domain(from),
        at.as_second()
    );
    let signed = format!("{head}\r\n{field}");
    let sealed = key().map(|key| STANDARD.encode(key.sign(&digest(signed.as_bytes())).as_ref()));
    format!("{field}{}\r\n", sealed.unwrap_or_default())
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes)
        .as_ref()
        .to_vec()
}
