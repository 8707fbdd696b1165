//! Sources for programs: how each fares; pausing, resuming, trying, removing one.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use serde_json::json;

use super::once::{Request, once};
use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page, SourceLine, act_on_source, source_lines};
use crate::trouble::{Outcome, Trouble};

pub const LIST: Page = Page::endpoint("/api/sources", Access::Person, methods);
pub const ONE: Page =
    Page::endpoint("/api/sources/{id}", Access::Act, methods_of_one).taking(BODY_BYTES_MAX);

/// A word is said beyond the address.
const BODY_BYTES_MAX: usize = 4 << 10;

/// What is to be done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    act: String,
}

fn methods() -> MethodRouter<Console> {
    get(all)
}

fn methods_of_one() -> MethodRouter<Console> {
    get(one).post(act)
}

async fn all(State(console): State<Console>, who: SignedIn) -> Outcome {
    let items = source_lines(&console, &who).await?;
    Ok(Json(json!({"items": items, "next": null})).into_response())
}

async fn one(State(console): State<Console>, who: SignedIn, Path(id): Path<String>) -> Outcome {
    let line = line(&console, &who, &id).await?;
    Ok(Json(json!(line.ok_or(Trouble::NotFound)?)).into_response())
}

async fn line(console: &Console, who: &SignedIn, id: &str) -> Result<Option<SourceLine>, Trouble> {
    let lines = source_lines(console, who).await?;
    Ok(lines.into_iter().find(|line| line.id == id))
}

async fn act(
    State(console): State<Console>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Outcome {
    let request = Request::new(&headers, &format!("sources/{id}"), &body)?;
    let work = async {
        let wanted: Wanted = serde_json::from_slice(&body).map_err(|_| {
            let says = "Send {\"act\": …} as JSON: pause, resume, test or remove.";
            Trouble::Refused(says.to_owned())
        })?;
        let deed = wanted.act;
        act_on_source(&console, &who, &id, &deed).await?;
        let left = line(&console, &who, &id).await?;
        // Trying is done by whoever reads the source; its outcome is asked for later.
        let status = match deed.as_str() {
            "test" => StatusCode::ACCEPTED,
            _ => StatusCode::OK,
        };
        Ok((status, json!({"done": deed, "source": left})))
    };
    once(&console, &who, &request, work).await
}
