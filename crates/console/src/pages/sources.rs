//! Sources: what we read, when it was last heard, what is wrong with it and what to do.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Account;
use sellkeep_store::{PAGE_ROWS_MAX, Source, Versioned};

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/sources", "Sources", Access::Act, methods)
    .in_nav()
    .with_forms();

pub(super) const ONE: Page =
    Page::new("/sources/{id}", "Source", Access::Act, methods_of_one).with_forms();

/// How long a source may be silent where nobody said how often it should be heard.
const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(24);

#[derive(Template)]
#[template(path = "sources.html")]
struct SourcesPage {
    frame: Frame,
    sources: Vec<SourceLine>,
    blind: usize,
}

/// One source as people see it.
#[derive(serde::Serialize)]
pub struct SourceLine {
    /// Its name.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// The account it is read for; empty where it serves several.
    pub account: String,
    /// How it fares: `heard`, `silent`, `never heard`, `in trouble` or `paused`.
    pub state: &'static str,
    /// When it was last heard.
    pub last_seen: String,
    /// How often it should be heard.
    pub expected_every: String,
    /// When it is tried again after trouble; empty where it is not waiting.
    pub next_try: String,
    /// What is wrong, in plain words.
    pub trouble: String,
    /// What to do about it.
    pub what_to_do: String,
}

impl SourceLine {
    /// Of a source of these accounts.
    pub fn of(source: &Source, accounts: &[Account], now: Timestamp) -> SourceLine {
        let patience = patience(source, accounts);
        let state = state(source, patience, now);
        let (trouble, advice) = told(&source.trouble);
        SourceLine {
            id: source.id.clone(),
            kind: source.kind.clone(),
            account: source.account.clone(),
            state,
            last_seen: source
                .seen
                .map_or_else(|| "never".to_owned(), |at| shown::seen_from(at, now)),
            expected_every: patience.map_or_else(
                || format!("not said; we expect {}", shown::length(SILENCE_MAX)),
                shown::length,
            ),
            next_try: source
                .next_try
                .filter(|at| !source.paused && *at > now)
                .map(|at| shown::seen_from(at, now))
                .unwrap_or_default(),
            what_to_do: advice.unwrap_or_else(|| what_to_do(state).to_owned()),
            trouble,
        }
    }

    /// We see nothing through it.
    pub fn is_blind(&self) -> bool {
        self.state != "heard"
    }
}

/// How long it may be silent, by what its owner says.
pub fn patience(source: &Source, accounts: &[Account]) -> Option<SignedDuration> {
    let own = accounts.iter().filter(|one| one.id == source.account);
    let expected = own
        .flat_map(|account| &account.sources)
        .find(|known| known.source == source.kind || known.source == source.id)?;
    let grace = expected.grace.map_or(SignedDuration::ZERO, |grace| grace.0);
    Some(expected.expected_every?.0 + grace)
}

fn state(source: &Source, patience: Option<SignedDuration>, now: Timestamp) -> &'static str {
    if source.paused {
        return "paused";
    }
    if !source.trouble.is_empty() {
        return "in trouble";
    }
    match source.seen {
        None => "never heard",
        Some(seen) if now.duration_since(seen) > patience.unwrap_or(SILENCE_MAX) => "silent",
        Some(_) => "heard",
    }
}

/// Troubles are told as `what is wrong: what to do`.
fn told(trouble: &str) -> (String, Option<String>) {
    match trouble.split_once(": ") {
        Some((what, advice)) => (what.to_owned(), Some(advice.to_owned())),
        None => (trouble.to_owned(), None),
    }
}

fn what_to_do(state: &str) -> &'static str {
    match state {
        "paused" => "Resume it as soon as you can: while it is paused, we are blind there.",
        "silent" => "Look whether the mailbox or service still works, then try it now.",
        "never heard" => "Wait a minute. If it stays so, try it now and look at what is said here.",
        "in trouble" => "Try it now. If it stays so, enter its settings again.",
        _ => "",
    }
}

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    frame: Frame,
    line: SourceLine,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(change)
}

fn methods_of_one() -> MethodRouter<Console> {
    get(show_one).post(change_one)
}

async fn show_one(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(id): Path<String>,
) -> Outcome {
    let mut lines = lines(&console, &who).await?.into_iter();
    let line = lines.find(|line| line.id == id).ok_or(Trouble::NotFound)?;
    html(&SourcePage {
        frame: Frame::new(&visitor, PAGE.title),
        line,
    })
}

async fn change_one(
    State(console): State<Console>,
    who: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    act(&console, &who, &id, fields.get("act")).await?;
    Ok(to("/sources"))
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    let sources = lines(&console, &who).await?;
    html(&SourcesPage {
        frame: Frame::new(&visitor, PAGE.title),
        blind: sources.iter().filter(|line| line.is_blind()).count(),
        sources,
    })
}

/// Every source of whoever asks.
pub async fn lines(console: &Console, who: &SignedIn) -> Result<Vec<SourceLine>, Trouble> {
    let store = &console.store;
    let accounts = store.accounts(&who.tenant, "", PAGE_ROWS_MAX).await?;
    let accounts: Vec<Account> = accounts.into_iter().map(|account| account.value).collect();
    let now = console.now();
    let sources = store.sources(&who.tenant).await?;
    let line = |source: &Versioned<Source>| SourceLine::of(&source.value, &accounts, now);
    Ok(sources.iter().map(line).collect())
}

async fn change(State(console): State<Console>, who: SignedIn, fields: Fields) -> Outcome {
    act(&console, &who, fields.get("source"), fields.get("act")).await?;
    Ok(to("/sources"))
}

/// Pauses, resumes, tries or removes a source. A try is made by whoever reads it: its
/// outcome shows within seconds.
pub async fn act(console: &Console, who: &SignedIn, id: &str, deed: &str) -> Result<(), Trouble> {
    let store = &console.store;
    let source = store.source(&who.tenant, id).await?;
    let mut source = source.ok_or(Trouble::NotFound)?;
    match deed {
        "pause" => source.value.paused = true,
        "resume" | "test" => source.value.paused = false,
        "remove" => return remove(console, who, id).await,
        _ => return Err(Trouble::Refused("Choose what to do with it.".to_owned())),
    }
    // A changed source is read anew at once, with its waiting time forgotten.
    store.put_source(&who.tenant, &source).await?;
    note(console, who, &format!("source-{deed}"), id, "").await
}

/// Removes a source with its secrets; what was read from it stays.
async fn remove(console: &Console, who: &SignedIn, id: &str) -> Result<(), Trouble> {
    let store = &console.store;
    let (main, others) = (format!("source/{id}"), format!("source/{id}/"));
    for (name, _) in store.secret_names(&who.tenant).await? {
        if name == main || name.starts_with(&others) {
            store.remove_secret(&who.tenant, &name).await?;
        }
    }
    store.remove_source(&who.tenant, id).await?;
    note(console, who, "source-remove", id, "").await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(sources: &str) -> Account {
        let text = format!(r#"{{"id":"shop","marketplace":"amazon","sources":{sources}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    fn source(seen: Option<&str>) -> Source {
        let mut source = Source::new("mail", "shop", "mailbox", "{}");
        source.seen = seen.map(|at| at.parse().unwrap());
        source
    }

    fn check(source: &Source, sources: &str, state: &str) -> SourceLine {
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        let line = SourceLine::of(source, &[account(sources)], now);
        assert_eq!(line.state, state);
        line
    }

    #[test]
    fn silence_counts_from_what_was_expected() {
        let every = r#"[{"source":"mailbox","expected_every":"PT1H","grace":"PT1H"}]"#;
        let line = check(&source(Some("2026-11-25T08:30:00Z")), every, "heard");
        assert_eq!(line.expected_every, "2 hours");
        check(&source(Some("2026-11-25T07:30:00Z")), every, "silent");
        check(&source(Some("2026-11-25T07:30:00Z")), "[]", "heard");
        check(&source(Some("2026-11-24T09:00:00Z")), "[]", "silent");
        check(&source(None), "[]", "never heard");
    }

    #[test]
    fn trouble_is_told_with_what_to_do_and_when_it_is_tried_again() {
        let mut source = source(Some("2026-11-25T09:59:00Z"));
        source.trouble = "the server refuses user and password: check both".to_owned();
        source.next_try = Some("2026-11-25T10:05:00Z".parse().unwrap());
        let line = check(&source, "[]", "in trouble");
        assert_eq!(line.trouble, "the server refuses user and password");
        assert_eq!(line.what_to_do, "check both");
        assert_eq!(line.next_try, "in 5 minutes");
        source.paused = true;
        let line = check(&source, "[]", "paused");
        assert_eq!(line.next_try, "");
    }
}
