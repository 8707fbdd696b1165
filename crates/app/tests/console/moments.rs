//! The moments of the first ten minutes, as a person has them in a browser. What must be
//! seen is asserted; how long it took is printed.

use std::time::Instant;

use jiff::Timestamp;
use serde_json::json;

use crate::browser::{Browser, Look, Tab, Theme};
use crate::http::get;
use crate::people::{PASSWORD, code};
use crate::place::{ACCOUNT, FAKE, Place};
use crate::routes::full;
use crate::server::Server;

const PHONE: Look = Look {
    width: 390,
    theme: Theme::Light,
};

/// Prints how long a moment took.
fn took(moment: &str, begun: Instant) {
    println!("moment: {moment}: {} ms", begun.elapsed().as_millis());
}

#[test]
fn one_command_and_somebody_is_in() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let begun = Instant::now();
    let server = Server::empty();
    took("from the command to the link", begun);
    let mut tab = browser.tab();
    tab.open(&server.address(server.link.as_deref().unwrap()));
    tab.type_into("#name", "Mia");
    tab.type_into("#password", PASSWORD);
    tab.type_into("#again", PASSWORD);
    tab.enter();
    assert_eq!(tab.path(), "/second-step");
    let secret = tab.value("document.querySelector('.key').innerText");
    let picture = tab.value("document.querySelector('svg.qr').getBoundingClientRect().width > 150");
    assert_eq!(picture, json!(true));
    tab.type_into(
        "#code",
        &code(secret.as_str().unwrap(), Timestamp::now(), 0),
    );
    tab.enter();
    let kept = tab.value("document.querySelectorAll('.codes code').length");
    assert_eq!(kept, json!(8));
    tab.follow("I have kept them: go on");
    assert_eq!(
        tab.value("document.querySelector('h1').innerText"),
        json!("Today")
    );
    assert!(tab.text().contains("Do this next"));
    took("from the command to Today", begun);
}

#[test]
fn a_suspicious_mail_is_judged_before_any_set_up() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::empty();
    let mail = server.place.path().join("suspicious.eml");
    std::fs::write(&mail, FAKE).unwrap();
    let mut tab = browser.tab();
    tab.open(&server.address("/check"));
    tab.choose("#file", &mail);
    let begun = Instant::now();
    tab.follow("Check it");
    took("from the mail to its verdict", begun);
    let text = tab.text();
    assert_eq!(
        tab.value("document.querySelector('.verdict .word').textContent"),
        json!("fake")
    );
    for words in ["How we know", "What to do now", "amazon-verify.example"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Dropped anywhere on the page, it is the same.
    tab.loading(|tab| {
        tab.value(&format!(
            "(() => {{ const held = new DataTransfer(); held.items.add(new File([{FAKE:?}], 'mail.eml')); \
             document.body.dispatchEvent(new DragEvent('drop', {{bubbles: true, cancelable: true, dataTransfer: held}})); return true; }})()"
        ));
    });
    assert_eq!(
        tab.value("document.querySelector('.verdict .word').textContent"),
        json!("fake")
    );
}

/// A simulated notice that carries a signature, and the zone that proves it.
fn genuine() -> (Place, String) {
    let place = Place::new();
    let lines = place.run(&[
        "simulate",
        "--accounts",
        "1",
        "--days",
        "10",
        "--attack",
        "payout-switch",
        "--zone-file",
        "z.json",
    ]);
    let lines = String::from_utf8(lines).unwrap();
    let mails = lines.lines().filter_map(|line| {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        record["eml"].as_str().map(str::to_owned)
    });
    let signed = mails
        .into_iter()
        .find(|mail| mail.contains("DKIM-Signature"));
    (place, signed.expect("a signed notice is simulated"))
}

#[test]
fn a_scary_but_real_mail_is_genuine_with_its_proof() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (place, mail) = genuine();
    let file = place.path().join("scary.eml");
    std::fs::write(&file, &mail).unwrap();
    let zone = place.path().join("z.json").display().to_string();
    let server = Server::start(Place::new(), &["--dns", &zone]);
    let mut tab = browser.tab();
    tab.open(&server.address("/check"));
    tab.choose("#file", &file);
    let begun = Instant::now();
    tab.follow("Check it");
    took("from a real mail to its proof", begun);
    let text = tab.text();
    assert_eq!(
        tab.value("document.querySelector('.verdict .word').textContent"),
        json!("genuine"),
        "{text}"
    );
    for words in ["It really comes from amazon", "_domainkey.", "typing"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn the_payout_clock_stands_on_today() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let mut tab = browser.tab();
    tab.look(PHONE);
    tab.wear(&server.address("/"), &owner.cookie);
    let begun = Instant::now();
    tab.open(&server.address("/"));
    took("Today with payout clocks", begun);
    let text = tab.text();
    assert!(
        text.contains("Payout clocks") && text.contains("Deposit method"),
        "{text}"
    );
    assert!(text.contains("Look now"), "{text}");
    tab.follow(ACCOUNT);
    assert!(tab.text().contains("What happened"));
}

#[test]
fn one_next_thing_is_said_and_leads_there() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/"));
    let one = tab.value("document.querySelectorAll('.next .button').length");
    assert_eq!(one, json!(1));
    let first = tab.value("document.querySelector('.next .lead').innerText");
    tab.follow("Open the alert");
    assert!(
        tab.text().contains(first.as_str().unwrap()),
        "{}",
        tab.text()
    );
}

#[test]
fn it_was_me_ends_the_alarm_with_a_second_step() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let mut tab = browser.tab();
    tab.look(PHONE);
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/"));
    tab.follow("Open the alert");
    tab.type_into("#code", "000000");
    tab.follow("It was me");
    assert!(
        tab.text().contains("That code is not right"),
        "{}",
        tab.text()
    );
    tab.type_into("#code", &owner.recovery[0]);
    let begun = Instant::now();
    tab.follow("It was me");
    took("from \"It was me\" to the end of the alarm", begun);
    assert!(
        tab.text().contains("mia says: it was me") || tab.text().contains("it was me"),
        "{}",
        tab.text()
    );
    let audit = server.asked_by(&owner, get("/audit")).text();
    assert!(audit.contains("alert-it-was-me"), "{audit}");
}

#[test]
fn not_me_opens_the_incident_with_its_first_step() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let mut tab = browser.tab();
    tab.look(PHONE);
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/"));
    tab.follow("Open the alert");
    let begun = Instant::now();
    tab.follow("Not me");
    took("from \"Not me\" to the first step", begun);
    let text = tab.text();
    assert!(
        text.contains("Zero hour") && text.contains("Is the intruder out?"),
        "{text}"
    );
    tab.type_into("textarea[name=text]", "the bank confirmed it");
    tab.follow("Done");
    assert!(tab.text().contains("1 of"), "{}", tab.text());
}

/// The red button, wherever somebody is, signed in or not.
fn red_button(tab: &mut Tab<'_>, address: &str) {
    tab.open(address);
    let begun = Instant::now();
    tab.follow("I typed my password");
    took(
        &format!(
            "the red button on {}",
            address.rsplit('/').next().unwrap_or_default()
        ),
        begun,
    );
    assert_eq!(tab.path(), "/playbooks/password-entered/1");
    let seen = tab.value(
        "(() => { const step = document.querySelector('h1.step').getBoundingClientRect(); \
         const timer = document.querySelector('.timer'); \
         return step.top >= 0 && step.bottom < innerHeight && !timer.hidden && timer.textContent.length > 0; })()",
    );
    assert_eq!(
        seen,
        json!(true),
        "the first step is not on the first screen"
    );
}

#[test]
fn the_red_button_leads_to_the_first_step_without_signing_in() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = full();
    let mut tab = browser.tab();
    tab.look(PHONE);
    red_button(&mut tab, &server.address("/sign-in"));
    red_button(&mut tab, &server.address("/playbooks"));
    tab.follow("Done: next step");
    assert_eq!(tab.path(), "/playbooks/password-entered/2");
    tab.wear(&server.address("/"), &owner.cookie);
    for page in ["", "alerts", "contacts"] {
        red_button(&mut tab, &server.address(&format!("/{page}")));
    }
    let steps =
        tab.value("Number(document.querySelector('main p').innerText.match(/of (\\d+)/)[1])");
    for _ in 1..steps.as_u64().unwrap() {
        tab.follow("Done: next step");
    }
    assert!(
        tab.text().contains("That was the last step."),
        "{}",
        tab.text()
    );
}

#[test]
fn the_sheet_of_contacts_is_one_page_and_works_offline() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = full();
    for name in ["sheet-a4.pdf", "sheet-letter.pdf"] {
        let begun = Instant::now();
        let pdf = server.asked_by(&owner, get(&format!("/contacts/{name}")));
        took(&format!("the sheet {name}"), begun);
        let text = String::from_utf8_lossy(&pdf.body).into_owned();
        assert!(text.starts_with("%PDF"));
        assert_eq!(
            text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count(),
            1,
            "{name}"
        );
    }
    let sheet = server.asked_by(&owner, get("/contacts/sheet.html"));
    drop(server);
    let place = Place::new();
    let file = place.path().join("sheet.html");
    std::fs::write(&file, &sheet.body).unwrap();
    let mut tab = browser.tab();
    tab.note_complaints();
    tab.open(&format!("file://{}", file.display()));
    let text = tab.text();
    assert!(text.contains(ACCOUNT) && text.contains("checked"), "{text}");
    assert_eq!(tab.complaints(), Vec::<String>::new());
}

#[test]
fn a_drill_is_caught_and_a_silent_source_is_told() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let begun = Instant::now();
    let said = String::from_utf8(server.place.run(&["drill", "payout-switch", "--json"])).unwrap();
    took("a drill", begun);
    assert!(said.contains("\"caught\":true"), "{said}");
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/"));
    let text = tab.text();
    assert!(
        text.contains("old-mailbox") && text.contains("blind in one eye"),
        "{text}"
    );
    let drilled = server.asked_by(&owner, get("/api/accounts")).text();
    assert!(
        !drilled.contains("drill"),
        "a drill touched the accounts: {drilled}"
    );
}
