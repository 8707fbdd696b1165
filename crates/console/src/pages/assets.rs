//! Our own style, script and icon, built into the executable.

use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};

use super::{Access, Page};
use crate::console::Console;

pub(super) const STYLE: Page = Page::new("/console.css", "Style", Access::Anyone, style);
pub(super) const SCRIPT: Page = Page::new("/console.js", "Script", Access::Anyone, script);
pub(super) const ICON: Page = Page::new("/icon.svg", "Icon", Access::Anyone, icon);

fn style() -> MethodRouter<Console> {
    file(
        "text/css; charset=utf-8",
        include_str!("../../assets/console.css"),
    )
}

fn script() -> MethodRouter<Console> {
    file(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/console.js"),
    )
}

fn icon() -> MethodRouter<Console> {
    file("image/svg+xml", include_str!("../../assets/icon.svg"))
}

/// Kept for an hour: after an update, a page looks right again soon.
fn file(kind: &'static str, text: &'static str) -> MethodRouter<Console> {
    get(move || async move {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "max-age=3600"),
        ];
        (headers, text).into_response()
    })
}
