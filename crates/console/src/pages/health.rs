//! Whether the console lives and reaches its store; for whoever watches the watchman.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};

use super::{Access, Page};
use crate::console::Console;
use crate::trouble::Outcome;

pub(super) const PAGE: Page = Page::new("/healthz", "Health", Access::Anyone, methods);

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>) -> Outcome {
    console.store.has_people().await?;
    Ok("ok\n".into_response())
}
