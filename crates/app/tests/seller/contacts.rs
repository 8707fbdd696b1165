//! A contact is confirmed or corrected by a person: on the page, the sheet, the command.

use crate::http::get;
use crate::people::between;
use crate::shop::opened;

#[test]
fn a_corrected_contact_is_everywhere_until_it_grows_old() {
    let (server, owner) = opened();
    let page = server.page(&owner, "/contacts");
    let id = between(&page, "name=\"contact\" value=\"", "\"");
    let fields = [("contact", id.as_str()), ("value", "+1 555 0100")];
    server.done_by(&owner, "/contacts", &fields);
    let page = server.page(&owner, "/contacts");
    assert!(page.contains("+1 555 0100"), "{page}");
    assert!(page.contains("by mia"), "{page}");
    let sheet = server.asked_by(&owner, get("/contacts/sheet.html")).text();
    assert!(sheet.contains("+1 555 0100"), "{sheet}");
    let accounts = server.json(&owner, "/api/accounts");
    let country = accounts["items"][0]["country"].as_str();
    let country = country.map_or_else(Vec::new, |country| vec!["--country", country]);
    let said = server
        .place
        .run(&[&["contacts", "amazon", "--data", "data"][..], &country].concat());
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("+1 555 0100"), "{said}");
    let elsewhere = server
        .place
        .run(&[&["contacts", "amazon"][..], &country].concat());
    assert!(
        !String::from_utf8(elsewhere)
            .unwrap()
            .contains("+1 555 0100")
    );
    let unknown = [("contact", "nobody"), ("value", "x")];
    assert_eq!(server.sent_by(&owner, "/contacts", &unknown).status, 404);
    let empty = [("contact", id.as_str()), ("value", " ")];
    assert_eq!(server.sent_by(&owner, "/contacts", &empty).status, 422);
}
