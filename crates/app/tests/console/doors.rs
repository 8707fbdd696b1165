//! Signing in: what a browser is given, what is worthless afterwards, what guessing costs.

use jiff::Timestamp;
use sellkeep_store::Role;

use crate::http::{Answer, get, post};
use crate::people::{PASSWORD, Person, code};
use crate::place::{OURS, Place};
use crate::server::Server;

/// Failures that cost nothing.
const FREE: usize = 4;

/// Signs in on a browser that holds a cookie already, or none.
fn sign_in(
    server: &Server,
    cookie: Option<&str>,
    name: &str,
    password: &str,
    code: &str,
) -> Answer {
    let page = match cookie {
        Some(cookie) => server.ask(get("/sign-in").with("cookie", cookie)),
        None => server.ask(get("/sign-in")),
    };
    let cookie = page
        .cookie()
        .or(cookie.map(str::to_owned))
        .expect("a token");
    let csrf = page.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("name", name),
        ("password", password),
        ("code", code),
    ];
    server.ask(post("/sign-in", &fields).with("cookie", &cookie))
}

fn opens(server: &Server, cookie: &str) -> bool {
    let answer = server.ask(get("/alerts").with("cookie", cookie));
    assert!(matches!(answer.status, 200 | 303), "{}", answer.status);
    answer.status == 200
}

#[test]
fn a_planted_session_is_worthless_after_signing_in() {
    let server = Server::empty();
    let mut owner = server.owner();
    let planted = format!("sellkeep={}", "ab".repeat(32));
    let recovery = owner.recovery.pop().unwrap();
    let done = sign_in(&server, Some(&planted), "mia", PASSWORD, &recovery);
    assert_eq!(done.status, 303, "{}", done.text());
    let given = done.cookie().expect("a new session");
    assert_ne!(given, planted);
    assert!(opens(&server, &given));
    assert!(!opens(&server, &planted));
    // The session that was there before stays its own, and signing out ends it for good.
    assert!(opens(&server, &owner.cookie));
    assert_eq!(server.sent_by(&owner, "/sign-out", &[]).status, 303);
    assert!(!opens(&server, &owner.cookie));
    assert!(opens(&server, &given));
}

#[test]
fn the_second_step_begins_a_new_session() {
    let server = Server::empty();
    let link = server.link.clone().unwrap();
    let before = server.ask(get(&link)).cookie().unwrap();
    let half = server.half("mia", &link);
    assert_ne!(half.cookie, before);
}

#[test]
fn a_new_password_ends_every_other_session() {
    let server = Server::empty();
    let mut owner = server.owner();
    let recovery = owner.recovery.pop().unwrap();
    let other = sign_in(&server, None, "mia", PASSWORD, &recovery)
        .cookie()
        .unwrap();
    assert!(opens(&server, &other));
    let new = "walrus canyon trumpet eleven";
    let fields = [
        ("act", "password"),
        ("old", PASSWORD),
        ("password", new),
        ("again", new),
    ];
    let done = server.sent_by(&owner, "/settings", &fields);
    assert!(
        done.text().contains("The password is changed"),
        "{}",
        done.text()
    );
    assert!(!opens(&server, &other));
    assert!(opens(&server, &owner.cookie));
}

#[test]
fn cookies_stay_with_this_host_and_away_from_scripts() {
    let server = Server::empty();
    let plain = server.ask(get("/sign-in"));
    let cookie = plain.header("set-cookie");
    for flag in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    drop(server);
    let server = Server::start(Place::new(), &["--address", "https://keep.example"]);
    let asked = get("/sign-in").with("host", "keep.example");
    let answer = server.ask(asked);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-sellkeep="), "{cookie}");
    for flag in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Secure"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age=")
    );
}

#[test]
fn guessing_passwords_is_slowed_down_and_says_nothing() {
    let server = Server::empty();
    let mut owner = server.owner();
    let other = server.join(OURS, Role::Responder, "rex");
    let wrong = sign_in(&server, None, "mia", "wrong", "000000");
    let unknown = sign_in(&server, None, "nobody", "wrong", "000000");
    assert_eq!((wrong.status, unknown.status), (401, 401));
    let without_name = |answer: &Answer, name: &str| {
        let text = answer.text().replace(&answer.csrf(), "");
        text.replace(&format!("value=\"{name}\""), "")
    };
    assert_eq!(
        without_name(&wrong, "mia"),
        without_name(&unknown, "nobody")
    );
    for _ in 0..FREE {
        sign_in(&server, None, "mia", "wrong", "");
    }
    let recovery = owner.recovery.pop().unwrap();
    let right = sign_in(&server, None, "mia", PASSWORD, &recovery);
    assert_eq!(right.status, 401, "the right password opened a locked door");
    assert_eq!(without_name(&right, "mia"), without_name(&wrong, "mia"));
    // Nobody else pays for it, and who is inside stays inside.
    let codes = other.recovery.clone();
    assert_eq!(
        sign_in(&server, None, "rex", PASSWORD, &codes[0]).status,
        303
    );
    assert!(opens(&server, &owner.cookie));
    waited(&server, &owner);
    let right = sign_in(&server, None, "mia", PASSWORD, &recovery);
    assert_eq!(right.status, 303, "{}", right.text());
}

/// Lets the lock's time pass, in the store.
fn waited(server: &Server, person: &Person) {
    server.place.with_store(async |store| {
        let (tenant, mut kept) = store.person_named(&person.name).await.unwrap().unwrap();
        let until = kept.value.locked_until.expect("the door is locked");
        let wait = until.duration_since(Timestamp::now()).as_secs();
        assert!((1..=60).contains(&wait), "the wait is {wait} s");
        kept.value.locked_until = Some(Timestamp::now());
        store.put_person(&tenant, &kept).await.unwrap();
    });
}

#[test]
fn a_code_works_once() {
    let server = Server::empty();
    let owner = server.owner();
    // The code of setting up was taken; the next one is good, once.
    let used = code(&owner.secret, Timestamp::now(), 0);
    assert_eq!(sign_in(&server, None, "mia", PASSWORD, &used).status, 401);
    let next = code(&owner.secret, Timestamp::now(), 1);
    assert_eq!(sign_in(&server, None, "mia", PASSWORD, &next).status, 303);
    assert_eq!(sign_in(&server, None, "mia", PASSWORD, &next).status, 401);
    let recovery = &owner.recovery[0];
    assert_eq!(
        sign_in(&server, None, "mia", PASSWORD, recovery).status,
        303
    );
    assert_eq!(
        sign_in(&server, None, "mia", PASSWORD, recovery).status,
        401
    );
    assert_eq!(sign_in(&server, None, "mia", PASSWORD, "").status, 401);
}

#[test]
fn the_first_link_opens_once() {
    let server = Server::empty();
    let link = server.link.clone().unwrap();
    let owner = server.owner();
    assert_eq!(owner.name, "mia");
    let again = server.ask(get(&link));
    assert_eq!(again.status, 422);
    assert!(again.text().contains("used already"), "{}", again.text());
    for odd in [
        "/welcome",
        "/welcome?key=",
        "/welcome?key=abc",
        "/welcome?key=%00",
    ] {
        assert_eq!(server.ask(get(odd)).status, 422, "{odd}");
    }
}

#[test]
fn easy_passwords_and_a_taken_name_are_refused() {
    let server = Server::empty();
    server.owner();
    let link = server.invite(OURS, Role::Responder);
    let page = server.ask(get(&link));
    let (cookie, csrf) = (page.cookie().unwrap(), page.csrf());
    let (_, key) = link.split_once("key=").unwrap();
    for (name, password, again, says) in [
        ("rex", "password1", "password1", "too easy to guess"),
        ("rex", PASSWORD, "something else", "passwords differ"),
        ("mia", PASSWORD, PASSWORD, "has that name already"),
    ] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("key", key),
            ("name", name),
            ("password", password),
            ("again", again),
        ];
        let answer = server.ask(post("/welcome", &fields).with("cookie", &cookie));
        assert!(
            answer.text().contains(says),
            "{name} {password}: {}",
            answer.text()
        );
        assert!(
            !answer.text().contains(password),
            "the password is shown again"
        );
    }
}
