//! Opening: again, newer, with the wrong key, with a new key; several nodes at once.

use super::places::Place;
use super::samples::{at, record, tenant};
use crate::{Error, KeyError, KeySource, Secret, Store};

async fn every(test: impl AsyncFn(Place)) {
    test(Place::file()).await;
    if let Some(place) = Place::postgres().await {
        test(place).await;
    }
}

#[tokio::test]
async fn what_was_written_is_there_again() {
    every(async |place| {
        let store = place.open().await;
        let digest = store.put_record(&tenant(), record("{}", 0)).await.unwrap();
        store.close().await;
        let store = place.open().await;
        assert!(store.record(&tenant(), &digest).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    every(async |place| {
        let store = place.open().await;
        let newer = sqlx::query("UPDATE facts SET value = '99' WHERE name = 'form'");
        newer.execute(&store.pools.write).await.unwrap();
        store.close().await;
        let error = Store::open(&place.address, &place.key())
            .await
            .err()
            .unwrap();
        assert!(matches!(error, Error::Newer { found: 99, .. }));
        assert!(error.to_string().contains("install the newer version"));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_key_is_told() {
    every(async |place| {
        place.open().await.close().await;
        let other = KeySource::File(place.folder.path().join("other"));
        let error = Store::open(&place.address, &other).await.err().unwrap();
        assert!(matches!(error, Error::Key(KeyError::Missing { .. })));
        let digits = "00112233445566778899aabbccddeeff".repeat(2);
        let printed = KeySource::Command {
            program: "echo".to_owned(),
            arguments: vec![digits],
        };
        let error = Store::open(&place.address, &printed).await.err().unwrap();
        assert!(
            matches!(error, Error::Key(KeyError::Wrong { .. })),
            "{error:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_new_key_opens_what_the_old_one_sealed() {
    every(async |place| {
        let store = place.open().await;
        let digest = store.put_record(&tenant(), record("{}", 0)).await.unwrap();
        let before = std::fs::read(place.folder.path().join("key")).unwrap();
        store.replace_key(&place.key()).await.unwrap();
        let secret = Secret::new("hush");
        store
            .put_secret(&tenant(), "token", &secret, at(1))
            .await
            .unwrap();
        store.close().await;
        let after = std::fs::read(place.folder.path().join("key")).unwrap();
        assert_ne!(before, after);
        let store = place.open().await;
        assert!(store.record(&tenant(), &digest).await.unwrap().is_some());
        assert!(store.secret(&tenant(), "token").await.unwrap().is_some());
        store.close().await;
        std::fs::write(place.folder.path().join("key"), before).unwrap();
        let error = Store::open(&place.address, &place.key())
            .await
            .err()
            .unwrap();
        assert!(matches!(error, Error::Key(KeyError::Wrong { .. })));
    })
    .await;
}

#[tokio::test]
async fn nodes_that_start_together_agree() {
    every(async |place| {
        let first = place.open().await;
        let node = || async {
            let store = place.open().await;
            store.put_record(&tenant(), record("{}", 0)).await.unwrap()
        };
        let digests = tokio::join!(node(), node(), node());
        assert_eq!(digests.0, digests.1);
        let found = first.record(&tenant(), &digests.2).await.unwrap();
        assert_eq!(found.as_deref(), Some(&b"{}"[..]));
    })
    .await;
}

#[tokio::test]
async fn a_place_that_cannot_be_opened_is_told_without_its_password() {
    let place = Place::memory();
    let folder = place.folder.path().join("missing").join("x.db");
    let error = Store::open(&folder.display().to_string(), &place.key()).await;
    assert!(matches!(error.err(), Some(Error::File { .. })));
    let nobody = "postgres://kai:hush@127.0.0.1:9/x";
    let error = Store::open(nobody, &place.key()).await.err().unwrap();
    let shown = format!("{error:?} {error}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::MetadataExt;
    let place = Place::file();
    let store = place.open().await;
    store.put_record(&tenant(), record("{}", 0)).await.unwrap();
    for file in std::fs::read_dir(place.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().mode() & 0o077,
            0,
            "{:?}",
            file.file_name()
        );
    }
}
