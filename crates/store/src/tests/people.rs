//! What people say and keep: words, accounts, sources, secrets, the audit log.

use sellkeep_model::Account;

use super::samples::{at, record, tenant};
use crate::page::Versioned;
use crate::{
    AuditCheck, AuditDeed, Error, NewJob, Secret, Source, Store, Tenant, Word, WordFilter, WordKind,
};

fn word(id: &str, kind: WordKind, subject: &str, minutes: i64) -> Word {
    Word {
        id: id.to_owned(),
        kind,
        account: "a".to_owned(),
        subject: subject.to_owned(),
        at: at(minutes),
        who: "kai".to_owned(),
        body: "{\"says\":\"yes\"}".to_owned(),
    }
}

pub(super) async fn words_are_only_ever_added(store: Store) {
    let first = word("1", WordKind::Attestation, "two-step", 1);
    assert!(store.say(&tenant(), &first).await.unwrap());
    let mut other = first.clone();
    other.body = "{}".to_owned();
    assert!(!store.say(&tenant(), &other).await.unwrap());
    store
        .say(&tenant(), &word("2", WordKind::Attestation, "browser", 2))
        .await
        .unwrap();
    store
        .say(&tenant(), &word("3", WordKind::Note, "two-step", 3))
        .await
        .unwrap();
    let cases = [
        (WordFilter::Kind(WordKind::Attestation), vec!["2", "1"]),
        (
            WordFilter::Subject(WordKind::Attestation, "two-step".to_owned()),
            vec!["1"],
        ),
        (WordFilter::Account("a".to_owned()), vec!["3", "2", "1"]),
        (WordFilter::Kind(WordKind::PlannedChange), vec![]),
    ];
    for (filter, expected) in cases {
        let found = store.words(&tenant(), &filter, None, 9).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|word| word.id.as_str()).collect();
        assert_eq!(ids, expected, "{filter:?}");
    }
    let filter = WordFilter::Account("a".to_owned());
    let rest = store
        .words(&tenant(), &filter, Some(&other.place()), 9)
        .await;
    assert!(rest.unwrap().is_empty());
    let kept = store
        .words(&tenant(), &WordFilter::Kind(WordKind::Attestation), None, 9)
        .await;
    assert_eq!(kept.unwrap()[1], first);
    other.body = "x".repeat(2 << 20);
    let error = store.say(&tenant(), &other).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }));
}

fn account(id: &str) -> Account {
    let json = serde_json::json!({"id": id, "tenant": "shop", "marketplace": "amazon"});
    serde_json::from_value(json).expect("an account")
}

pub(super) async fn accounts_are_kept_by_version(store: Store) {
    for id in ["b", "a", "c"] {
        store
            .put_account(&Versioned::new(account(id)))
            .await
            .unwrap();
    }
    let again = store.put_account(&Versioned::new(account("a"))).await;
    assert!(matches!(again, Err(Error::Conflict { .. })));
    let mut one = store.account(&tenant(), "a").await.unwrap().unwrap();
    one.value.deposit_tails = vec!["677".to_owned()];
    store.put_account(&one).await.unwrap();
    let found = store.account(&tenant(), "a").await.unwrap().unwrap();
    assert_eq!((found.version, &found.value), (2, &one.value));
    let page = store.accounts(&tenant(), "a", 1).await.unwrap();
    assert_eq!(page[0].value.id, "b");
    assert!(store.remove_account(&tenant(), "b").await.unwrap());
    assert!(!store.remove_account(&tenant(), "b").await.unwrap());
    assert_eq!(store.accounts(&tenant(), "", 9).await.unwrap().len(), 2);
    assert_eq!(store.tenants().await.unwrap(), [tenant()]);
    let nameless = store.put_account(&Versioned::new(account(""))).await;
    assert!(matches!(nameless, Err(Error::Name { .. })));
}

pub(super) async fn accounts_are_found_by_their_names(store: Store) {
    for id in ["a", "b", "ü'\""] {
        let new = Versioned::new(account(id));
        store.put_account(&new).await.unwrap();
    }
    let wanted = ["a", "ü'\"", "nobody"];
    let found = store.accounts_named(&tenant(), &wanted).await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found["ü'\""], account("ü'\""));
    let other = crate::Tenant::new("other");
    let none = store.accounts_named(&other, &wanted).await.unwrap();
    assert!(none.is_empty());
}

pub(super) async fn sources_are_kept_by_version(store: Store) {
    let mut source = Versioned::new(Source {
        cursor: "ignored".to_owned(),
        ..Source::new("s", "", "mailbox", "{}")
    });
    store.put_source(&tenant(), &source).await.unwrap();
    assert!(store.put_source(&tenant(), &source).await.is_err());
    source.version = 1;
    source.value.settings = "{\"folder\":\"INBOX\"}".to_owned();
    store.put_source(&tenant(), &source).await.unwrap();
    store.heard(&tenant(), "s", at(2)).await.unwrap();
    store.heard(&tenant(), "s", at(1)).await.unwrap();
    let found = store.sources(&tenant()).await.unwrap();
    assert_eq!(found[0].value.seen, Some(at(2)));
    assert_eq!(found[0].value.cursor, "");
    assert_eq!(found[0].value.settings, source.value.settings);
    store
        .note_trouble(&tenant(), "s", "no answer", Some(at(9)))
        .await
        .unwrap();
    let found = store.source(&tenant(), "s").await.unwrap().unwrap();
    assert_eq!(found.value.trouble, "no answer");
    assert_eq!(found.value.next_try, Some(at(9)));
    // Whoever changes a source wants it tried at once.
    source.version = found.version;
    source.value.paused = true;
    store.put_source(&tenant(), &source).await.unwrap();
    let found = store.source(&tenant(), "s").await.unwrap().unwrap();
    assert!(found.value.paused && found.value.trouble.is_empty());
    assert_eq!(found.value.next_try, None);
    assert!(
        store
            .tenants_with_sources()
            .await
            .unwrap()
            .contains(&tenant())
    );
    assert!(store.remove_source(&tenant(), "s").await.unwrap());
    assert_eq!(store.source(&tenant(), "s").await.unwrap(), None);
}

pub(super) async fn a_secret_is_sealed(store: Store) {
    let secret = Secret::new("hush");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    store
        .put_secret(&tenant(), "token", &secret, at(1))
        .await
        .unwrap();
    store
        .put_secret(&tenant(), "token", &Secret::new("hush hush"), at(2))
        .await
        .unwrap();
    let found = store.secret(&tenant(), "token").await.unwrap().unwrap();
    assert_eq!(found.expose_text(), Some("hush hush"));
    let sealed = sqlx::query("SELECT sealed FROM secrets").fetch_one(&store.pools.read);
    let sealed: Vec<u8> = sqlx::Row::get(&sealed.await.unwrap(), 0);
    assert!(!sealed.windows(4).any(|bytes| bytes == b"hush"));
    let key = store.digest_key(&tenant()).await.unwrap().digest("Mia");
    assert_eq!(
        store.digest_key(&tenant()).await.unwrap().digest("mia"),
        key
    );
    let names = store.secret_names(&tenant()).await.unwrap();
    assert_eq!(names, [("token".to_owned(), at(2))]);
    assert!(store.remove_secret(&tenant(), "token").await.unwrap());
    assert!(store.secret(&tenant(), "token").await.unwrap().is_none());
    let long = Secret::new(vec![0; 65 << 10]);
    let error = store.put_secret(&tenant(), "token", &long, at(1)).await;
    assert!(matches!(error, Err(Error::TooLarge { .. })));
}

fn deed(says: &str) -> AuditDeed {
    AuditDeed {
        at: at(1),
        who: "kai".to_owned(),
        deed: "signed-in".to_owned(),
        subject: "console".to_owned(),
        says: says.to_owned(),
    }
}

async fn tamper(store: &Store, text: &'static str) {
    let done = sqlx::query(text).execute(&store.pools.write).await;
    assert_eq!(done.expect("it is tampered with").rows_affected(), 1);
}

pub(super) async fn the_audit_log_shows_tampering(store: Store) {
    for number in 0..5 {
        store
            .audit(&tenant(), &deed(&number.to_string()))
            .await
            .unwrap();
    }
    let head = store.audit_head(&tenant()).await.unwrap();
    let whole = AuditCheck::Whole(head.clone());
    assert_eq!(store.check_audit(&tenant()).await.unwrap(), whole);
    let page = store.audit_entries(&tenant(), Some(5), 2).await.unwrap();
    assert_eq!((page[0].number, page[1].deed.says.as_str()), (4, "2"));
    tamper(&store, "UPDATE audit SET who = 'mia' WHERE number = 3").await;
    assert_eq!(
        store.check_audit(&tenant()).await.unwrap(),
        AuditCheck::BrokenAt(3)
    );
    tamper(&store, "UPDATE audit SET who = 'kai' WHERE number = 3").await;
    assert_eq!(store.check_audit(&tenant()).await.unwrap(), whole);
    tamper(&store, "DELETE FROM audit WHERE number = 5").await;
    assert_eq!(
        store.check_audit(&tenant()).await.unwrap(),
        AuditCheck::BrokenAt(5)
    );
    tamper(&store, "UPDATE audit_heads SET number = 4").await;
    assert_eq!(
        store.check_audit(&tenant()).await.unwrap(),
        AuditCheck::BrokenAt(4)
    );
}

pub(super) async fn the_audit_log_is_one_chain_for_many_writers(store: Store) {
    let write = |number: usize| {
        let store = store.clone();
        tokio::spawn(async move { store.audit(&tenant(), &deed(&number.to_string())).await })
    };
    let writers: Vec<_> = (0..20).map(write).collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    let checked = store.check_audit(&tenant()).await.unwrap();
    assert!(matches!(checked, AuditCheck::Whole(head) if head.number == 20));
}

/// Every read that takes a tenant, asked by another tenant with the same names.
pub(super) async fn another_tenant_sees_nothing(store: Store) {
    use crate::{AlertFilter, EventFilter, EventLog};
    let (own, other) = (tenant(), Tenant::new("shop2"));
    let digest = store.put_record(&own, record("{}", 0)).await.unwrap();
    store
        .append(&own, &[super::samples::event("1", "a", 1)])
        .await
        .unwrap();
    store
        .put_account(&Versioned::new(account("a")))
        .await
        .unwrap();
    store
        .put_secret(&own, "token", &Secret::new("hush"), at(1))
        .await
        .unwrap();
    store
        .say(&own, &word("1", WordKind::Note, "x", 1))
        .await
        .unwrap();
    store.audit(&own, &deed("x")).await.unwrap();
    store
        .enqueue(&own, &[NewJob::new("e", "1", at(0))])
        .await
        .unwrap();
    assert!(store.record(&own, &digest).await.unwrap().is_some());
    assert!(store.record(&other, &digest).await.unwrap().is_none());
    assert!(
        store
            .records_of(&other, "a", None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .events(&other, &EventFilter::All, None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let of_record = EventFilter::Record(digest.clone());
    assert!(
        store
            .events(&other, &of_record, None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(store.event(&other, "a", "1").await.unwrap().is_none());
    assert!(
        store
            .alerts(&other, &AlertFilter::All, None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(store.account(&other, "a").await.unwrap().is_none());
    assert!(store.accounts(&other, "", 9).await.unwrap().is_empty());
    assert!(store.secret(&other, "token").await.unwrap().is_none());
    assert!(store.secret_names(&other).await.unwrap().is_empty());
    assert!(!store.remove_secret(&other, "token").await.unwrap());
    let notes = WordFilter::Kind(WordKind::Note);
    assert!(
        store
            .words(&other, &notes, None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.audit_head(&other).await.unwrap().number, 0);
    assert_eq!(store.count(&other, crate::RECORDS).await.unwrap(), 0);
    assert!(store.evidence(&other, &digest).await.unwrap().is_none());
    assert!(!store.retry(&other, "e", "1", at(0)).await.unwrap());
    assert!(!store.remove_account(&other, "a").await.unwrap());
    assert!(store.account(&own, "a").await.unwrap().is_some());
}
