//! `sellkeep connect amazon`, as people call it, against a marketplace of our own.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at once, in its helpers too"
)]

mod program;

use jiff::Timestamp;
use program::{Place, Said};
use sellkeep_fake_marketplace::{HandClock, Market, Seller};

const STORE: &str = "A1PA6795UKMFR9";

/// A marketplace with one seller, on a runtime of its own beside the program that is tried.
struct Scene {
    market: Market,
    place: Place,
    _runtime: tokio::runtime::Runtime,
}

impl Scene {
    fn new() -> Scene {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let clock = HandClock::at(Timestamp::now());
        let market = runtime.block_on(Market::start(clock, None));
        market.add(Seller::new("S1", STORE, "EUR", "677", market.now()));
        let place = Place::new();
        place.put("refresh", "Atzr|S1\n");
        place.put("client", market.client_secret());
        Scene {
            market,
            place,
            _runtime: runtime,
        }
    }

    fn connect(&self, more: &[&str]) -> Said {
        let given = [
            "connect",
            "amazon",
            "--account",
            "shop",
            "--seller",
            "S1",
            "--stores",
            "DE",
            "--client-id",
            "amzn1.application-oa2-client.1",
            "--client-secret-file",
            "client",
            "--refresh-token-file",
            "refresh",
            "--address",
            self.market.address(),
        ];
        let said = self.place.run(&[&given[..], more].concat());
        for secret in ["Atzr|", "Atza|", self.market.client_secret()] {
            assert!(
                !said.out.contains(secret) && !said.err.contains(secret),
                "{}{}",
                said.out,
                said.err
            );
        }
        said
    }
}

#[test]
fn an_account_is_tried_kept_and_confirmed() {
    let scene = Scene::new();
    let said = scene.connect(&[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for words in [
        "a bank account that is added",
        "deposit account ending 677, in DE",
        "next payout",
        "Not confirmed yet",
    ] {
        assert!(said.out.contains(words), "{words}: {}", said.out);
    }
    assert!(
        !said.out.contains("Own Shop GmbH"),
        "a name is masked: {}",
        said.out
    );
    let said = scene.connect(&["--confirm"]);
    assert!(said.out.contains("Confirmed."), "{}{}", said.out, said.err);
    let listed = scene.place.run(&["sources", "list"]);
    assert!(
        listed.out.contains("shop-amazon") && listed.out.contains("amazon.api"),
        "{}",
        listed.out
    );
    let counts = scene.market.counts();
    assert_eq!(
        (counts.forbidden, counts.bad, counts.too_often),
        (vec![], vec![], 0)
    );
}

#[test]
fn what_may_not_be_read_is_told_with_its_role() {
    let scene = Scene::new();
    scene.market.with("S1", |seller| {
        seller.refused.insert("getPaymentMethods".to_owned());
        seller.not_there.insert("getAccount".to_owned());
    });
    let said = scene.connect(&["--try-only"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out
            .contains("getPaymentMethods needs the role Finance and Accounting"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("getAccount is not offered here"),
        "{}",
        said.out
    );
    let listed = scene.place.run(&["sources", "list"]);
    assert!(!listed.out.contains("shop-amazon"), "{}", listed.out);
}

#[test]
fn a_token_that_is_not_accepted_keeps_nothing() {
    let scene = Scene::new();
    scene.market.with("S1", |seller| seller.revoked = true);
    let said = scene.connect(&["--confirm"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err.contains("authorise the application again"),
        "{}",
        said.err
    );
    scene.place.put("client", "wrong");
    let said = scene.connect(&[]);
    assert!(said.err.contains("invalid_client"), "{}", said.err);
    let listed = scene.place.run(&["sources", "list"]);
    assert!(!listed.out.contains("shop-amazon"), "{}", listed.out);
}

#[test]
fn mistakes_of_the_call_are_usage() {
    let scene = Scene::new();
    for (more, says) in [
        (&["--stores", "US"][..], "several regions"),
        (&["--stores", "Atlantis"][..], "no store"),
    ] {
        let said = scene.connect(more);
        assert_eq!(said.code, 2, "{}", said.out);
        assert!(said.err.contains(says), "{}", said.err);
    }
    let said = scene.place.run(&["connect", "amazon", "--account", "shop"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--seller is missing"), "{}", said.err);
}
