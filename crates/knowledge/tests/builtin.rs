//! The knowledge that is built in: it loads without a mistake, and its look-ups
//! do not fall into the known traps.

use sellkeep_knowledge::{Host, Knowledge, MailRole};
use sellkeep_model::Domain;

fn knowledge() -> Knowledge {
    Knowledge::builtin().unwrap_or_else(|problems| panic!("{problems}"))
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
    ] {
        assert_eq!(host(name), expected, "for {name}");
    }
}

#[test]
fn mistakes_are_named_with_file_record_and_field() {
    let check = |path: &str, text: &str, expected: &str| {
        let files = [(path.to_owned(), text.to_owned())].into();
        let problems = Knowledge::with_overlay(&files).unwrap_err();
        let all: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
        assert!(
            all.iter().any(|problem| problem == expected),
            "{expected:?} is not in {all:#?}"
        );
    };
    check(
        "brands/x/brand.toml",
        "id = \"y\"\nname = \"X\"\nkind = \"payments\"",
        "knowledge/brands/x/brand.toml: brand: `id` must be the folder's name, \"x\"",
    );
    check(
        "zones.toml",
        "[[zone]]\ndomain = \"a.com\"\nowner = \"o\"\npublic_suffix = \"no\"\nwhy = \"w\"\nseen = \"soon\"\nconfidence = \"high\"",
        "knowledge/zones.toml: zone 1: `source` is missing: no fact without a source and a date",
    );
    check(
        "zones.toml",
        "[[zone]]\ndomain = \"a.com\"\nowner = \"o\"\npublic_suffix = \"no\"\nwhy = \"w\"\nsource = \"s\"\nseen = \"soon\"\nconfidence = \"high\"",
        "knowledge/zones.toml: zone 1: `seen` is no date (YYYY, YYYY-MM, YYYY-MM-DD or unknown): \"soon\"",
    );
    check(
        "contacts/x.toml",
        "[[contact]]\nid = \"c\"\ncolour = 1\nsource = \"s\"\nseen = \"2026\"\nconfidence = \"high\"",
        "knowledge/contacts/x.toml: contact c: `colour` is no field of it",
    );
    check(
        "brands/nobody/notices/n/notice.toml",
        "id = \"n\"\nsender = \"a@b.c\"\nsubject = \"\"\nsubject_match = \"any\"\nevent = \"e\"\nlocale = \"en\"\nsecurity_relevant = false\nsource = \"s\"\nseen = \"2026\"\nconfidence = \"high\"",
        "knowledge/brands/nobody/notices/n/notice.toml: notice: there is no brand \"nobody\"",
    );
    check(
        "elsewhere.toml",
        "",
        "knowledge/elsewhere.toml: file: no such file belongs to the knowledge",
    );
}

#[test]
fn an_overlay_adds_a_brand_and_changes_the_version() {
    let text = include_str!("../../../tests/knowledge/brands/example/brand.toml");
    let files = [("brands/example/brand.toml".to_owned(), text.to_owned())].into();
    let overlaid = Knowledge::with_overlay(&files).unwrap();
    let found = overlaid
        .sender(&Domain::parse("example.com").unwrap())
        .unwrap();
    assert_eq!(found.brand.id, "example");
    assert_eq!(found.role, MailRole::Notification);
    assert_ne!(overlaid.version, knowledge().version);
}
