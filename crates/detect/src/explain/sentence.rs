//! One sentence for one cause: what, when, from which source, how proven.
//!
//! Only words of ours, masked names and endings get here; what a stranger wrote stays
//! in the record.

use jiff::{Timestamp, tz::TimeZone};
use sellkeep_model::{Event, Field, ProofLevel, TimeQuality, Value};

use super::words::phrase;
use crate::flat::Context;
use crate::state::is_mailbox;

/// Details that help a person to recognise a deed, with the words before them.
const DETAILS: &[(Field, &str)] = &[
    (Field::Tail, "ending"),
    (Field::HolderShown, "holder"),
    (Field::Country, "in"),
    (Field::Bank, "at"),
    (Field::Amount, "amount"),
    (Field::Currency, ""),
    (Field::Scheduled, "due"),
    (Field::User, "user"),
    (Field::App, "application"),
    (Field::Role, "role"),
    (Field::Address, "address"),
    (Field::Place, "place"),
    (Field::Device, "device"),
    (Field::Sku, "item"),
    (Field::Price, "price"),
    (Field::PromiseDays, "promised days"),
    (Field::Status, "status"),
    (Field::Count, "number"),
];

/// The sentence for a cause.
pub(crate) fn cause(event: &Event) -> String {
    let when = match event.time_quality {
        TimeQuality::Learned => format!("Seen on {}", time_shown(event.learned)),
        TimeQuality::Clamped => format!("About {}", time_shown(event.happened)),
        TimeQuality::Source | TimeQuality::Mail => time_shown(event.happened),
    };
    format!(
        "{when}: {}{}{}. Source: {}; {}.",
        phrase(event.kind),
        details(event),
        before(event),
        source(event),
        proof(event)
    )
}

/// A time as a person reads it.
pub(crate) fn time_shown(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%-d %b %Y %H:%M UTC")
        .to_string()
}

/// What stood around a detection and makes it graver.
pub(super) fn around(context: &Context) -> Vec<String> {
    let mut says = Vec::new();
    if context.attested_tail == Some(false) {
        says.push("The owner does not know an account with this ending.".to_owned());
    }
    if context.foreign == Some(true) {
        says.push("It is in another country than the business.".to_owned());
    }
    if context.planned_mismatch {
        says.push("A change was announced for this time, but not this one.".to_owned());
    }
    if context.recent_incident {
        says.push("An incident on this account was closed less than 30 days before.".to_owned());
    }
    if context.mail_flood {
        says.push(
            "At that time the mailbox was flooded with mail, which hides notices.".to_owned(),
        );
    }
    says
}

fn details(event: &Event) -> String {
    let told = DETAILS.iter().filter_map(|(field, word)| {
        let value = event.after.get(*field)?;
        Some(format!("{word} {}", value.shown()).trim().to_owned())
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(" ({})", told.join(", "))
    }
}

fn before(event: &Event) -> String {
    let told = DETAILS.iter().filter_map(|(field, word)| {
        let before = event.before.get(*field)?;
        let differs = event
            .after
            .get(*field)
            .is_some_and(|after: &Value| after != before);
        differs.then(|| format!("{word} {}", before.shown()).trim().to_owned())
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        String::new()
    } else {
        format!("; before: {}", told.join(", "))
    }
}

fn source(event: &Event) -> String {
    match &event.operation {
        Some(operation) => format!("{} ({operation})", event.source),
        None => event.source.clone(),
    }
}

fn proof(event: &Event) -> &'static str {
    match event.proof {
        ProofLevel::Proven if is_mailbox(&event.source) => "proven by the sender's signature",
        ProofLevel::Proven => "proven, read from the marketplace itself",
        ProofLevel::Observed => "observed by a party that you trust",
        ProofLevel::Claimed => "only claimed, by somebody whom nothing proves",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event;

    #[test]
    fn a_cause_says_what_when_where_from_and_how_proven() {
        let mut event = event("payout.default_changed", "2026-01-02T14:05:00Z");
        event.after.set(Field::Tail, "999");
        event.before.set(Field::Tail, "677");
        event.operation = Some("getPaymentMethods".to_owned());
        assert_eq!(
            cause(&event),
            "2 Jan 2026 14:05 UTC: payouts now go to another account (ending 999); before: \
             ending 677. Source: amazon.api (getPaymentMethods); proven, read from the \
             marketplace itself."
        );
    }

    #[test]
    fn a_claim_is_called_one() {
        let mut event = event("payout.method_added", "2026-01-02T14:05:00Z");
        event.proof = ProofLevel::Claimed;
        event.time_quality = TimeQuality::Learned;
        let says = cause(&event);
        assert!(
            says.starts_with("Seen on 2 Jan") && says.contains("only claimed"),
            "{says}"
        );
    }

    #[test]
    fn what_stands_around_is_said() {
        let context = Context {
            attested_tail: Some(false),
            mail_flood: true,
            ..Context::default()
        };
        assert_eq!(around(&context).len(), 2);
        assert!(around(&Context::default()).is_empty());
    }
}
