//! Answers of eBay: payout settings, payouts, privileges. The operation says which.

use sellkeep_model::{Field, Fields, Item, StateGroup};

use crate::money::put_amount;
use crate::place::Place;
use crate::told::{Told, item};

/// Reads an answer.
pub(super) fn read(told: &mut Told<'_>, body: &Place<'_>) {
    if !told.is_answer(body) {
        return;
    }
    match told.topic.as_str() {
        "getPayoutSettings" => settings(told, body),
        "getPayouts" => {
            let payouts = body.list("payouts");
            payouts_state(told, &payouts);
        }
        "getPayout" => payouts_state(told, std::slice::from_ref(body)),
        "getPrivileges" | "privilege" => privileges(told, body),
        "getSellerFundsSummary" => funds(told, body),
        _ => body.passed_over("no rule needs this answer; the record is kept"),
    }
}

/// The instrument that takes the most of each payout is the one in use.
fn settings(told: &Told<'_>, body: &Place<'_>) {
    let list = if body.has("payoutInstruments") {
        "payoutInstruments"
    } else {
        "instruments"
    };
    let instruments = body.list(list);
    if !body.has(list) {
        body.wrong::<()>("has no `payoutInstruments`; nothing was read");
        return;
    }
    let mut items: Vec<Item> = instruments.iter().filter_map(instrument).collect();
    let share = |item: &Item| item.fields.number(Field::Share).unwrap_or(100.0);
    let most = items.iter().map(share).fold(0.0, f64::max);
    let in_use: Vec<bool> = items.iter().map(|item| share(item) >= most).collect();
    if in_use.iter().filter(|is| **is).count() == 1 {
        for (item, in_use) in items.iter_mut().zip(in_use) {
            item.fields.set(Field::Default, in_use);
        }
    }
    told.state(StateGroup::DepositMethods, true, items);
}

fn instrument(place: &Place<'_>) -> Option<Item> {
    let mut fields = Fields::new();
    place.put_first(
        &mut fields,
        Field::Tail,
        &["accountLastFourDigits", "accountNumberLastFourDigits"],
    );
    place.put(&mut fields, Field::Type, "instrumentType");
    place.put_first(&mut fields, Field::Status, &["instrumentStatus", "status"]);
    place.put(&mut fields, Field::Name, "nickname");
    place.put_number(&mut fields, Field::Share, "payoutPercentage");
    Some(item(place.text("instrumentId")?, fields))
}

fn payouts_state(told: &Told<'_>, payouts: &[Place<'_>]) {
    let items = payouts.iter().filter_map(|payout| {
        let mut fields = Fields::new();
        put_amount(payout, &mut fields, "amount.value", "amount.currency");
        payout.put(&mut fields, Field::Status, "payoutStatus");
        payout.put(&mut fields, Field::Reason, "payoutStatusDescription");
        payout.put(&mut fields, Field::Type, "payoutInstrument.instrumentType");
        payout.put(
            &mut fields,
            Field::Tail,
            "payoutInstrument.accountLastFourDigits",
        );
        payout.put_time(&mut fields, Field::Created, "payoutDate");
        Some(item(payout.text("payoutId")?, fields))
    });
    told.state(StateGroup::Payouts, false, items.collect());
}

/// How much may be sold: an account that is being curbed shows here first.
fn privileges(told: &Told<'_>, body: &Place<'_>) {
    let mut fields = Fields::new();
    if let Some(done) = body.flag("sellerRegistrationCompleted") {
        fields.set(
            Field::Status,
            if done {
                "registered"
            } else {
                "registration incomplete"
            },
        );
    }
    put_amount(
        body,
        &mut fields,
        "sellingLimit.amount.value",
        "sellingLimit.amount.currency",
    );
    body.put_number(&mut fields, Field::Quantity, "sellingLimit.quantity");
    if !fields.is_empty() {
        told.state(
            StateGroup::AccountStatus,
            false,
            vec![item("privileges", fields)],
        );
    }
}

fn funds(told: &Told<'_>, body: &Place<'_>) {
    let kinds = [
        ("available", "availableFunds"),
        ("on hold", "fundsOnHold"),
        ("processing", "processingFunds"),
    ];
    let items = kinds.into_iter().filter_map(|(id, path)| {
        let money = body.get(path)?;
        let mut fields = Fields::new().with(Field::Type, id);
        put_amount(&money, &mut fields, "value", "currency");
        Some(item(id, fields))
    });
    told.state(StateGroup::Balances, false, items.collect());
}
