//! The short text: the theme, since when, time left. Nothing that a detection quotes.
//!
//! It is built from closed lists and times alone, so that no title, reason or object can
//! carry an amount, an ending, an address or a name into it.

use std::collections::BTreeMap;

use sellkeep_model::{AlertLevel, Timestamp};

use super::{Line, Telling, Text, when};
use crate::delivery::Why;

/// Themes by the first word of an event's kind.
const THEMES: &[(&str, &str)] = &[
    ("signin", "sign-in"),
    ("credential", "sign-in"),
    ("notification", "sign-in"),
    ("user", "people with access"),
    ("app", "applications with access"),
    ("payout", "money"),
    ("wallet", "money"),
    ("loan", "money"),
    ("disbursement", "money"),
    ("charge_method", "money"),
    ("balance", "money"),
    ("refund", "money"),
    ("transaction", "money"),
    ("chargeback", "money"),
    ("listing", "listings"),
    ("offer", "listings"),
    ("inventory", "listings"),
    ("order", "orders"),
    ("account", "standing of the account"),
    ("policy", "standing of the account"),
    ("mail", "messages"),
    ("message", "messages"),
    ("source", "what Sellkeep can see"),
    ("secret", "what Sellkeep can see"),
    ("queue", "what Sellkeep can see"),
    ("subscription", "what Sellkeep can see"),
    ("submission", "what Sellkeep can see"),
];

/// The text of one alert or of several.
pub fn text(tellings: &[Telling<'_>], now: Timestamp) -> Text {
    match tellings {
        [one] => single(one, now),
        many => several(many, now),
    }
}

/// How many at which level (`Act now: 2 alerts, Check today: 1 alert`).
pub fn count(tellings: &[Telling<'_>]) -> String {
    let mut levels: BTreeMap<(bool, AlertLevel), usize> = BTreeMap::new();
    for telling in tellings {
        let open = telling.why != Why::Resolved;
        *levels
            .entry((open, telling.alert.detection.level))
            .or_default() += 1;
    }
    let part = |((open, level), count): (&(bool, AlertLevel), &usize)| {
        let level = if *open { level.shown() } else { "Over" };
        format!(
            "{level}: {count} {}",
            if *count == 1 { "alert" } else { "alerts" }
        )
    };
    let parts: Vec<String> = levels.iter().rev().map(part).collect();
    parts.join(", ")
}

fn single(telling: &Telling<'_>, now: Timestamp) -> Text {
    let detection = &telling.alert.detection;
    let theme = theme(telling);
    let zone = when::zone(telling.account);
    let since = when::moment(detection.happened, &zone);
    if telling.why == Why::Resolved {
        return Text {
            title: format!("Over: {theme}"),
            paragraphs: vec![vec![Line::new(
                "",
                format!("A matter of {theme}, open since {since}, is over."),
            )]],
        };
    }
    Text {
        title: format!("{}: {theme}", detection.level.shown()),
        paragraphs: vec![vec![
            Line::new("What", format!("something happened that concerns {theme}")),
            Line::new("Since", since),
            Line::new("Time left", when::left(detection.deadline, now, &zone)),
            Line::new(
                "First thing to do",
                "open the console: it has the details and the steps",
            ),
        ]],
    }
}

fn several(tellings: &[Telling<'_>], now: Timestamp) -> Text {
    let mut themes: BTreeMap<&str, usize> = BTreeMap::new();
    for telling in tellings {
        *themes.entry(theme(telling)).or_default() += 1;
    }
    let parts: Vec<String> = themes
        .iter()
        .map(|(theme, count)| format!("{theme} ({count})"))
        .collect();
    let nearest = tellings
        .iter()
        .filter(|telling| telling.why != Why::Resolved);
    let nearest =
        nearest.min_by_key(|telling| telling.alert.detection.deadline.unwrap_or(Timestamp::MAX));
    let mut lines = vec![Line::new("What", parts.join(", "))];
    if let Some(telling) = nearest {
        let zone = when::zone(telling.account);
        let left = when::left(telling.alert.detection.deadline, now, &zone);
        lines.push(Line::new("Time left", left));
    }
    lines.push(Line::new(
        "First thing to do",
        "open the console: it has the details and the steps",
    ));
    Text {
        title: count(tellings),
        paragraphs: vec![lines],
    }
}

/// The theme of what completed the detection.
fn theme(telling: &Telling<'_>) -> &'static str {
    let kind = telling
        .alert
        .detection
        .causes
        .last()
        .map(|cause| cause.kind.as_str());
    let word = kind
        .and_then(|kind| kind.split('.').next())
        .unwrap_or_default();
    let known = THEMES.iter().find(|(prefix, _)| *prefix == word);
    known.map_or("the account", |(_, theme)| theme)
}
