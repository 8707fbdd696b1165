//! Headers of every answer, and pages without anything inline: what keeps browsers strict.

use sellkeep_console::PAGES;

use crate::http::{Answer, Request, get};
use crate::routes::full;
use crate::site::Site;

fn is_strict(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    for loose in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
        assert!(!policy.contains(loose), "{what}: {policy}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let mut names: Vec<&String> = answer.headers.iter().map(|(name, _)| name).collect();
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count, "{what}: a header twice: {names:?}");
    assert_eq!(answer.header("server"), "", "{what} says who serves");
}

#[test]
fn every_answer_is_strict() {
    let (server, owner) = full();
    let site = Site::of(&server, &owner);
    for page in PAGES {
        for address in site.examples(page) {
            for answer in [
                server.ask(get(&address)),
                server.asked_by(&owner, get(&address)),
            ] {
                is_strict(&answer, &address);
            }
            let posted = server.ask(Request::new("POST", &address));
            is_strict(&posted, &format!("POST {address}"));
        }
    }
    for odd in ["/nothing", "/%", "/alerts/%ff", "/welcome?key=abc"] {
        is_strict(&server.ask(get(odd)), odd);
    }
    is_strict(
        &server.ask(get("/").with("host", "evil.example")),
        "another host",
    );
}

#[test]
fn nothing_of_a_tenant_stays_in_a_cache() {
    let (server, owner) = full();
    for (address, _) in Site::of(&server, &owner).pages {
        let answer = server.asked_by(&owner, get(&address));
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
    }
}

#[test]
fn pages_hold_no_script_no_style_and_nothing_of_strangers() {
    let (server, owner) = full();
    let pages = Site::of(&server, &owner).pages;
    assert!(pages.len() > 15, "only {} pages", pages.len());
    for (address, text) in pages {
        assert!(
            !text.contains("<style") && !text.contains(" style="),
            "{address}: a style"
        );
        let mut scripts = text.split("<script").skip(1);
        assert!(
            scripts.all(|rest| rest.starts_with(" src=\"/")),
            "{address}: a script"
        );
        for tag in text.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            assert!(!tag.contains(" on"), "{address}: <{tag}>");
            for source in [" src=\"http", "stylesheet\" href=\"http", " action=\"http"] {
                assert!(!tag.contains(source), "{address}: <{tag}>");
            }
        }
    }
}
