//! Answers of Shopify's GraphQL Admin API, by the names that stand in `data`.
//!
//! What was asked does not matter: whatever of it is known is read. A page that is not
//! the last never counts as complete.

use sellkeep_model::{Field, Fields, Item, StateGroup};

use crate::money::put_amount;
use crate::place::Place;
use crate::told::{Told, item};

/// Reads an answer.
pub(super) fn read(told: &mut Told<'_>, body: &Place<'_>) {
    if !told.is_answer(body) {
        return;
    }
    errors(told, body);
    let Some(data) = body.get("data") else {
        if !body.has("errors") {
            body.wrong::<()>("has no `data`; nothing was read");
        }
        return;
    };
    for name in data.names() {
        let Some(place) = data.get(name) else {
            continue;
        };
        match name {
            "appInstallations" => told.state(StateGroup::Apps, whole(&data, name), apps(&data)),
            "currentAppInstallation" => {
                told.state(StateGroup::Apps, false, app(&place).into_iter().collect());
            }
            "shop" => shop(told, &place),
            "shopifyPaymentsAccount" => payments(told, &place),
            "staffMembers" => staff(told, &data),
            _ => body.passed_over("a part of the answer that is not read; the record is kept"),
        }
    }
}

fn errors(told: &Told<'_>, body: &Place<'_>) {
    for error in body.list("errors") {
        match error.text("extensions.code").as_deref() {
            Some("ACCESS_DENIED") => told.refused("ACCESS_DENIED"),
            _ => {
                error.wrong::<()>("is an error of Shopify's; what it concerns was not read");
            }
        }
    }
}

/// Fewer bank accounts than anybody asks for at a time. A page that does not say whether
/// more follow is all there is, if it holds fewer.
const PAGE_MIN: usize = 10;

/// Whether a list is all there is: its page is the last one.
fn whole(place: &Place<'_>, list: &str) -> bool {
    let more = format!("{list}.pageInfo.hasNextPage");
    let before = format!("{list}.pageInfo.hasPreviousPage");
    place.flag(&more) == Some(false) && place.flag(&before) != Some(true)
}

fn payments(told: &Told<'_>, account: &Place<'_>) {
    if account.has("bankAccounts") {
        let silent = !account.has("bankAccounts.pageInfo");
        let few = account.list("bankAccounts").len() < PAGE_MIN;
        let complete = whole(account, "bankAccounts") || (silent && few);
        told.state(
            StateGroup::DepositMethods,
            complete,
            bank_accounts(account, complete),
        );
    }
    if account.has("payouts") {
        payouts(told, account);
    }
    if account.has("balance") {
        balance(told, account);
    }
    if account.flag("activated") == Some(false) {
        let fields = Fields::new().with(Field::Status, "DISABLED");
        told.state(
            StateGroup::AccountStatus,
            false,
            vec![item("payments", fields)],
        );
    }
}

/// Where all are listed and there is one, it is the one that payouts go to.
fn bank_accounts(account: &Place<'_>, complete: bool) -> Vec<Item> {
    let accounts = account.list("bankAccounts");
    let only = complete && accounts.len() == 1;
    let items = accounts.into_iter().filter_map(|account| {
        let id = account.text("id")?;
        let mut fields = Fields::new().with(Field::Type, "BANK_ACCOUNT");
        account.put(&mut fields, Field::Tail, "accountNumberLastDigits");
        account.put(&mut fields, Field::Bank, "bankName");
        account.put(&mut fields, Field::Country, "country");
        account.put(&mut fields, Field::Currency, "currency");
        account.put(&mut fields, Field::Status, "status");
        account.put_time(&mut fields, Field::Created, "createdAt");
        if only {
            fields.set(Field::Default, true);
        }
        Some(item(id, fields))
    });
    items.collect()
}

fn payouts(told: &Told<'_>, account: &Place<'_>) {
    let mut payouts = Vec::new();
    let mut due = Vec::new();
    for payout in account.list("payouts") {
        let Some(id) = payout.text("id") else {
            continue;
        };
        let fields = payout_fields(&payout);
        let scheduled = fields.text(Field::Status) == Some("SCHEDULED");
        if scheduled && due.is_empty() {
            due.push(item("shopify-payments", fields.clone()));
        }
        payouts.push(item(id, fields));
    }
    told.state(StateGroup::ExpectedPayouts, false, due);
    told.state(StateGroup::Payouts, false, payouts);
}

fn payout_fields(payout: &Place<'_>) -> Fields {
    let mut fields = Fields::new();
    put_amount(payout, &mut fields, "net.amount", "net.currencyCode");
    payout.put(&mut fields, Field::Status, "status");
    payout.put(&mut fields, Field::Type, "transactionType");
    payout.put(
        &mut fields,
        Field::Tail,
        "bankAccount.accountNumberLastDigits",
    );
    payout.put_time(&mut fields, Field::Scheduled, "issuedAt");
    fields
}

fn balance(told: &Told<'_>, account: &Place<'_>) {
    let items = account.list("balance").into_iter().map(|money| {
        let mut fields = Fields::new().with(Field::Type, "available");
        put_amount(&money, &mut fields, "amount", "currencyCode");
        let currency = fields.text(Field::Currency).unwrap_or("?").to_owned();
        item(format!("available {currency}"), fields)
    });
    told.state(StateGroup::Balances, true, items.collect());
}

fn staff(told: &Told<'_>, data: &Place<'_>) {
    let items = data.list("staffMembers").into_iter().filter_map(|person| {
        let id = person.text("id")?;
        let mut fields = Fields::new();
        told.user(&mut fields, person.text_of(&["email", "name"]));
        let owner = person.flag("isShopOwner") == Some(true);
        let role = person
            .text("accountType")
            .unwrap_or_else(|| "STAFF".to_owned());
        fields.set(Field::Role, if owner { "OWNER".to_owned() } else { role });
        if let Some(active) = person.flag("active") {
            fields.set(Field::Status, if active { "active" } else { "inactive" });
        }
        Some(item(id, fields))
    });
    let items = items.collect();
    told.state(StateGroup::Users, whole(data, "staffMembers"), items);
}

fn apps(data: &Place<'_>) -> Vec<Item> {
    data.list("appInstallations")
        .iter()
        .filter_map(app)
        .collect()
}

fn app(installed: &Place<'_>) -> Option<Item> {
    let id = installed.text_of(&["app.id", "id"])?;
    let mut fields = Fields::new();
    installed.put_first(&mut fields, Field::App, &["app.title", "app.handle"]);
    let scopes = installed.list("accessScopes");
    let mut scopes: Vec<String> = scopes
        .iter()
        .filter_map(|scope| scope.text("handle"))
        .collect();
    scopes.sort();
    if !scopes.is_empty() {
        fields.set(Field::Role, scopes.join(" "));
    }
    Some(item(id, fields))
}

fn shop(told: &Told<'_>, shop: &Place<'_>) {
    let mut store = Fields::new();
    shop.put(&mut store, Field::Name, "name");
    shop.put_first(
        &mut store,
        Field::Domain,
        &["primaryDomain.host", "myshopifyDomain"],
    );
    let id = shop
        .text("myshopifyDomain")
        .unwrap_or_else(|| "shop".to_owned());
    if !store.is_empty() {
        told.state(StateGroup::Stores, false, vec![item(id, store)]);
    }
    let mut owner = Fields::new();
    told.holder(&mut owner, shop.text("shopOwnerName"));
    let mut sign_in = Fields::new();
    told.address(&mut sign_in, shop.text("email"));
    let mut place = Fields::new();
    shop.put(&mut place, Field::Country, "billingAddress.countryCodeV2");
    let mut plan = Fields::new();
    shop.put_first(
        &mut plan,
        Field::Plan,
        &["plan.publicDisplayName", "plan.displayName"],
    );
    let things = [
        ("shop_owner", owner),
        ("shop_email", sign_in),
        ("registered_address", place),
        ("selling_plan_shown", plan),
    ];
    let things = things.into_iter().filter(|(_, fields)| !fields.is_empty());
    let items = things.map(|(id, fields)| item(id, fields)).collect();
    told.state(StateGroup::Identity, false, items);
}
