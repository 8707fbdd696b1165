//! Which contacts go on the sheet: few, the best first.

use jiff::civil::Date;
use sellkeep_knowledge::{Confidence, Contact, Knowledge};

/// Purposes in the order in which they are needed, with how many lines each may take.
const WANTED: &[(&str, usize)] = &[
    ("account-compromised", 3),
    ("fraud-payment", 2),
    ("seller-support", 1),
    ("report-phishing", 2),
];
/// Authorities are the same for everybody in a country; a few suffice.
const AUTHORITIES_MAX: usize = 4;

/// The contacts of one brand, the best of each purpose.
pub fn for_brand<'a>(
    knowledge: &'a Knowledge,
    brand: &str,
    country: Option<&str>,
    today: Date,
) -> Vec<&'a Contact> {
    let best = |(purpose, most): &(&str, usize)| {
        let mut contacts = knowledge.contacts_for(brand, purpose);
        contacts.retain(|contact| fits(&contact.region, country));
        contacts.sort_by_key(|contact| rank(contact, country, today));
        contacts.truncate(*most);
        contacts
    };
    WANTED.iter().flat_map(best).collect()
}

/// The authorities of a country.
pub fn authorities<'a>(
    knowledge: &'a Knowledge,
    country: Option<&str>,
    today: Date,
) -> Vec<&'a Contact> {
    let mut contacts: Vec<&Contact> = knowledge
        .contacts
        .iter()
        .filter(|contact| contact.service == "authority" && fits(&contact.region, country))
        .collect();
    contacts.sort_by_key(|contact| rank(contact, country, today));
    contacts.truncate(AUTHORITIES_MAX);
    contacts
}

/// Own country first, then sure and fresh ones, then those one can reach at once.
fn rank(contact: &Contact, country: Option<&str>, today: Date) -> (bool, bool, bool, u8, String) {
    let own = country.is_some_and(|country| names(&contact.region, country));
    let channel = match contact.channel.as_str() {
        "phone" => 0,
        "email" => 1,
        "chat" => 2,
        _ => 3,
    };
    (
        !own,
        contact.source.confidence == Confidence::Low,
        contact.is_stale(today),
        channel,
        contact.id.clone(),
    )
}

fn fits(region: &str, country: Option<&str>) -> bool {
    let everywhere = region == "global" || region == "EU";
    everywhere || country.is_none_or(|country| names(region, country))
}

fn names(region: &str, country: &str) -> bool {
    region
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| word.eq_ignore_ascii_case(country))
}
