//! One page, own marketplaces only, doubt shown in words.

use super::*;

fn today() -> Date {
    jiff::civil::date(2026, 11, 24)
}

fn owner(brands: &[&str]) -> Owner {
    Owner {
        name: "Mia's <Shop>".to_owned(),
        brands: brands.iter().map(|brand| (*brand).to_owned()).collect(),
        country: Some("DE".to_owned()),
        ids: vec![("amazon".to_owned(), "Seller ID A1B2C3".to_owned())],
        own: vec![("Bank".to_owned(), "+49 30 1234567".to_owned())],
        confirmed: Vec::new(),
    }
}

fn knowledge() -> Knowledge {
    Knowledge::builtin().expect("the built-in knowledge")
}

fn page_count(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count()
}

#[test]
fn only_the_owners_marketplaces_are_on_it() {
    let sheet = sheet(&knowledge(), &owner(&["amazon", "etsy"]), today());
    let titles: Vec<&str> = sheet
        .sections
        .iter()
        .map(|section| section.title.as_str())
        .collect();
    assert_eq!(titles, ["Our own", "Amazon", "Etsy", "Authorities"]);
    assert!(
        sheet.sections[1]
            .ids
            .contains(&"Seller ID A1B2C3".to_owned())
    );
    assert!(!sheet.sections[1].lines.is_empty());
}

#[test]
fn every_brand_at_once_still_fits_one_page_on_both_papers() {
    let knowledge = knowledge();
    let all: Vec<&str> = knowledge
        .brands
        .iter()
        .map(|brand| brand.id.as_str())
        .collect();
    let sheet = sheet(&knowledge, &owner(&all), today());
    for paper in [Paper::A4, Paper::Letter] {
        let bytes = pdf(&sheet, paper);
        assert!(bytes.starts_with(b"%PDF-"));
        assert_eq!(page_count(&bytes), 1);
    }
}

#[test]
fn an_old_or_doubtful_contact_says_so_in_words() {
    let knowledge = knowledge();
    let sheet = sheet(&knowledge, &owner(&["amazon"]), today());
    let doubtful = sheet
        .sections
        .iter()
        .flat_map(|section| &section.lines)
        .filter(|line| line.doubtful);
    for line in doubtful {
        assert!(
            line.checked.contains("CHECK AGAIN") || line.checked.contains("ONE THIRD PARTY"),
            "{line:?}"
        );
    }
}

#[test]
fn what_a_person_confirmed_replaces_the_doubt_for_half_a_year() {
    let knowledge = knowledge();
    let contact = pick::for_brand(&knowledge, "amazon", None, today())[0]
        .id
        .clone();
    let mut owner = owner(&["amazon"]);
    owner.country = None;
    owner.confirmed = vec![Confirmed {
        contact: contact.clone(),
        value: "+1 555 0100".to_owned(),
        on: jiff::civil::date(2026, 11, 1),
        by: "mia".to_owned(),
    }];
    let find = |sheet: &Sheet| {
        let mut lines = sheet.sections.iter().flat_map(|section| &section.lines);
        lines
            .find(|line| line.id == contact)
            .expect("the line")
            .clone()
    };
    let fresh = find(&sheet(&knowledge, &owner, today()));
    assert_eq!(
        (fresh.value.as_str(), fresh.doubtful),
        ("+1 555 0100", false)
    );
    let later = find(&sheet(&knowledge, &owner, jiff::civil::date(2027, 11, 24)));
    assert!(later.doubtful && later.checked.contains("CHECK AGAIN"));
    assert_eq!(later.value, "+1 555 0100", "a correction is not forgotten");
    let last_day = find(&sheet(&knowledge, &owner, jiff::civil::date(2027, 4, 30)));
    assert!(!last_day.doubtful, "180 days after");
    let day_after = find(&sheet(&knowledge, &owner, jiff::civil::date(2027, 5, 1)));
    assert!(day_after.doubtful);
}

#[test]
fn nothing_that_a_person_entered_becomes_markup() {
    let page = html(&sheet(&knowledge(), &owner(&["amazon"]), today()));
    assert!(page.contains("Mia&#39;s &lt;Shop&gt;"));
    assert!(page.contains("href=\"tel:+49301234567\""));
}
