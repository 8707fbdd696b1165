//! Forms that were not sent from our pages (cross-site request forgery) change nothing.

use sellkeep_console::PAGES;

use crate::http::{Request, get};
use crate::people::Person;
use crate::place::OURS;
use crate::routes::full;
use crate::site::Site;
use sellkeep_store::Role;

/// Every address that takes a form, but for those that need no session.
fn taking_forms(site: &Site) -> Vec<String> {
    let pages = PAGES.iter().filter(|page| page.posts);
    pages.map(|page| site.examples(page)[0].clone()).collect()
}

fn form(path: &str, csrf: &str, person: &Person) -> Request {
    let body = format!("csrf={csrf}&act=end-others&answer=acknowledge&title=x");
    let kind = "application/x-www-form-urlencoded";
    person.asks(
        Request::new("POST", path)
            .with("content-type", kind)
            .carrying(body),
    )
}

#[test]
fn a_form_needs_the_token_of_its_own_browser() {
    let (server, owner) = full();
    let other = server.join(OURS, Role::Owner, "olga");
    let site = Site::of(&server, &owner);
    let stranger = server.ask(get("/sign-in")).csrf();
    for path in taking_forms(&site) {
        for token in [
            "",
            "0",
            &"0".repeat(64),
            &other.csrf,
            &stranger,
            &owner.cookie,
        ] {
            let answer = server.ask(form(&path, token, &owner));
            assert_eq!(answer.status, 403, "{path} with the token {token:?}");
        }
        let body = format!("csrf={}", owner.csrf);
        let plain = Request::new("POST", &path)
            .with("content-type", "text/plain")
            .carrying(body);
        assert_eq!(
            server.ask(owner.asks(plain)).status,
            403,
            "{path} as plain text"
        );
    }
}

#[test]
fn a_form_with_the_token_from_elsewhere_is_refused_too() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    let own = format!("http://{}", server.at);
    let elsewhere = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", "http://localhost.evil.example"),
    ];
    for path in taking_forms(&site) {
        for (name, value) in elsewhere {
            let answer = server.ask(form(&path, &owner.csrf, &owner).with(name, value));
            assert_eq!(answer.status, 403, "{path} with {name}: {value}");
        }
    }
    let fine = form("/settings", &owner.csrf, &owner).with("origin", &own);
    let fine = server.ask(fine.with("sec-fetch-site", "same-origin"));
    assert_eq!(fine.status, 200, "{}", fine.text());
}

#[test]
fn no_page_lets_another_site_read_it() {
    let (server, owner) = full();
    for address in Site::of(&server, &owner).addresses.values().flatten() {
        let request = get(address).with("origin", "https://evil.example");
        let answer = server.asked_by(&owner, request);
        let open = answer
            .headers
            .iter()
            .find(|(name, _)| name.starts_with("access-control-"));
        assert_eq!(open, None, "{address}");
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{address}"
        );
    }
}
