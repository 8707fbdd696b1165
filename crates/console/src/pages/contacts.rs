//! Contacts: whom to call and write to, with the day each was checked.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use jiff::tz::TimeZone;
use sellkeep_model::Account;
use sellkeep_respond::sheet::{Owner, Sheet, sheet};
use sellkeep_store::PAGE_ROWS_MAX;

use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/contacts", "Contacts", Access::Person, methods).in_nav();

#[derive(Template)]
#[template(path = "contacts.html")]
struct ContactsPage {
    frame: Frame,
    sheet: Sheet,
    own_only: bool,
}

fn methods() -> MethodRouter<Console> {
    get(show)
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
        ..Owner::default()
    };
    let today = console.now().to_zoned(TimeZone::UTC).date();
    Ok((sheet(console.knowledge(), &owner, today), own_only))
}
