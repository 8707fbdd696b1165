//! From an answer of the (fake) marketplace to a message in a channel, through the real path:
//! every published takeover that an interface can show, lost grants, a day of faults.
//!
//! The marketplace's clock is set by hand, and client, keeper and channels live by it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::amazon::live::{Amazon, Clock, Gate, Grant, Region, Settings};
use sellkeep_connect::channels::{self, Patience};
use sellkeep_fake_marketplace::{Faults, HandClock, Market, Method, SCENARIOS, Scenario, Seller};
use sellkeep_model::{Account, Alert, ExpectedSource, Length, Record};
use sellkeep_simulate::demo_zone;
use sellkeep_store::{Advance, KeySource, Secret, Source, Store, Tenant, Versioned};
use tokio::sync::{mpsc, watch};

use super::{SecretName, amazon, run};
use crate::answers::Answers;
use crate::keep::{Keeper, Teller, Worker};
use crate::watch::Flow;
use crate::watch::accounts;
use crate::watch::deliver::Outbox;

const STORE: &str = "A1PA6795UKMFR9";
const SELLER: &str = "S1";
const TAIL: &str = "677";
/// Days of an ordinary life before, so that what is usual is known and a shop can have slept.
const DAYS_BEFORE: i64 = 70;

#[derive(Debug)]
struct Hands(HandClock);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

fn begin() -> Timestamp {
    "2026-11-02T08:00:00Z".parse().expect("a time")
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// An account, watched, with a channel on this machine.
struct House {
    market: Option<Market>,
    clock: HandClock,
    amazon: Amazon,
    cursor: String,
    store: Store,
    tenant: Tenant,
    keeper: Keeper,
    bell: mpsc::UnboundedReceiver<String>,
    /// When a message came (by the marketplace's clock), and the alert that it is about.
    told: Vec<(Timestamp, String)>,
    /// The time that may pass between two looks of the keeper.
    beat: SignedDuration,
    _folder: tempfile::TempDir,
}

fn account() -> Account {
    let mut account = accounts::unknown(SELLER, amazon::KIND);
    account.stores = vec![STORE.to_owned()];
    account.country = Some("DE".to_owned());
    account.deposit_tails = vec![TAIL.to_owned(), "886".to_owned()];
    account.baseline_confirmed = true;
    account.sources = vec![ExpectedSource {
        source: amazon::KIND.to_owned(),
        expected_every: Some(Length(hours(2))),
        grace: Some(Length(hours(1))),
    }];
    account
}

fn settings(market: &Market) -> Settings {
    Settings {
        region: Region::Eu,
        seller: SELLER.to_owned(),
        stores: vec![STORE.to_owned()],
        client_id: "amzn1.application-oa2-client.fake".to_owned(),
        address: Some(market.address().to_owned()),
    }
}

async fn keeper(
    store: &Store,
    folder: &std::path::Path,
    tenant: &Tenant,
) -> (Keeper, mpsc::UnboundedReceiver<String>) {
    let (port, bell) = super::tests::webhook().await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let text = format!(
        "[[channel]]\nkind = 'webhook'\nname = 'here'\nurl = 'http://127.0.0.1:{port}/'\nsecret = '{secret}'\nallow_private = true\nlevel = 'for-information'\n"
    );
    let path = folder.join("channels.toml");
    std::fs::write(&path, text).expect("written");
    let channels = channels::file(&path).expect("channels");
    let outbox = Outbox::new(channels, Patience::default()).expect("connections");
    let digest = store.digest_key(tenant).await.expect("a key");
    let knowledge = crate::knowledge::load(None).expect("knowledge");
    let flow = Flow::new(knowledge, Answers::recorded(demo_zone().0), digest).expect("a flow");
    let teller = Teller::new(Some(Arc::new(outbox)));
    let keeper = Keeper::new(
        Arc::new(store.clone()),
        Arc::new(flow),
        Arc::new(teller),
        "proof",
    );
    (keeper, bell)
}

impl House {
    async fn new(second: bool) -> House {
        let clock = HandClock::at(begin());
        let market = Market::start(clock.clone(), None).await;
        market.add(seller(second));
        let folder = tempfile::tempdir().expect("a folder");
        let address = folder.path().join("sellkeep.db").display().to_string();
        let key = KeySource::File(folder.path().join("master.key"));
        let store = Store::open(&address, &key).await.expect("a store");
        // In the life before, it was heard once a day, and nobody expected more.
        let mut value = account();
        value.sources.clear();
        let tenant = Tenant::new(&value.tenant);
        let account = Versioned { value, version: 0 };
        store.put_account(&account).await.expect("kept");
        let source = Versioned::new(Source::new("api", SELLER, amazon::KIND, "{}"));
        store.put_source(&tenant, &source).await.expect("kept");
        let (keeper, bell) = keeper(&store, folder.path(), &tenant).await;
        let gate = Gate::with(
            Arc::new(Hands(clock.clone())),
            Some(Duration::from_secs(10)),
        );
        let grant = Grant {
            refresh: format!("Atzr|{SELLER}"),
            client_secret: market.client_secret().to_owned(),
        };
        let gate = Arc::new(gate.expect("a gate"));
        let amazon = Amazon::new(settings(&market), grant, gate).expect("usable");
        let house = House {
            amazon,
            clock,
            market: Some(market),
            cursor: String::new(),
            store,
            tenant,
            keeper,
            bell,
            told: Vec::new(),
            beat: SignedDuration::from_secs(1),
            _folder: folder,
        };
        house.before(second).await;
        house.expect_to_hear().await;
        house
    }

    /// The ordinary life before: one answer a day, that says the same.
    async fn before(&self, second: bool) {
        let mut methods = vec![
            serde_json::json!({"accountHolderName": "Own Shop GmbH", "paymentMethodId": format!("pm-{SELLER}"),
            "tail": TAIL, "countryCode": "DE", "paymentMethodType": "BANK_ACCOUNT", "assignmentType": "DEFAULT_DEPOSIT_METHOD"}),
        ];
        if second {
            methods.push(serde_json::json!({"accountHolderName": "Own Shop GmbH", "paymentMethodId": "pm-second",
                "tail": "886", "countryCode": "DE", "paymentMethodType": "BANK_ACCOUNT"}));
        }
        let day = |day: i64| -> Record {
            let line = serde_json::json!({"at": (begin() - hours(24 * day)).to_string(), "account": SELLER,
                "source": amazon::KIND, "operation": "getPaymentMethods", "request": {"marketplaceId": STORE},
                "status": 200, "body": {"paymentMethods": methods}});
            serde_json::from_value(line).expect("a record")
        };
        let records: Vec<Record> = (1..=DAYS_BEFORE).rev().map(day).collect();
        let ingested = self.keeper.ingest(&self.tenant, &records, begin()).await;
        ingested.expect("filed");
        self.keeper.drain(begin()).await.expect("read");
    }

    async fn expect_to_hear(&self) {
        let known = self
            .store
            .account(&self.tenant, SELLER)
            .await
            .expect("read");
        let mut known = known.expect("there");
        known.value.sources = account().sources;
        self.store.put_account(&known).await.expect("kept");
    }

    fn market(&self) -> &Market {
        self.market.as_ref().expect("it runs")
    }

    /// Lives on until a time, looking whenever something is due.
    async fn live(&mut self, until: Timestamp) {
        while self.clock.now() < until {
            let due = self.amazon.due(&self.cursor).expect("a place of ours");
            // Time itself may matter before the next question.
            let next = due
                .max(self.clock.now() + self.beat)
                .min(self.clock.now() + minutes(10));
            self.clock.set(next.min(until));
            if due <= self.clock.now() {
                self.step().await;
            }
            self.look().await;
        }
    }

    async fn step(&mut self) {
        let Ok(mut batch) = self.amazon.step(&self.cursor).await else {
            return self.clock.pass(SignedDuration::from_secs(15));
        };
        for record in &mut batch.records {
            SELLER.clone_into(&mut record.account);
        }
        let advance = Advance {
            source: "api".to_owned(),
            from: std::mem::replace(&mut self.cursor, batch.next_cursor.clone()),
            to: batch.next_cursor,
        };
        let now = self.clock.now();
        let taken = self
            .keeper
            .take_in(&self.tenant, &batch.records, advance, now)
            .await;
        taken.expect("kept");
    }

    /// The keeper works, and what the channel was told is noted with the time.
    async fn look(&mut self) {
        let now = self.clock.now();
        self.keeper.drain(now).await.expect("worked");
        while let Ok(message) = self.bell.try_recv() {
            let (_, body) = message.split_once("\r\n\r\n").expect("a body");
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            let thread = body["data"]["thread"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            self.told.push((now, thread));
        }
    }

    /// When the channel first was told of an alert of this rule, from a time on.
    async fn first_told(&self, rule: &str, from: Timestamp) -> Option<Timestamp> {
        for (at, thread) in self.told.iter().filter(|(at, _)| *at >= from) {
            let alert = self.store.alert(&self.tenant, thread).await.expect("read");
            if alert.is_some_and(|alert| alert.value.detection.rule == rule) {
                return Some(*at);
            }
        }
        None
    }

    /// The alert of a rule that a person was told of.
    async fn alert_of(&self, rule: &str) -> Alert {
        for (_, thread) in &self.told {
            let alert = self.store.alert(&self.tenant, thread).await.expect("read");
            match alert {
                Some(alert) if alert.value.detection.rule == rule => return alert.value,
                _ => {}
            }
        }
        panic!("nobody was told of {rule}");
    }

    /// Every alert that a person was told of: rule and object.
    async fn alerts(&self) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for (_, thread) in &self.told {
            let alert = self.store.alert(&self.tenant, thread).await.expect("read");
            if let Some(alert) = alert {
                let detection = alert.value.detection;
                found.insert((detection.rule, format!("{:?}", detection.object)));
            }
        }
        found
    }
}

/// The seller as he is before; `second`: with an account that he added long ago.
fn seller(second: bool) -> Seller {
    let mut seller = Seller::new(SELLER, STORE, "EUR", TAIL, begin());
    if second {
        seller.at(begin() - hours(1), |shop| {
            shop.methods.push(Method {
                id: "pm-second".to_owned(),
                tail: "886".to_owned(),
                default: false,
                ..shop.methods[0].clone()
            });
        });
    }
    seller
}

/// One takeover from its first moment to the message.
async fn taken_over(scenario: &Scenario) -> SignedDuration {
    let mut house = House::new(scenario.name == "aged-second-method").await;
    house.live(begin() + hours(1)).await;
    // Not at a moment that suits us.
    let at = begin() + hours(1) + SignedDuration::from_secs(97);
    house
        .market()
        .with(SELLER, |seller| scenario.begin(seller, at));
    if scenario.name == "watcher-blinded" {
        house.live(at).await;
        house.market().with(SELLER, |seller| seller.revoked = true);
    }
    house.live(at + scenario.within + minutes(2)).await;
    let told = house.first_told(scenario.rule, at).await;
    let alerts = house.alerts().await;
    let told = told.unwrap_or_else(|| {
        panic!(
            "{}: {} was not told, but {alerts:?}",
            scenario.name, scenario.rule
        )
    });
    let counts = house.market().counts();
    assert_eq!(
        (counts.too_often, counts.forbidden, counts.bad),
        (0, vec![], vec![])
    );
    told.duration_since(at)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_takeover_that_an_interface_can_show_is_told() {
    for scenario in SCENARIOS {
        let took = taken_over(scenario).await;
        println!("{:20} {} after {took:#}", scenario.name, scenario.rule);
        assert!(
            took <= scenario.within + SignedDuration::from_secs(10),
            "{}: {took:#}",
            scenario.name
        );
    }
}

/// The whole case of the published payout switch, day by day.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payout_that_goes_elsewhere_on_day_three_is_told_too() {
    let mut house = House::new(false).await;
    house.beat = minutes(2);
    house.live(begin() + hours(1)).await;
    let at = begin() + hours(1);
    let switch = SCENARIOS
        .iter()
        .find(|scenario| scenario.name == "payout-switch");
    house
        .market()
        .with(SELLER, |seller| switch.expect("there").begin(seller, at));
    for (rule, happens, within) in [
        ("payout-method-added", at, minutes(7)),
        ("payout-default-changed", at + hours(2), minutes(4)),
        ("payout-to-unknown-account", at + hours(2), minutes(4)),
    ] {
        house.live(happens + within).await;
        let told = house.first_told(rule, happens).await;
        let took = told.map(|told| told.duration_since(happens));
        println!("{rule:28} {took:?} after it happened");
        assert!(
            took.is_some_and(|took| took <= within),
            "{rule}: {took:?}, {:?}",
            house.alerts().await
        );
    }
    // Day three says the same once more: it joins the alert that tells where money goes.
    let moved = at + hours(72);
    house.live(moved + minutes(13)).await;
    let alert = house.alert_of("payout-to-unknown-account").await;
    let causes = &alert.detection.causes;
    let last = causes.iter().map(|cause| cause.happened).max();
    assert!(
        last.is_some_and(|last| last >= moved) && alert.changed <= moved + minutes(13),
        "{alert:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_marketplace_that_is_gone_is_told_within_the_grace() {
    let mut house = House::new(false).await;
    house.live(begin() + hours(1)).await;
    house.market = None;
    house.beat = minutes(2);
    let gone = house.clock.now();
    house.live(gone + hours(3) + minutes(15)).await;
    let told = house.first_told("source-silent", gone).await;
    let took = told.map(|told| told.duration_since(gone));
    println!("silence told after {took:?}: expected every 2 h, grace 1 h");
    assert!(
        took.is_some_and(|took| took <= hours(3) + minutes(12)),
        "{took:?}"
    );
}

/// What happens in the day that is lived twice, with faults and without.
fn a_bad_day(seller: &mut Seller) {
    let at = |hour: i64| begin() + hours(hour);
    for (name, hour) in [
        ("payout-switch", 2),
        ("listings-flood", 6),
        ("loan", 10),
        ("cash-out", 14),
    ] {
        let scenario = SCENARIOS.iter().find(|scenario| scenario.name == name);
        scenario.expect("there").begin(seller, at(hour));
    }
    seller.at(at(18), |shop| shop.suspended = true);
    seller.at(at(20), |shop| {
        "Other Trading Ltd".clone_into(&mut shop.business);
    });
}

async fn lived(faults: Faults) -> (BTreeSet<(String, String)>, u64) {
    let mut house = House::new(false).await;
    house.beat = SignedDuration::from_secs(45);
    house.market().with(SELLER, a_bad_day);
    house.market().set_faults(faults);
    house.live(begin() + hours(24)).await;
    // What was late may come in after the day.
    house.market().set_faults(Faults::none());
    house.live(begin() + hours(26)).await;
    assert_eq!(house.market().counts().too_often, 0);
    (house.alerts().await, house.market().counts().faults)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_faults_ends_in_the_same_alerts() {
    let (plain, none) = lived(Faults::none()).await;
    assert!(none == 0 && plain.len() >= 6, "{plain:?}");
    let (spoiled, faults) = lived(Faults::random(2026, 150)).await;
    println!(
        "{} alerts without and with {faults} faults in 24 h",
        plain.len()
    );
    assert!(faults > 150, "{faults}");
    assert_eq!(plain, spoiled);
}

/// Through the runner of `serve`, in real time: a foreign account at the first reading.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_runner_reads_an_account_that_was_added_while_it_runs() {
    let clock = HandClock::at(Timestamp::now());
    let market = Market::start(clock, None).await;
    let mut foreign = Seller::new(SELLER, STORE, "EUR", TAIL, market.now());
    foreign.at(market.now() - hours(2), |shop| {
        shop.methods.push(Method {
            id: "pm-x".to_owned(),
            tail: "991".to_owned(),
            default: false,
            ..shop.methods[0].clone()
        });
    });
    market.add(foreign);
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("sellkeep.db").display().to_string();
    let key = KeySource::File(folder.path().join("master.key"));
    let store = Store::open(&address, &key).await.expect("a store");
    let value = account();
    let tenant = Tenant::new(&value.tenant);
    let account = Versioned { value, version: 0 };
    store.put_account(&account).await.expect("kept");
    let (keeper, mut bell) = keeper(&store, folder.path(), &tenant).await;
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(run(store.clone(), keeper.clone(), stopped));
    let _worker = Worker::start(keeper).expect("a worker");

    let text = serde_json::to_string(&settings(&market)).expect("json");
    let now = Timestamp::now();
    for (name, secret) in [
        (SecretName::Main, format!("Atzr|{SELLER}")),
        (SecretName::Client, market.client_secret().to_owned()),
    ] {
        let secret = Secret::new(secret.into_bytes());
        store
            .put_secret(&tenant, &name.of("api"), &secret, now)
            .await
            .expect("kept");
    }
    let source = Versioned::new(Source::new("api", SELLER, amazon::KIND, &text));
    store.put_source(&tenant, &source).await.expect("kept");
    let message = tokio::time::timeout(Duration::from_secs(40), bell.recv()).await;
    let message = message.expect("within forty seconds").expect("told");
    assert!(message.contains("data"), "{message}");
    let source = store
        .source(&tenant, "api")
        .await
        .expect("read")
        .expect("there")
        .value;
    assert!(
        source.seen.is_some() && source.trouble.is_empty(),
        "{source:?}"
    );
    stop.send(true).expect("it runs");
    running.await.expect("no panic").expect("no trouble");
}
