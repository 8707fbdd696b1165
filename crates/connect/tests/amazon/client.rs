//! One question: tokens, budgets, what is sent and what is not.

use jiff::SignedDuration;
use sellkeep_connect::amazon::live::{Asked, Meaning, NoToken, Question, Sight, probe};

use crate::seat::{STORE, Seat, access, gate, market};

async fn status(
    market: &sellkeep_fake_marketplace::Market,
    gate: &sellkeep_connect::amazon::live::Gate,
) -> Option<u16> {
    let asked = gate
        .ask(&access(market, "S1"), &Question::payment_methods(STORE))
        .await;
    match asked.expect("a token") {
        Asked::Answered(answer) => Some(answer.status),
        Asked::Later(_) => None,
    }
}

#[tokio::test]
async fn a_token_is_kept_for_its_hour_and_renewed_before_it_runs_out() {
    let market = market().await;
    let gate = gate(&market);
    Seat::new(&market, &gate, "S1");
    for (minutes, tokens) in [(0, 1), (10, 1), (44, 1), (2, 2), (54, 2), (2, 3)] {
        market.clock().pass(SignedDuration::from_mins(minutes));
        assert_eq!(status(&market, &gate).await, Some(200));
        assert_eq!(
            market.counts().tokens,
            tokens,
            "after {minutes} minutes more"
        );
    }
    assert!(market.counts().bad.is_empty(), "{:?}", market.counts().bad);
}

#[tokio::test]
async fn a_request_id_and_the_rate_come_back() {
    let market = market().await;
    let gate = gate(&market);
    Seat::new(&market, &gate, "S1");
    let asked = gate
        .ask(&access(&market, "S1"), &Question::account())
        .await
        .expect("a token");
    let Asked::Answered(answer) = asked else {
        panic!("the budget is full");
    };
    assert_eq!(answer.meaning(), Meaning::Good);
    assert_eq!(answer.request_id.as_deref(), Some("fake-getAccount"));
    assert_eq!(answer.rate, Some(0.016));
}

#[tokio::test]
async fn the_budget_is_never_exceeded_however_hard_we_try() {
    let market = market().await;
    let gate = gate(&market);
    Seat::new(&market, &gate, "S1");
    let (mut answered, mut later) = (0, 0);
    for _ in 0..600 {
        match status(&market, &gate).await {
            Some(200) => answered += 1,
            Some(other) => panic!("{other}"),
            None => later += 1,
        }
        market.clock().pass(SignedDuration::from_millis(500));
    }
    // Five minutes: a burst of 27, and nine calls in twenty seconds.
    assert!(
        (155..=165).contains(&answered) && later > 400,
        "{answered} {later}"
    );
    assert_eq!(market.counts().too_often, 0);
}

#[tokio::test]
async fn a_grant_that_was_taken_back_is_told_with_its_code_alone() {
    let market = market().await;
    let gate = gate(&market);
    Seat::new(&market, &gate, "S1");
    let mut wrong = access(&market, "S1");
    wrong.grant.client_secret = "another".to_owned();
    let refused = gate.ask(&wrong, &Question::account()).await;
    assert_eq!(
        refused,
        Err(NoToken::Refused {
            status: 401,
            code: "invalid_client"
        })
    );
    market.with("S1", |seller| seller.revoked = true);
    let refused = gate.ask(&access(&market, "S1"), &Question::account()).await;
    assert_eq!(
        refused,
        Err(NoToken::Refused {
            status: 400,
            code: "invalid_grant"
        })
    );
}

#[tokio::test]
async fn nothing_that_holds_a_secret_prints_it() {
    let market = market().await;
    let gate = gate(&market);
    let seat = Seat::new(&market, &gate, "S1");
    assert_eq!(status(&market, &gate).await, Some(200));
    let shown = format!("{:?} {:?} {:?}", access(&market, "S1"), seat.amazon, gate);
    for secret in ["Atzr|", "Atza|", market.client_secret()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn a_probe_says_what_may_be_read_and_what_may_not() {
    let market = market().await;
    let gate = gate(&market);
    Seat::new(&market, &gate, "S1");
    market.with("S1", |seller| {
        seller.refused.insert("searchOrders".to_owned());
        seller.not_there.insert("getAccount".to_owned());
    });
    let findings = probe(&gate, &access(&market, "S1")).await.expect("a token");
    assert_eq!(findings.len(), 13);
    for finding in &findings {
        let wanted = match finding.operation.name() {
            "searchOrders" => Sight::Refused,
            "getAccount" => Sight::NotThere,
            _ => Sight::Seen,
        };
        assert_eq!(finding.sight, wanted, "{}", finding.operation);
    }
    // Looking changes nothing: no report was made.
    assert!(!market.counts().calls.contains_key("createReport"));
    assert!(
        findings[0]
            .record
            .as_ref()
            .is_some_and(|record| record.body["paymentMethods"][0]["tail"] == "677")
    );
}
