//! Live updates: tells an open page that something changed, so that it asks again.
//!
//! Server-sent events of one kind. Nothing of a tenant is in them: the page is fetched
//! anew by the same rules as ever. A session that has ended hears nothing more, and a page
//! that is only open does not keep a session alive.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{MethodRouter, get};
use futures_util::stream::{Stream, unfold};
use sellkeep_model::AlertLevel;
use sellkeep_store::{EVENTS, RECORDS, pending};
use tokio::sync::OwnedSemaphorePermit;

use super::{Access, Page};
use crate::console::Console;
use crate::door::SignedIn;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/live", "Live", Access::Person, methods);

/// How soon a change shows: sooner than somebody reaches for the reload button.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A comment keeps proxies from closing a quiet line.
const WORD_EVERY: Duration = Duration::from_secs(20);
/// The browser comes back by itself after that.
const COMES_BACK_AFTER: Duration = Duration::from_secs(3);

/// Numbers of which one changes with everything that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark([u64; 6]);

/// One open page.
struct Listener {
    console: Console,
    who: SignedIn,
    seen: Mark,
    _place: OwnedSemaphorePermit,
}

fn methods() -> MethodRouter<Console> {
    get(listen)
}

async fn listen(State(console): State<Console>, who: SignedIn) -> Outcome {
    let place = console.listeners.clone().try_acquire_owned();
    let place = place.map_err(|_| {
        Trouble::TooMany("Too many pages listen already. Reload to see what is new.".to_owned())
    })?;
    let seen = mark(&console, &who).await?;
    let listener = Listener {
        console,
        who,
        seen,
        _place: place,
    };
    let alive = KeepAlive::new().interval(WORD_EVERY);
    Ok(Sse::new(changes(listener))
        .keep_alive(alive)
        .into_response())
}

fn changes(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    let hello = Event::default()
        .retry(COMES_BACK_AFTER)
        .comment("listening");
    unfold((listener, Some(hello)), async |(mut listener, hello)| {
        if let Some(hello) = hello {
            return Some((Ok(hello), (listener, None)));
        }
        listener.changed().await?;
        let told = Event::default().event("change").data("look again");
        Some((Ok(told), (listener, None)))
    })
}

impl Listener {
    /// Waits for a change; `None` when nobody is to be told any more.
    async fn changed(&mut self) -> Option<()> {
        loop {
            let ended = self.console.ended();
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = ended => return None,
            }
            let session = self.console.store.session(&self.who.session.hash).await;
            session.ok()??;
            let now = mark(&self.console, &self.who).await.ok()?;
            if now != self.seen {
                self.seen = now;
                return Some(());
            }
        }
    }
}

async fn mark(console: &Console, who: &SignedIn) -> Result<Mark, Trouble> {
    let store = &console.store;
    let count = async |what: &str| store.count(&who.tenant, what).await;
    Ok(Mark([
        count(RECORDS).await?,
        count(EVENTS).await?,
        count(pending(AlertLevel::ActNow)).await?,
        count(pending(AlertLevel::CheckToday)).await?,
        count(pending(AlertLevel::ForInformation)).await?,
        store.audit_head(&who.tenant).await?.number,
    ]))
}
