//! Every route of pages and API, asked by everybody who must not get in: nobody, half a
//! sign-in, another tenant, a reader, a program. The list comes from the crate that
//! routes, the addresses from its own links: a new route is asked by itself.

use std::collections::BTreeSet;

use sellkeep_console::{Access, PAGES, Page};
use sellkeep_store::Role;

use crate::http::{Answer, Request, escaped, get};
use crate::people::Person;
use crate::place::{ACCOUNT, OURS, RIVAL, RIVAL_ACCOUNT};
use crate::server::Server;
use crate::site::{Form, Site, route};

/// What a browser, and an attacker, may try.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE"];

/// A server on which everything is there to be found, and its owner.
pub fn full() -> (Server, Person) {
    let server = Server::filled();
    let owner = server.owner();
    let alerts = server.asked_by(&owner, get("/api/alerts")).text();
    let alerts: serde_json::Value = serde_json::from_str(&alerts).unwrap();
    let id = alerts["items"][0]["id"]
        .as_str()
        .expect("an alert was raised");
    let done = server.sent_by(&owner, &format!("/alerts/{id}"), &[("answer", "not-me")]);
    assert_eq!(done.status, 303, "{}", done.text());
    (server, owner)
}

fn is_api(page: &Page) -> bool {
    page.path.starts_with("/api/") || page.path == "/metrics"
}

/// Nothing of ours is in what was answered.
fn shows_nothing(answer: &Answer, what: &str) {
    assert!(!answer.text().contains(ACCOUNT), "{what} shows an account");
}

#[test]
fn nobody_gets_anything_without_signing_in() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    for page in PAGES.iter().filter(|page| page.access != Access::Anyone) {
        for address in site.examples(page) {
            for method in METHODS {
                let what = format!("{method} {address}");
                // As a proxy passes strangers on: whoever sits at this machine may check a mail.
                let request = Request::new(method, &address).with("x-forwarded-for", "192.0.2.7");
                let answer = server.ask(request);
                let refused = if is_api(page) { 401 } else { 303 };
                assert!(
                    [refused, 403, 405].contains(&answer.status),
                    "{what}: {}",
                    answer.status
                );
                if answer.status == 303 {
                    let to = answer.header("location");
                    assert!(to.starts_with("/sign-in"), "{what} leads to {to}");
                }
                shows_nothing(&answer, &what);
            }
        }
    }
}

#[test]
fn a_password_alone_leads_to_the_second_step_only() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    let link = server.invite(OURS, Role::Owner);
    let half = server.half("hal", &link);
    for page in PAGES {
        if matches!(page.access, Access::Anyone | Access::Half) {
            continue;
        }
        for address in site.examples(page) {
            let request = get(&address).with("x-forwarded-for", "192.0.2.7");
            let answer = server.asked_by(&half, request);
            let led = (answer.status, answer.header("location")) == (303, "/second-step");
            let refused = [403, 405].contains(&answer.status);
            assert!(led || refused, "{address}: {}", answer.status);
            shows_nothing(&answer, &address);
        }
    }
}

#[test]
fn another_tenant_finds_nothing_of_ours() {
    let (server, owner) = full();
    let rival = server.join(RIVAL, Role::Owner, "rita");
    let site = Site::of(&server, &owner);
    let theirs = Site::of(&server, &rival);
    let own: BTreeSet<&String> = theirs.addresses.values().flatten().collect();
    let mut refused = 0;
    for page in PAGES.iter().filter(|page| page.access != Access::Anyone) {
        for address in site.examples(page) {
            if page.posts && !is_api(page) && page.path == "/sign-out" {
                continue;
            }
            let answer = server.asked_by(&rival, get(&address));
            shows_nothing(&answer, &address);
            // What their own pages lead to is no id of ours.
            if page.path.contains('{') && !own.contains(&address) {
                assert_eq!(answer.status, 404, "{address}");
                refused += 1;
            }
        }
    }
    assert!(
        refused >= 5,
        "only {refused} addresses with ids of ours were tried"
    );
    let all = theirs.pages.iter().map(|(_, text)| text.as_str());
    assert!(all.clone().all(|text| !text.contains(ACCOUNT)));
    assert!(
        all.clone().any(|text| text.contains(RIVAL_ACCOUNT)),
        "they see their own"
    );
    let mine = site
        .pages
        .iter()
        .all(|(_, text)| !text.contains(RIVAL_ACCOUNT));
    assert!(mine, "we see theirs");
    for query in ["account=", "filter=", "before="] {
        for list in ["/api/events", "/api/alerts", "/api/accounts"] {
            let address = format!("{list}?{query}{ACCOUNT}");
            shows_nothing(&server.asked_by(&rival, get(&address)), &address);
        }
    }
}

#[test]
fn no_form_of_ours_works_for_another_tenant_or_a_reader() {
    let (server, owner) = full();
    let forms = Site::of(&server, &owner).forms;
    assert!(forms.len() > 20, "only {} forms were found", forms.len());
    let rival = server.join(RIVAL, Role::Owner, "rita");
    let reader = server.join(OURS, Role::Auditor, "rolf");
    let before = state(&server, &owner);
    for stranger in [rival, reader] {
        let is_reader = stranger.name == "rolf";
        let mut codes = stranger.recovery.clone();
        for form in forms.iter().filter(|form| form.action != "/sign-out") {
            let page = route(&form.action).expect("a form leads to a page of ours");
            let answer = send(&server, &stranger, form, &mut codes);
            let what = format!("{}: {form:?} answered {}", stranger.name, answer.status);
            if is_reader && matches!(page.access, Access::Act | Access::Owner) {
                assert_eq!(answer.status, 403, "{what}");
            } else if page.path.contains('{') {
                assert!(matches!(answer.status, 403 | 404), "{what}");
            }
            shows_nothing(&answer, &what);
        }
    }
    for (now, then) in state(&server, &owner).iter().zip(&before) {
        let at = now
            .bytes()
            .zip(then.bytes())
            .take_while(|(now, then)| now == then)
            .count();
        let shown = |text: &str| {
            text[at.min(text.len())..]
                .chars()
                .take(300)
                .collect::<String>()
        };
        assert_eq!(shown(now), shown(then), "a stranger changed something");
    }
}

/// Sends a form with the sender's own token, and with a code where one is asked for.
fn send(server: &Server, person: &Person, form: &Form, codes: &mut Vec<String>) -> Answer {
    let mut fields = Vec::new();
    for (name, value) in &form.fields {
        let value = match name.as_str() {
            "csrf" => person.csrf.clone(),
            "code" => codes.pop().unwrap_or_default(),
            _ => value.clone(),
        };
        fields.push((name.clone(), value));
    }
    if form.multipart {
        let part = |(name, value): &(String, String)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let parts: Vec<String> = fields.iter().map(part).collect();
        let parts = parts.concat();
        let request = Request::new("POST", &form.action)
            .with("content-type", "multipart/form-data; boundary=b")
            .carrying(format!("{parts}--b--\r\n"));
        return server.asked_by(person, request);
    }
    let body: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let request = Request::new("POST", &form.action)
        .with("content-type", "application/x-www-form-urlencoded")
        .carrying(body.join("&"));
    server.asked_by(person, request)
}

/// What our tenant has, but for what shows how late it is.
fn state(server: &Server, owner: &Person) -> Vec<String> {
    let mut state: Vec<String> = ["/api/alerts?limit=200", "/api/accounts", "/people"]
        .iter()
        .map(|address| server.asked_by(owner, get(address)).text())
        .collect();
    for (address, text) in Site::of(server, owner).pages {
        if address.starts_with("/incidents/") {
            state.push(
                text.split_once("<h2>Log</h2>")
                    .map(|(_, log)| log.to_owned())
                    .unwrap(),
            );
        }
    }
    state
}

#[test]
fn a_reader_reads_and_an_agency_is_no_owner() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    for role in [Role::Auditor, Role::Agency, Role::Responder] {
        let person = server.join(OURS, role, role.as_str());
        for page in PAGES {
            if matches!(page.access, Access::Anyone | Access::Half) {
                continue;
            }
            for address in site.examples(page) {
                let answer = server.asked_by(&person, get(&address));
                let expected = match page.access {
                    Access::Owner => 403,
                    _ if page.path == "/api/check" => 405,
                    _ => 200,
                };
                assert_eq!(answer.status, expected, "{} {address}", role.as_str());
            }
        }
    }
}

#[test]
fn a_wrong_method_does_nothing() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    for page in PAGES {
        let address = site.examples(page)[0].clone();
        for method in ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            let answer = server.asked_by(&owner, Request::new(method, &address));
            assert_eq!(answer.status, 405, "{method} {address}");
        }
        let posted = server.asked_by(&owner, Request::new("POST", &address));
        assert_eq!(
            posted.status != 405,
            page.posts,
            "POST {address}: {}",
            posted.status
        );
        for odd in [
            format!("{address}/"),
            format!("/{address}"),
            format!("{address}%00"),
        ] {
            let status = server.asked_by(&owner, get(&odd)).status;
            let is_root = address == "/";
            assert!(status == 404 || is_root && status == 200, "{odd}: {status}");
        }
    }
}

#[test]
fn a_programs_token_reads_the_api_and_nothing_else() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    let made = server.sent_by(
        &owner,
        "/settings",
        &[("act", "token"), ("name", "grafana")],
    );
    let (_, rest) = made
        .text()
        .split_once("not shown again: ")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let token = crate::people::between(&rest, "class=\"key\">", "<");
    let bearer = format!("Bearer {token}");
    for page in PAGES {
        for address in site.examples(page) {
            let answer = server.ask(get(&address).with("authorization", &bearer));
            let expected = match page.path {
                _ if page.access == Access::Anyone && !is_api(page) => continue,
                "/api/check" => 405,
                _ if is_api(page) => 200,
                _ => 403,
            };
            assert!(
                answer.status == expected || answer.status == 405,
                "{address}: {}",
                answer.status
            );
            let as_cookie = format!("sellkeep={token}");
            let answer = server.ask(
                get(&address)
                    .with("cookie", &as_cookie)
                    .with("x-forwarded-for", "192.0.2.7"),
            );
            assert!(
                matches!(answer.status, 303 | 401 | 405),
                "{address} as a cookie: {}",
                answer.status
            );
        }
    }
}
