//! Made-up seller events of about 1 KB, the same for the same seed.

use sellkeep_model::{Event, EventKind, Field, Fields, Object, ProofLevel, TimeQuality, Timestamp};

use crate::corpus::dice::Dice;

/// Accounts that the events are spread over.
pub const ACCOUNTS: usize = 100_000;

/// The kinds that the events have, and rules ask for.
pub const KINDS: [EventKind; 15] = [
    EventKind::OrderReceived,
    EventKind::ListingPriceChanged,
    EventKind::ListingQuantityChanged,
    EventKind::ListingStatusChanged,
    EventKind::ListingContentChanged,
    EventKind::OfferChanged,
    EventKind::RefundIssued,
    EventKind::TransactionPosted,
    EventKind::MailReceived,
    EventKind::MailNotice,
    EventKind::MessageReceived,
    EventKind::BalanceSeen,
    EventKind::PayoutScheduled,
    EventKind::SigninAttempt,
    EventKind::PolicyNotice,
];

const WORDS: [&str; 24] = [
    "order",
    "parcel",
    "blue",
    "cotton",
    "shirt",
    "customer",
    "refund",
    "label",
    "warehouse",
    "carton",
    "sample",
    "invoice",
    "season",
    "return",
    "charger",
    "lamp",
    "delivery",
    "weight",
    "number",
    "pallet",
    "offer",
    "stock",
    "listing",
    "summer",
];

/// Between one event and the next, in milliseconds.
const STEP: i64 = 20;
const BEGIN: i64 = 1_790_000_000_000;

/// Event number `at` of a run.
pub fn event(dice: &mut Dice, at: usize) -> Event {
    let kind = dice.pick(&KINDS);
    let milliseconds = BEGIN + i64::try_from(at).unwrap_or_default() * STEP;
    let happened = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    Event {
        id: format!("{at:032x}"),
        kind,
        account: format!("account-{:06}", dice.below(ACCOUNTS)),
        marketplace: "amazon".to_owned(),
        store: Some("ATVPDKIKX0DER".to_owned()),
        happened,
        learned: happened,
        time_quality: TimeQuality::Source,
        source: "amazon.notification".to_owned(),
        operation: Some("NOTIFICATION".to_owned()),
        proof: ProofLevel::Proven,
        object: Some(Object::new("listing", format!("SKU-{:05}", dice.below(40)))),
        before: Fields::new(),
        after: details(dice),
        record: Some(format!("{at:064x}")),
    }
}

fn details(dice: &mut Dice) -> Fields {
    let number = |value: usize| f64::from(u32::try_from(value).unwrap_or_default());
    Fields::new()
        .with(Field::Amount, number(dice.below(100_000)) / 100.0)
        .with(Field::Asin, format!("B0{:08}", dice.below(10_000_000)))
        .with(Field::Country, dice.pick(&["DE", "US", "FR", "IT"]))
        .with(Field::Currency, dice.pick(&["EUR", "USD", "GBP"]))
        .with(Field::Device, format!("dev-{:04}x", dice.below(10_000)))
        .with(
            Field::Place,
            format!(
                "10.{}.{}.{}",
                dice.below(250),
                dice.below(250),
                dice.below(250)
            ),
        )
        .with(Field::Quantity, number(dice.below(500)))
        .with(Field::Reason, sentence(dice, 55))
        .with(Field::Sku, format!("K{:05}", dice.below(100_000)))
        .with(Field::Status, format!("S{:03}", dice.below(1_000)))
        .with(Field::Title, sentence(dice, 8))
}

/// Words, now and then one that a rule looks for.
fn sentence(dice: &mut Dice, words: usize) -> String {
    let mut text: Vec<String> = (0..words).map(|_| dice.pick(&WORDS).to_owned()).collect();
    if dice.below(4) == 0 {
        text.push(format!("Marker{:02}", dice.below(100)));
    }
    text.join(" ")
}
