//! Other people's names for this machine, and paths that lead out of the site.

use crate::http::get;
use crate::place::Place;
use crate::server::Server;

#[test]
fn a_strangers_name_for_this_machine_opens_nothing() {
    let server = Server::empty();
    let owner = server.owner();
    let port = server.at.port();
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "127.0.0.1@evil.example",
        "evil.example:80",
    ] {
        let answer = server.asked_by(&owner, get("/").with("host", host));
        assert_eq!(answer.status, 421, "{host}");
        assert!(!answer.text().contains("Today"), "{host}");
        assert_eq!(answer.header("set-cookie"), "", "{host}");
    }
    for host in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("LOCALHOST:{port}"),
        "[::1]:80".to_owned(),
    ] {
        let answer = server.asked_by(&owner, get("/").with("host", &host));
        assert_eq!(answer.status, 200, "{host}");
    }
}

#[test]
fn behind_a_proxy_only_the_public_name_counts() {
    let server = Server::start(Place::new(), &["--address", "https://keep.example"]);
    let asked = |host: &str| server.ask(get("/sign-in").with("host", host)).status;
    assert_eq!(asked("keep.example"), 200);
    assert_eq!(asked("KEEP.example"), 200);
    for host in [
        "evil.example",
        "127.0.0.1",
        "localhost",
        "keep.example.evil.example",
    ] {
        assert_eq!(asked(host), 421, "{host}");
    }
    // What else names a host is not believed.
    let forwarded = get("/alerts")
        .with("host", "keep.example")
        .with("x-forwarded-host", "evil.example");
    let answer = server.ask(forwarded);
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/sign-in?to=/alerts")
    );
    // Whoever comes through a proxy does not sit at this machine.
    let check = get("/check").with("host", "keep.example");
    assert_eq!(server.ask(check).status, 303);
}

#[test]
fn no_path_leads_to_a_file() {
    let server = Server::filled();
    let owner = server.owner();
    for path in [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fdata%2fmaster.key",
        "/console.css/../../master.key",
        "/console.css%00.html",
        "/contacts/..%2f..%2fmaster.key",
        "/contacts/%2e%2e%2fmaster.key",
        "/contacts/master.key",
        "/contacts//etc/passwd",
        "/mail/..%2f..%2fmaster.key",
        "/mail/%2e%2e",
        "/playbooks/..%2f..%2f..%2fetc%2fpasswd/1",
        "/playbooks/%2e%2e/1",
        "/alerts/..%5c..%5cmaster.key",
        "/incidents/....//....//etc/passwd",
        "/accounts/file:%2f%2f%2fetc%2fpasswd",
        "//evil.example/%2e%2e",
    ] {
        let answer = server.asked_by(&owner, get(path));
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text().contains("root:"), "{path}");
    }
    let odd = server.asked_by(
        &owner,
        get("/playbooks/password-entered/99999999999999999999"),
    );
    assert_eq!(odd.status, 404);
}

#[test]
fn signing_in_never_leads_to_a_strangers_site() {
    let server = Server::empty();
    for to in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "/%09/evil.example",
    ] {
        let page = server.ask(get(&format!("/sign-in?to={to}"))).text();
        assert!(page.contains("name=\"to\" value=\"/\""), "{to}");
    }
}
