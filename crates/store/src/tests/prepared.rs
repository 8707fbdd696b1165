//! Words on checks, scores, chains of evidence, answers to programs.

use std::collections::BTreeMap;

use super::samples::{at, tenant};
use crate::{
    Answered, Attested, DayScore, Error, Excepted, OwnDomain, ReadFact, Store, Tenant, Word,
    WordKind,
};

fn word(id: &str, kind: WordKind, account: &str, body: &impl serde::Serialize) -> Word {
    Word {
        id: id.to_owned(),
        kind,
        account: account.to_owned(),
        subject: "access/two-step".to_owned(),
        at: at(id.parse().unwrap()),
        who: "kai".to_owned(),
        body: serde_json::to_string(body).unwrap(),
    }
}

fn yes(yes: bool) -> Attested {
    Attested {
        yes,
        evidence: "seen".to_owned(),
        record: None,
    }
}

pub(super) async fn what_was_said_is_found_by_account(store: Store) {
    let domain = |name: &str| OwnDomain {
        domain: name.to_owned(),
        selectors: vec!["s1".to_owned()],
    };
    let excepted = Excepted {
        owner: "mia".to_owned(),
        reason: "later".to_owned(),
        expires: at(500),
    };
    for word in [
        word("1", WordKind::Attestation, "a", &yes(true)),
        word("2", WordKind::Attestation, "a", &yes(false)),
        word("3", WordKind::Attestation, "b", &yes(true)),
        word("4", WordKind::Exception, "a", &excepted),
        word("5", WordKind::OwnDomain, "a", &domain("old.example")),
        word("6", WordKind::OwnDomain, "a", &domain("new.example")),
        word("7", WordKind::Attestation, "a", &"another form"),
    ] {
        store.say(&tenant(), &word).await.unwrap();
    }
    let said = store.said_of(&tenant(), "a").await.unwrap();
    let words: Vec<bool> = said.attested.iter().map(|said| said.what.yes).collect();
    assert_eq!(words, [false, true]);
    assert_eq!(said.attested[0].at, at(2));
    assert_eq!(said.excepted[0].what, excepted);
    assert_eq!(said.domain, Some(domain("new.example")));
    let other = store.said_of(&Tenant::new("other"), "a").await.unwrap();
    assert_eq!(other, crate::SaidOfAccount::default());
}

fn score(minutes: i64, points: u64) -> DayScore {
    DayScore {
        at: at(minutes),
        points,
        points_max: 180,
        passed: vec!["access/two-step".to_owned()],
        facts: BTreeMap::from([(
            "domain.spf".to_owned(),
            ReadFact::Word("refuses".to_owned()),
        )]),
    }
}

pub(super) async fn a_day_has_one_score(store: Store) {
    let day = 24 * 60;
    for score in [score(1, 10), score(2, 30), score(day + 1, 20)] {
        store.put_score(&tenant(), "a", &score).await.unwrap();
    }
    let found = store.scores(&tenant(), "a", 9).await.unwrap();
    assert_eq!(found, [score(day + 1, 20), score(2, 30)]);
    assert!(store.scores(&tenant(), "b", 9).await.unwrap().is_empty());
    let latest = store.latest_scores(&tenant(), &["a", "b"]).await.unwrap();
    assert_eq!(latest.len(), 1);
    assert_eq!(latest.get("a"), found.first());
    store.put_score(&tenant(), "", &score(1, 1)).await.unwrap();
    assert_eq!(store.scores(&tenant(), "", 9).await.unwrap().len(), 1);
}

pub(super) async fn a_chain_takes_each_place_once(store: Store) {
    for number in 0..3 {
        let body = format!("link {number}");
        store.add_link(&tenant(), "i", number, &body).await.unwrap();
    }
    let again = store.add_link(&tenant(), "i", 2, "another").await;
    assert!(matches!(again, Err(Error::Conflict { .. })));
    let endless = store.add_link(&tenant(), "i", 10_000, "x").await;
    assert!(matches!(endless, Err(Error::TooLarge { .. })));
    let links = store.chain(&tenant(), "i").await.unwrap();
    assert_eq!(links, ["link 0", "link 1", "link 2"]);
    store.add_head(&tenant(), "i", at(2), "new").await.unwrap();
    store.add_head(&tenant(), "i", at(1), "old").await.unwrap();
    assert_eq!(
        store.chain_heads(&tenant(), "i").await.unwrap(),
        ["old", "new"]
    );
    let other = Tenant::new("other");
    assert!(store.chain(&other, "i").await.unwrap().is_empty());
    assert!(store.chain_heads(&other, "i").await.unwrap().is_empty());
}

pub(super) async fn an_answer_is_given_once(store: Store) {
    let begin = |tenant: Tenant| {
        let store = store.clone();
        async move { store.begin_answer(&tenant, "k", "r", at(1)).await.unwrap() }
    };
    assert_eq!(begin(tenant()).await, None);
    assert_eq!(begin(tenant()).await.unwrap().status, 0);
    store.drop_answer(&tenant(), "k").await.unwrap();
    assert_eq!(begin(tenant()).await, None);
    store.end_answer(&tenant(), "k", 202, "{}").await.unwrap();
    store.drop_answer(&tenant(), "k").await.unwrap();
    let kept = Answered {
        request: "r".to_owned(),
        status: 202,
        body: "{}".to_owned(),
    };
    assert_eq!(begin(tenant()).await, Some(kept));
    assert_eq!(begin(Tenant::new("other")).await, None);
    assert_eq!(store.forget_answers(at(2)).await.unwrap(), 2);
    assert_eq!(begin(tenant()).await, None);
}
