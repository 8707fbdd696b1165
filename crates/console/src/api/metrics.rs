//! Numbers for Prometheus, of the tenant that asks.

use std::fmt::Write;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use sellkeep_model::AlertLevel;
use sellkeep_store::{EVENTS, RECORDS, pending};

use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page};
use crate::trouble::Outcome;

pub const PAGE: Page = Page::endpoint("/metrics", Access::Person, methods);

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>, who: SignedIn) -> Outcome {
    let count = async |what: &str| console.store.count(&who.tenant, what).await;
    let mut out = String::new();
    let numbers = [
        (
            "sellkeep_records_total",
            "counter",
            "Records kept.",
            count(RECORDS).await?,
        ),
        (
            "sellkeep_events_total",
            "counter",
            "Events kept.",
            count(EVENTS).await?,
        ),
    ];
    for (name, kind, help, number) in numbers {
        let _ = write!(
            out,
            "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {number}\n"
        );
    }
    let name = "sellkeep_alerts_pending";
    let _ = write!(
        out,
        "# HELP {name} Alerts that need somebody.\n# TYPE {name} gauge\n"
    );
    for level in [
        AlertLevel::ActNow,
        AlertLevel::CheckToday,
        AlertLevel::ForInformation,
    ] {
        let number = count(pending(level)).await?;
        let _ = writeln!(out, "{name}{{level=\"{}\"}} {number}", level.as_str());
    }
    let kind = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((kind, out).into_response())
}
