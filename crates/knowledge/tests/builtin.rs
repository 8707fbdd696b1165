//! The knowledge that is built in: it loads without a mistake, and its look-ups
//! do not fall into the known traps.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share stands outside of them"
)]

use std::sync::OnceLock;

use sellkeep_knowledge::{Brand, Host, Knowledge, MailRole};
use sellkeep_model::Domain;

fn knowledge() -> &'static Knowledge {
    static BUILTIN: OnceLock<Knowledge> = OnceLock::new();
    BUILTIN.get_or_init(|| Knowledge::builtin().unwrap_or_else(|problems| panic!("{problems}")))
}

fn sender(name: &str) -> String {
    let knowledge = knowledge();
    match knowledge.sender(&Domain::parse(name).unwrap()) {
        Some(sender) => format!("{} {:?}", sender.brand.id, sender.role),
        None => "nobody".to_owned(),
    }
}

fn host(name: &str) -> String {
    let knowledge = knowledge();
    match knowledge.host(&Domain::parse(name).unwrap()) {
        Host::BrandSite { brand, .. } => format!("site of {}", brand.id),
        Host::Zone(zone) => format!("zone {}", zone.domain),
        Host::Shortener { brand } => format!(
            "short link of {}",
            brand.map_or("nobody", |brand| &brand.id)
        ),
        Host::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn it_is_all_there() {
    let knowledge = knowledge();
    assert!(knowledge.brands.len() >= 36);
    assert!(knowledge.contacts.len() >= 400 && knowledge.facts.len() >= 200);
    let complete: Vec<&str> = knowledge
        .brands
        .iter()
        .filter(|brand| brand.complete)
        .map(|brand| brand.id.as_str())
        .collect();
    assert_eq!(
        complete,
        [
            "amazon", "ebay", "etsy", "payoneer", "paypal", "shopify", "stripe", "walmart"
        ]
    );
    for brand in complete {
        assert!(
            !knowledge.contacts_for(brand, "report-phishing").is_empty(),
            "{brand} has no report contact"
        );
    }
}

#[test]
fn senders() {
    for (name, expected) in [
        ("amazon.com", "amazon Notification"),
        ("amazon.com.be", "amazon Notification"),
        ("marketplace.amazon.de", "amazon Relay"),
        ("marketplace.amazon.co.uk", "amazon Relay"),
        ("amazonses.com", "amazon Transport"),
        ("x.amazonses.com", "nobody"),
        ("sub.amazon.com", "nobody"),
        ("members.ebay.com", "ebay Relay"),
        ("email.ebay.com", "ebay Notification"),
        ("t.shopifyemail.com", "shopify Tenant"),
        ("shop.myshopify.com", "nobody"),
        ("amazon-support.com", "nobody"),
        ("amazon.com.evil.example", "nobody"),
        ("com.be", "nobody"),
        ("shop.amazon.com.be", "nobody"),
        ("a.marketplace.amazon.de", "amazon Relay"),
        ("a.marketplace.amazon.co.uk", "amazon Relay"),
        ("marketplace.evil.example", "nobody"),
        ("a.members.ebay.com", "nobody"),
        ("members.ebay.fr", "ebay Relay"),
        ("a.members.reply.ebay.com", "ebay Relay"),
        ("sns.amazonaws.com", "aws Tenant"),
        ("x.sns.amazonaws.com", "aws Tenant"),
        ("shopifyemail.com", "shopify Tenant"),
        ("facebookmail.com", "meta Notification"),
        ("x.facebookmail.com", "nobody"),
        ("bounces.amazon.com", "amazon Envelope"),
        ("notamazon.com", "nobody"),
        ("amazon", "nobody"),
        ("amazon.co", "nobody"),
    ] {
        assert_eq!(sender(name), expected, "for {name}");
    }
}

#[test]
fn hosts() {
    for (name, expected) in [
        ("www.amazon.com", "site of amazon"),
        ("sellercentral.amazon.de", "site of amazon"),
        ("m.media-amazon.com", "site of amazon"),
        ("bucket.s3.amazonaws.com", "zone amazonaws.com"),
        ("d1.cloudfront.net", "zone cloudfront.net"),
        ("amzn.to", "short link of amazon"),
        ("amz.run", "short link of nobody"),
        ("shop.myshopify.com", "zone myshopify.com"),
        ("evil.firebaseapp.com", "zone firebaseapp.com"),
        ("amazon.com.evil.example", "unknown"),
        ("sites.google.com", "zone sites.google.com"),
        ("a.sites.google.com", "zone sites.google.com"),
        ("amazon.co.jp", "site of amazon"),
        ("www.amazon.co.jp", "site of amazon"),
        ("deep.www.amazon.co.jp", "site of amazon"),
        ("amazon.com.be", "site of amazon"),
        ("www.amazon.com.be", "site of amazon"),
        ("com.be", "unknown"),
        ("other.com.be", "unknown"),
        ("marketplace.amazon.de", "unknown"),
        ("a.marketplace.amazon.de", "unknown"),
        ("marketplace.amazon.fr", "unknown"),
        ("members.ebay.com", "zone members.ebay.com"),
        ("members.ebay.fr", "unknown"),
        ("cdn.shopify.com", "zone cdn.shopify.com"),
        ("paypal.me", "zone paypal.me"),
        ("payoneer.custhelp.com", "site of payoneer"),
        ("other.custhelp.com", "zone custhelp.com"),
        ("about.amazon", "site of amazon"),
        ("repost.aws", "site of aws"),
        ("x.lambda-url.eu-west-1.on.aws", "zone on.aws"),
        ("amazonses.com", "zone amazonses.com"),
        ("bit.ly", "short link of nobody"),
        ("x.bit.ly", "short link of nobody"),
        ("notbit.ly", "unknown"),
        ("amazon-support.com", "unknown"),
        ("notamazon.com", "unknown"),
        // A low-confidence host vouches for nothing.
        ("mediamarkt.es", "unknown"),
    ] {
        assert_eq!(host(name), expected, "for {name}");
    }
}

#[test]
fn owners() {
    for (name, expected) in [
        ("amazon.com", Some("amazon")),
        ("anything.amazon.de", Some("amazon")),
        ("marketplace.amazon.de", None),
        ("otto.de", Some("otto")),
        ("bol.com", Some("bol")),
        ("verkopen.bol.com", Some("bol")),
        // Of low confidence, but no stranger's either.
        ("mediamarkt.es", Some("mediamarkt")),
        ("amzn.to", Some("amazon")),
        ("amz.run", None),
        ("facebookmail.com", Some("meta")),
        ("amazonses.com", None),
        ("shop.myshopify.com", None),
        ("amazon.com.evil.example", None),
        ("amazon-support.com", None),
        ("com.be", None),
        ("com", None),
    ] {
        let owner = knowledge().owns(&Domain::parse(name).unwrap());
        assert_eq!(owner.map(|brand| brand.id.as_str()), expected, "for {name}");
    }
}

/// Whatever strangers can get below a zone or a relay, it is never a sender of notices.
#[test]
fn no_zone_or_relay_sends_notices() {
    let knowledge = knowledge();
    let zones = knowledge.zones.iter().map(|zone| zone.domain.as_str());
    let relays = knowledge.brands.iter().flat_map(|brand| {
        let strangers = brand.mail_domains.iter().filter(|record| {
            matches!(
                record.role,
                MailRole::Relay | MailRole::Tenant | MailRole::Transport
            )
        });
        strangers.map(|record| record.domain.as_str())
    });
    let mut names = 0;
    for name in zones.chain(relays) {
        for below in [format!("a.{name}"), format!("www.b-2.{name}")] {
            let domain = Domain::parse(&below).unwrap();
            let sender = knowledge.sender(&domain);
            assert!(
                sender.is_none_or(|sender| sender.role != MailRole::Notification),
                "{below} sends notices"
            );
            let host = knowledge.host(&domain);
            assert!(
                !matches!(host, Host::BrandSite { .. }),
                "{below} is a brand's site"
            );
            names += 1;
        }
    }
    assert!(names > 150, "only {names} names were tried");
}

#[test]
fn records_by_id() {
    let knowledge = knowledge();
    let contact = knowledge.contact("amazon-report-scam-email").unwrap();
    assert_eq!(contact.value, "reportascam@amazon.com");
    assert!(
        knowledge
            .contacts_for("amazon", "report-phishing")
            .contains(&contact)
    );
    assert!(
        knowledge
            .contacts_for("nobody", "report-phishing")
            .is_empty()
    );
    assert_eq!(
        knowledge.fact("amz-never-bank-card").unwrap().platform,
        "amazon"
    );
    assert_eq!(knowledge.lure("urgency").unwrap().id, "urgency");
    assert_eq!(knowledge.brand("etsy").unwrap().name, "Etsy");
    assert!(knowledge.brand("nobody").is_none());
}

/// What a release must not lose: the tables as they were collected.
#[test]
fn all_tables_are_full() {
    let knowledge = knowledge();
    let in_brands = |count: fn(&Brand) -> usize| knowledge.brands.iter().map(count).sum::<usize>();
    let counts = [
        ("brands", knowledge.brands.len(), 51),
        (
            "mail domains",
            in_brands(|brand| brand.mail_domains.len()),
            151,
        ),
        ("web hosts", in_brands(|brand| brand.web_hosts.len()), 250),
        ("notices", in_brands(|brand| brand.notices.len()), 74),
        ("deeds", knowledge.deeds.len(), 32),
        ("topics", knowledge.topics.len(), 4),
        ("languages", knowledge.languages.len(), 12),
        ("machine names", knowledge.machine_names.len(), 15),
        ("zones", knowledge.zones.len(), 81),
        ("shorteners", knowledge.shorteners.len(), 80),
        ("contacts", knowledge.contacts.len(), 421),
        ("facts", knowledge.facts.len(), 207),
        ("lures", knowledge.lures.len(), 15),
    ];
    for (table, count, least) in counts {
        println!("{table}: {count}");
        assert!(count >= least, "{count} {table}, were {least}");
    }
}

#[test]
fn an_overlay_adds_a_brand_and_changes_the_version() {
    let text = include_str!("../../../tests/knowledge/brands/example/brand.toml");
    let files = [("brands/example/brand.toml".to_owned(), text.to_owned())].into();
    let overlaid = Knowledge::with_overlay(&files).unwrap();
    // A replaced file takes the place of the built-in one; all others stay.
    assert_eq!(overlaid.brands.len(), knowledge().brands.len() + 1);
    let found = overlaid
        .sender(&Domain::parse("example.com").unwrap())
        .unwrap();
    assert_eq!(found.brand.id, "example");
    assert_eq!(found.role, MailRole::Notification);
    assert_ne!(overlaid.version, knowledge().version);
}

#[test]
fn an_overlay_replaces_a_file_of_the_same_path() {
    let text = "id = \"etsy\"\nname = \"Etsy as I know it\"\nkind = \"marketplace\"\n";
    let files = [("brands/etsy/brand.toml".to_owned(), text.to_owned())].into();
    let overlaid = Knowledge::with_overlay(&files).unwrap();
    assert_eq!(overlaid.brand("etsy").unwrap().name, "Etsy as I know it");
    assert_eq!(overlaid.brands.len(), knowledge().brands.len());
    assert!(
        overlaid
            .sender(&Domain::parse("etsy.com").unwrap())
            .is_none()
    );
    assert!(!overlaid.contacts_for("etsy", "report-phishing").is_empty());
}

/// The notices that an intruder's deed shows in are known in the languages that we ship.
#[test]
fn every_deed_has_words_in_six_languages() {
    for deed in &knowledge().deeds {
        let languages: Vec<&str> = deed
            .words
            .iter()
            .map(|words| words.language.as_str())
            .collect();
        for language in ["en", "de", "fr", "es", "it", "ja"] {
            assert!(
                languages.contains(&language),
                "{} has no {language}",
                deed.id
            );
        }
        assert!(
            deed.words.iter().all(|words| !words.deeds.is_empty()),
            "{}",
            deed.id
        );
    }
}
