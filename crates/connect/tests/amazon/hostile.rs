//! Servers that lie, stall, swamp, redirect: an end in every case, and no secret told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use sellkeep_connect::amazon::live::{
    Access, Asked, Gate, Grant, Meaning, NoToken, Question, Region, Settings, SystemClock,
};
use sellkeep_connect::connector::Trouble;
use sellkeep_fake_marketplace::{Fault, Faults};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::seat::{STORE, Seat, begin, gate, market};

const TOKEN: &str = r#"{"access_token":"Atza|x","expires_in":3600}"#;

/// A server that answers a request for a token well, and anything else with these bytes.
async fn server(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut bytes = vec![0; 65_536];
                while let Ok(count @ 1..) = stream.read(&mut bytes).await {
                    if bytes[..count].starts_with(b"POST /auth") {
                        let head = format!(
                            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{TOKEN}",
                            TOKEN.len()
                        );
                        let _ = stream.write_all(head.as_bytes()).await;
                    } else if answer.is_empty() {
                        tokio::time::sleep(Duration::from_mins(1)).await;
                    } else {
                        let _ = stream.write_all(&answer).await;
                        return;
                    }
                }
            });
        }
    });
    format!("http://127.0.0.1:{port}")
}

async fn asked(answer: &[u8]) -> Result<Asked, NoToken> {
    asked_for(answer, Duration::from_millis(500)).await
}

async fn asked_for(answer: &[u8], answer_within: Duration) -> Result<Asked, NoToken> {
    let access = Access {
        settings: Settings {
            region: Region::Eu,
            seller: "S1".to_owned(),
            stores: vec![STORE.to_owned()],
            client_id: "c".to_owned(),
            address: Some(server(answer.to_vec()).await),
        },
        grant: Grant {
            refresh: "Atzr|hush".to_owned(),
            client_secret: "hush".to_owned(),
        },
    };
    let gate = Gate::with(Arc::new(SystemClock), Some(answer_within)).expect("a gate");
    let begin = Instant::now();
    let asked = gate.ask(&access, &Question::payment_methods(STORE)).await;
    assert!(
        begin.elapsed() < answer_within + Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
    assert!(!format!("{asked:?}").contains("hush"));
    asked
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    assert_eq!(
        asked(b"").await,
        Err(NoToken::Trouble(Trouble::Silent("while asking Amazon")))
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/steal\r\ncontent-length: 0\r\n\r\n";
    let Ok(Asked::Answered(answer)) = asked(elsewhere).await else {
        panic!("an answer");
    };
    assert_eq!((answer.status, answer.meaning()), (307, Meaning::Fault));
}

#[tokio::test]
async fn more_than_anybody_needs_is_not_read() {
    let told = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{";
    let trouble = NoToken::Trouble(Trouble::TooMuch("an answer"));
    assert_eq!(asked(told).await, Err(trouble.clone()));
    let mut untold = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    untold.resize(17 * 1024 * 1024, b'[');
    assert_eq!(
        asked_for(&untold, Duration::from_secs(30)).await,
        Err(trouble)
    );
}

#[tokio::test]
async fn bytes_that_are_no_answer_are_a_fault() {
    for body in ["", "null", "7", "{\"a\":", "<html>", "\u{0}\u{1}"] {
        let bytes = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let Ok(Asked::Answered(answer)) = asked(bytes.as_bytes()).await else {
            panic!("an answer to {body:?}");
        };
        assert_eq!(answer.meaning(), Meaning::Fault, "{body:?}");
    }
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"paymentMethods\":[";
    assert_eq!(
        asked(cut).await,
        Err(NoToken::Trouble(Trouble::Cut("while asking Amazon")))
    );
    assert_eq!(
        asked(b"SSH-2.0-OpenSSH_9.2\r\n").await,
        Err(NoToken::Trouble(Trouble::Cut("while asking Amazon")))
    );
}

#[tokio::test]
async fn one_question_in_five_goes_wrong_and_nothing_is_lost() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    market.set_faults(Faults::random(42, 200));
    let until = begin() + SignedDuration::from_hours(6);
    seat.live(&market, until).await;
    let counts = market.counts();
    assert!(counts.faults > 50, "{}", counts.faults);
    assert_eq!(counts.too_often, 0);
    // Told refusals (429 that nobody deserved) make us slower, not silent.
    let last = seat.of("getPaymentMethods").last().expect("told").at;
    assert!(
        until.duration_since(last) < SignedDuration::from_mins(75),
        "{last}"
    );
    assert!(
        seat.records.iter().all(|record| record.status == Some(200)),
        "no fault was kept as an answer"
    );
}

#[tokio::test]
async fn a_marketplace_that_stalls_now_and_then_is_read_all_the_same() {
    let market = market().await;
    let gate = gate(&market);
    let mut seat = Seat::new(&market, &gate, "S1");
    seat.live(&market, begin() + SignedDuration::from_mins(20))
        .await;
    market.set_faults(Faults::of(3, 100, &[Fault::Never]));
    seat.live(&market, begin() + SignedDuration::from_hours(1))
        .await;
    assert!(market.counts().faults > 1);
    assert!(market.counts().calls["getPaymentMethods"] >= 12);
}
