//! Live updates: an open page shows what comes in, a session that has ended hears nothing,
//! and typing is never disturbed.

use std::io::Read;
use std::net::TcpStream;

use serde_json::json;

use crate::browser::Browser;
use crate::http::get;
use crate::people::Person;
use crate::place::{ACCOUNT, FAKE};
use crate::server::Server;

/// A listener on the line, past the headers.
fn listening(server: &Server, person: &Person) -> TcpStream {
    let request = person
        .asks(get("/live"))
        .with("accept", "text/event-stream");
    let mut stream = request.open(server.at);
    assert!(until(&mut stream, "listening"), "the line is not open");
    stream
}

/// Reads on until a word comes; false when the line ends before.
fn until(stream: &mut TcpStream, word: &str) -> bool {
    let mut heard = String::new();
    let mut bytes = [0; 1024];
    loop {
        let read = stream.read(&mut bytes).expect("the line is open");
        heard.push_str(&String::from_utf8_lossy(&bytes[..read]));
        if heard.contains(word) {
            return true;
        }
        if read == 0 {
            return false;
        }
    }
}

/// A mail arrives, read by another process as a source would.
fn mail_arrives(server: &Server, subject: &str) {
    let mail = FAKE.replace("Your Amazon account is suspended", subject);
    let now = jiff::Timestamp::now();
    let record = json!({"at": now, "account": ACCOUNT, "source": "mailbox", "eml": mail});
    std::fs::write(server.place.path().join("new.jsonl"), format!("{record}\n")).unwrap();
    server
        .place
        .run(&["ingest", "--data", "data", "--dns", "none", "new.jsonl"]);
}

#[test]
fn an_open_line_tells_of_a_change_and_nothing_else() {
    let server = Server::filled();
    let owner = server.owner();
    let mut stream = listening(&server, &owner);
    mail_arrives(&server, "Your selling account will be closed");
    assert!(until(&mut stream, "event: change\ndata: look again"));
}

#[test]
fn a_session_that_has_ended_hears_nothing_more() {
    let server = Server::filled();
    let owner = server.owner();
    let mut stream = listening(&server, &owner);
    assert_eq!(server.sent_by(&owner, "/sign-out", &[]).status, 303);
    assert!(
        !until(&mut stream, "event: change"),
        "the line still speaks"
    );
    let stranger = server.ask(get("/live").with("accept", "text/event-stream"));
    assert_eq!(stranger.status, 303);
}

#[test]
fn today_and_mail_show_what_comes_in() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/mail?filter=fake"));
    let count = "document.querySelectorAll('main li.card').length";
    let before = tab.value(count).as_u64().unwrap();
    mail_arrives(&server, "Your payout is on hold");
    tab.until(&format!("{count} === {}", before + 1));
    tab.until("document.activeElement === document.body");
}

#[test]
fn an_answer_by_somebody_else_shows_and_focus_stays() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = Server::filled();
    let owner = server.owner();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/alerts"));
    // Not the alert of fake mails: the one that arrives below would begin it again.
    let path = tab.value("document.querySelector('.act-now [data-alert]').pathname");
    tab.press("j");
    let answer = [("answer", "resolve"), ("reason", "we did that")];
    let done = server.sent_by(&owner, path.as_str().unwrap(), &answer);
    assert_eq!(done.status, 303, "{}", done.text());
    mail_arrives(&server, "Verify your bank");
    // Whoever is at a line keeps it under the fingers; the page follows when they leave it.
    assert_eq!(
        tab.value("document.activeElement.matches('[data-alert]')"),
        json!(true)
    );
    tab.value("new Promise((done) => setTimeout(done, 2500))");
    assert!(!tab.text().contains("over: we did that"));
    tab.value("document.activeElement.blur()");
    tab.until("document.body.innerText.includes('over: we did that')");
}
