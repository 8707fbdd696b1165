//! The cheat sheet as a file: PDF (A4, Letter) or one HTML page that works offline.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use sellkeep_respond::pdf::Paper;
use sellkeep_respond::sheet::{html, pdf};

use super::contacts::of_tenant;
use super::{Access, Page};
use crate::console::Console;
use crate::door::SignedIn;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new(
    "/contacts/{file}",
    "Sheet of contacts",
    Access::Person,
    methods,
);

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>, who: SignedIn, Path(file): Path<String>) -> Outcome {
    let kind = match file.as_str() {
        "sheet-a4.pdf" | "sheet-letter.pdf" => "application/pdf",
        "sheet.html" => "text/html; charset=utf-8",
        _ => return Err(Trouble::NotFound),
    };
    let (sheet, _) = of_tenant(&console, &who).await?;
    let bytes = match file.as_str() {
        "sheet-a4.pdf" => pdf(&sheet, Paper::A4),
        "sheet-letter.pdf" => pdf(&sheet, Paper::Letter),
        _ => html(&sheet).into_bytes(),
    };
    // Always a file: the offline page carries its style inside, which our policy forbids here.
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file}\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
