//! Contacts: whom to call and write to, with the day each was checked; confirming one,
//! correcting one for oneself.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use jiff::tz::TimeZone;
use sellkeep_model::{Account, id_of};
use sellkeep_respond::sheet::{Confirmed, Owner, Sheet, sheet};
use sellkeep_store::{PAGE_ROWS_MAX, Store, Tenant, Word, WordFilter, WordKind};

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{SignedIn, Token, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/contacts", "Contacts", Access::Act, methods)
    .in_nav()
    .with_forms();

/// The longest address of a page that is a contact.
const VALUE_CHARS_MAX: usize = 300;

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsPage {
    frame: Frame,
    sheet: Sheet,
    own_only: bool,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(confirm)
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    let (sheet, own_only) = of_tenant(&console, &who).await?;
    html(&ContactsPage {
        frame: Frame::new(&visitor, PAGE.title),
        sheet,
        own_only,
    })
}

/// The sheet of a tenant; whether it holds only what the tenant sells on. Where nothing is
/// set up yet, it holds every brand that we know well.
pub async fn of_tenant(console: &Console, who: &SignedIn) -> Result<(Sheet, bool), Trouble> {
    let accounts = console
        .store
        .accounts(&who.tenant, "", PAGE_ROWS_MAX)
        .await?;
    let accounts: Vec<Account> = accounts.into_iter().map(|account| account.value).collect();
    let own: BTreeSet<String> = accounts
        .iter()
        .map(|account| account.marketplace.clone())
        .collect();
    let own_only = !own.is_empty();
    let complete = console
        .knowledge()
        .brands
        .iter()
        .filter(|brand| brand.complete);
    let owner = Owner {
        name: who.tenant.as_str().replace("default", "our shops"),
        brands: if own_only {
            own.into_iter().collect()
        } else {
            complete.map(|brand| brand.id.clone()).collect()
        },
        country: accounts.iter().find_map(|account| account.country.clone()),
        ids: accounts
            .iter()
            .map(|account| {
                (
                    account.marketplace.clone(),
                    format!("Account {}", account.id),
                )
            })
            .collect(),
        confirmed: confirmed(&console.store, &who.tenant).await?,
        ..Owner::default()
    };
    let today = console.now().to_zoned(TimeZone::UTC).date();
    Ok((sheet(console.knowledge(), &owner, today), own_only))
}

/// What a person found when she tried a contact.
#[derive(serde::Serialize, serde::Deserialize)]
struct Found {
    value: String,
}

/// What people confirmed or corrected, oldest first; of one contact the newest counts.
pub async fn confirmed(
    store: &Store,
    tenant: &Tenant,
) -> Result<Vec<Confirmed>, sellkeep_store::Error> {
    let filter = WordFilter::Kind(WordKind::ContactConfirmed);
    let words = store.words(tenant, &filter, None, PAGE_ROWS_MAX).await?;
    let read = |word: &Word| {
        let found: Found = serde_json::from_str(&word.body).ok()?;
        Some(Confirmed {
            contact: word.subject.clone(),
            value: found.value,
            on: word.at.to_zoned(TimeZone::UTC).date(),
            by: word.who.clone(),
        })
    };
    Ok(words.iter().rev().filter_map(read).collect())
}

async fn confirm(State(console): State<Console>, who: SignedIn, fields: Fields) -> Outcome {
    let id = fields.get("contact");
    let contacts = &console.knowledge().contacts;
    let known = contacts.iter().any(|contact| contact.id == id);
    if !known {
        return Err(Trouble::NotFound);
    }
    let value = fields.words("value", "the number or address", VALUE_CHARS_MAX)?;
    let found = Found {
        value: value.clone(),
    };
    let word = Word {
        id: id_of(&["word", Token::random().as_str()]),
        kind: WordKind::ContactConfirmed,
        account: String::new(),
        subject: id.to_owned(),
        at: console.now(),
        who: who.name().to_owned(),
        body: serde_json::to_string(&found).map_err(|error| Trouble::ours(&error))?,
    };
    console.store.say(&who.tenant, &word).await?;
    note(&console, &who, "contact-confirmed", id, &value).await?;
    Ok(to("/contacts"))
}
