//! Somebody leaves: what must be taken back on every account, and what was.
//!
//! Each answer is a word with what proves it, only ever added. Taking somebody out of this
//! console is done on the page of people.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_model::{Field, StateGroup, id_of};
use sellkeep_store::{PAGE_ROWS_MAX, Word, WordFilter, WordKind};
use serde::{Deserialize, Serialize};

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{SignedIn, Token, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::prepare::accounts;
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/portfolio/leaving", "Leaving", Access::Act, methods).with_forms();

/// What must be taken back.
const ITEMS: &[(&str, &str)] = &[
    ("user", "The person is no user any more."),
    ("sessions", "All devices are signed out."),
    (
        "passwords",
        "Every shared password that the person knew is changed.",
    ),
    (
        "second-step",
        "No phone, authenticator or passkey of the person is left.",
    ),
    (
        "recovery",
        "Recovery addresses and contacts are not the person's.",
    ),
    (
        "apps",
        "Applications and tokens that the person made are revoked or known.",
    ),
    (
        "mailbox",
        "The mailbox has no delegate, forwarding or rule of the person.",
    ),
];
/// Accounts on the list.
const ACCOUNTS_MAX: usize = 200;
const NAME_CHARS_MAX: usize = 80;
const PROOF_CHARS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "leaving.html")]
struct LeavingPage {
    frame: Frame,
    person: String,
    accounts: Vec<AccountLine>,
    open: usize,
    total: usize,
}

#[derive(Template)]
#[template(path = "leaving_who.html")]
struct WhoPage {
    frame: Frame,
}

struct AccountLine {
    id: String,
    name: String,
    users: Vec<String>,
    items: Vec<ItemLine>,
}

struct ItemLine {
    item: &'static str,
    says: &'static str,
    done: String,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    person: String,
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Taken {
    account: String,
    item: String,
    proof: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(answer)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Outcome {
    if asked.person.trim().is_empty() {
        return html(&WhoPage {
            frame: Frame::new(&visitor, PAGE.title),
        });
    }
    let person = person(&asked.person)?;
    let taken = taken(&console, &who, &person).await?;
    let mut known = accounts(&console, &who).await?;
    known.truncate(ACCOUNTS_MAX);
    let mut lines = Vec::new();
    for (id, name) in known {
        let item = |(item, says): &(&'static str, &'static str)| ItemLine {
            item,
            says,
            done: done(&taken, &id, item),
        };
        lines.push(AccountLine {
            items: ITEMS.iter().map(item).collect(),
            users: users(&console, &who, &id).await?,
            id,
            name,
        });
    }
    let items = || lines.iter().flat_map(|line: &AccountLine| &line.items);
    html(&LeavingPage {
        frame: Frame::new(&visitor, PAGE.title),
        open: items().filter(|item| item.done.is_empty()).count(),
        total: items().count(),
        accounts: lines,
        person,
    })
}

fn person(name: &str) -> Result<String, Trouble> {
    let name = name.trim().to_lowercase();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let says = "Say who leaves, in at most 80 letters.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    Ok(name)
}

fn subject(person: &str) -> String {
    format!("leaving/{person}")
}

async fn taken(
    console: &Console,
    who: &SignedIn,
    person: &str,
) -> Result<Vec<(Word, Taken)>, Trouble> {
    let filter = WordFilter::Subject(WordKind::Note, subject(person));
    let store = &console.store;
    let words = store
        .words(&who.tenant, &filter, None, PAGE_ROWS_MAX)
        .await?;
    let read = |word: Word| {
        let taken = serde_json::from_str(&word.body).ok()?;
        Some((word, taken))
    };
    Ok(words.into_iter().filter_map(read).collect())
}

/// The newest answer on one thing; empty where there is none.
fn done(taken: &[(Word, Taken)], account: &str, item: &str) -> String {
    let mut own = taken.iter();
    let own = own.find(|(_, taken)| taken.account == account && taken.item == item);
    own.map_or_else(String::new, |(word, taken)| {
        format!("{} by {}: {}", shown::time(&word.at), word.who, taken.proof)
    })
}

/// Users that the snapshot knows, as far as they may be told: private names are masked.
async fn users(console: &Console, who: &SignedIn, account: &str) -> Result<Vec<String>, Trouble> {
    let state = console.store.state(&who.tenant, account).await?.value;
    let known = console.desk.known(&state, StateGroup::Users);
    let users = known.iter().flat_map(|state| &state.items);
    let told = users.map(|item| {
        let user = item.fields.text(Field::User).unwrap_or(&item.id);
        match item.fields.text(Field::Role) {
            Some(role) => format!("{user} ({role})"),
            None => user.to_owned(),
        }
    });
    Ok(told.collect())
}

async fn answer(State(console): State<Console>, who: SignedIn, fields: Fields) -> Outcome {
    let person = person(fields.get("person"))?;
    let account = fields.get("account");
    let known = console.store.account(&who.tenant, account).await?;
    known.ok_or(Trouble::NotFound)?;
    let item = fields.get("item");
    if !ITEMS.iter().any(|(known, _)| *known == item) {
        return Err(Trouble::NotFound);
    }
    let taken = Taken {
        account: account.to_owned(),
        item: item.to_owned(),
        proof: fields.words("proof", "what proves it", PROOF_CHARS_MAX)?,
    };
    let word = Word {
        id: id_of(&["word", Token::random().as_str()]),
        kind: WordKind::Note,
        account: account.to_owned(),
        subject: subject(&person),
        at: console.now(),
        who: who.name().to_owned(),
        body: serde_json::to_string(&taken).map_err(|error| Trouble::ours(&error))?,
    };
    console.store.say(&who.tenant, &word).await?;
    note(&console, &who, "leaving-answered", account, item).await?;
    let mut address = String::from("/portfolio/leaving?person=");
    for byte in person.bytes() {
        // Writing into a text cannot fail.
        let _ = write!(address, "%{byte:02X}");
    }
    Ok(to(&address))
}
