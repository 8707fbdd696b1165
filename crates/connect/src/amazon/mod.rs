//! Amazon: what a seller may read about his own account.
//!
//! Pure functions: a record goes in; events, states and problems come out. Whatever can be
//! asked again is a state (comparing it with the snapshot is done elsewhere); whatever
//! is told once, with an identity of its own, is an event.
//!
//! Invariants: nothing of a buyer is kept; names of holders and contacts are kept as
//! keyed digest and first letters only; a secret or a token is never kept; a list that was
//! filtered, paged, cut or partly unreadable is never called complete.
//! Not here: asking Amazon ([`live`]) and receiving from the queue ([`queue`]), which lie apart.

mod api;
mod frame;
pub mod live;
mod node;
mod notifications;
mod number;
pub mod queue;
mod reports;
#[cfg(test)]
mod sample;
mod stamp;

use std::borrow::Cow;

use sellkeep_model::{DigestKey, ProofLevel, Reading, Record};
use serde_json::Value as Json;

use frame::{Frame, Problems};

/// What stands in a record of Amazon.
pub fn read(record: &Record, key: &DigestKey) -> Reading {
    let problems = Problems::default();
    let frame = Frame {
        record,
        key,
        operation: Cow::Borrowed(record.operation.as_deref().unwrap_or_default()),
        proof: ProofLevel::Proven,
        problems: &problems,
    };
    let mut reading = Reading::default();
    match record.source.as_str() {
        "amazon.notification" => notifications::read(&frame, &mut reading),
        "amazon.api" | "amazon.report" => answer(&frame, &mut reading),
        "amazon.queue" => queue::read_policy(&frame, &mut reading),
        _ => problems.note(
            "source",
            "no reader of Amazon knows this source; nothing was read",
        ),
    }
    problems.move_into(&mut reading);
    reading
}

/// Reports travel as answers too; they are known by their type or by being a table.
fn answer(frame: &Frame<'_>, reading: &mut Reading) {
    if frame.record.status.is_none_or(|status| status < 400)
        && let Some(report) = reports::known(frame)
    {
        return (report.read)(frame, reading);
    }
    api::read(frame, reading);
}

/// The body as JSON, without copying it where it is JSON already.
fn json<'a>(record: &'a Record, problems: &Problems) -> Option<Cow<'a, Json>> {
    match &record.body {
        Json::Null => None,
        Json::String(text) if text.trim().is_empty() => None,
        Json::String(text) => {
            let json = serde_json::from_str(text).ok();
            if json.is_none() {
                problems.note("body", "is text, but not JSON; nothing was read");
            }
            json.map(Cow::Owned)
        }
        other => Some(Cow::Borrowed(other)),
    }
}
