//! People, sessions, invitations, incidents: who gets in, and what they work on.

use super::samples::{at, tenant};
use crate::page::Versioned;
use crate::{Error, Invitation, KeptIncident, Person, Role, Session, Store, Tenant};

fn person(id: &str, name: &str) -> Versioned<Person> {
    Versioned::new(Person {
        id: id.to_owned(),
        name: name.to_owned(),
        role: Role::Owner,
        password: "$argon2id$".to_owned(),
        second_step: false,
        last_code: 0,
        recovery: Vec::new(),
        failures: 0,
        locked_until: None,
        since: at(0),
    })
}

pub(super) async fn people_are_kept_by_version_and_name(store: Store) {
    assert!(!store.has_people().await.unwrap());
    store
        .put_person(&tenant(), &person("1", "mia"))
        .await
        .unwrap();
    assert!(store.has_people().await.unwrap());
    let other = Tenant::new("shop2");
    for (whose, taken) in [
        (&other, person("1", "mia")),
        (&tenant(), person("2", "mia")),
    ] {
        let refused = store.put_person(whose, &taken).await;
        assert!(matches!(refused, Err(Error::Conflict { .. })));
    }
    let (whose, mut found) = store.person_named("mia").await.unwrap().unwrap();
    assert_eq!((whose, found.version), (tenant(), 1));
    found.value.failures = 2;
    store.put_person(&tenant(), &found).await.unwrap();
    let stale = store.put_person(&tenant(), &found).await;
    assert!(matches!(stale, Err(Error::Conflict { .. })));
    assert!(store.person(&other, "1").await.unwrap().is_none());
    assert!(store.people(&other).await.unwrap().is_empty());
    assert!(!store.remove_person(&other, "1").await.unwrap());
    assert!(store.remove_person(&tenant(), "1").await.unwrap());
    assert!(store.person_named("mia\0").await.unwrap().is_none());
}

fn session(hash: u8, person: &str) -> Session {
    Session {
        hash: vec![hash; 32],
        person: person.to_owned(),
        scope: String::new(),
        begun: at(0),
        seen: at(0),
        ends: at(60),
        device: "a browser".to_owned(),
    }
}

pub(super) async fn a_session_is_one_tenants_and_ends(store: Store) {
    let other = Tenant::new("shop2");
    for (hash, who) in [(1, "mia"), (2, "mia"), (3, "kai")] {
        store
            .add_session(&tenant(), &session(hash, who))
            .await
            .unwrap();
    }
    let (whose, found) = store.session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!((whose, found), (tenant(), session(1, "mia")));
    store.saw_session(&tenant(), &[1; 32], at(5)).await.unwrap();
    let listed = store.sessions(&tenant(), "mia").await.unwrap();
    assert_eq!((listed.len(), listed[0].seen), (2, at(5)));
    assert!(store.sessions(&other, "mia").await.unwrap().is_empty());
    assert!(!store.end_session(&other, "mia", &[1; 32]).await.unwrap());
    assert!(!store.end_session(&tenant(), "kai", &[1; 32]).await.unwrap());
    store
        .end_sessions(&tenant(), "mia", &[1; 32])
        .await
        .unwrap();
    assert_eq!(store.sessions(&tenant(), "mia").await.unwrap().len(), 1);
    assert!(store.end_session(&tenant(), "mia", &[1; 32]).await.unwrap());
    store.forget_sessions(at(61)).await.unwrap();
    assert!(store.session(&[3; 32]).await.unwrap().is_none());
}

pub(super) async fn an_invitation_is_used_once(store: Store) {
    let invitation = Invitation {
        hash: vec![7; 32],
        role: "auditor".to_owned(),
        ends: at(60),
    };
    store.invite(&tenant(), &invitation).await.unwrap();
    let (whose, found) = store.invitation(&[7; 32]).await.unwrap().unwrap();
    assert_eq!((whose, found), (tenant(), invitation.clone()));
    let other = Tenant::new("shop2");
    assert!(!store.use_invitation(&other, &[7; 32]).await.unwrap());
    assert!(store.use_invitation(&tenant(), &[7; 32]).await.unwrap());
    assert!(!store.use_invitation(&tenant(), &[7; 32]).await.unwrap());
    store.invite(&tenant(), &invitation).await.unwrap();
    store.take_back_invitations(&tenant()).await.unwrap();
    assert!(store.invitation(&[7; 32]).await.unwrap().is_none());
}

pub(super) async fn incidents_are_kept_by_version(store: Store) {
    let kept = |id: &str, minutes| {
        Versioned::new(KeptIncident {
            id: id.to_owned(),
            account: "a".to_owned(),
            changed: at(minutes),
            body: "{}".to_owned(),
        })
    };
    for (id, minutes) in [("1", 1), ("2", 2), ("3", 3)] {
        store
            .put_incident(&tenant(), &kept(id, minutes))
            .await
            .unwrap();
    }
    let again = store.put_incident(&tenant(), &kept("1", 9)).await;
    assert!(matches!(again, Err(Error::Conflict { .. })));
    let mut one = store.incident(&tenant(), "1").await.unwrap().unwrap();
    (one.value.changed, one.value.body) = (at(9), "{\"a\":1}".to_owned());
    store.put_incident(&tenant(), &one).await.unwrap();
    let page = store.incidents(&tenant(), None, 2).await.unwrap();
    let ids: Vec<&str> = page.iter().map(|kept| kept.value.id.as_str()).collect();
    assert_eq!(ids, ["1", "3"]);
    let rest = store
        .incidents(&tenant(), Some(&page[1].value.place()), 9)
        .await;
    assert_eq!(rest.unwrap()[0].value.id, "2");
    let other = Tenant::new("shop2");
    assert!(store.incident(&other, "1").await.unwrap().is_none());
    assert!(store.incidents(&other, None, 9).await.unwrap().is_empty());
    one.value.body = "x".repeat(9 << 20);
    let error = store.put_incident(&tenant(), &one).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }));
}
