//! The full text: what, where, since when, how we know, first thing to do, time left.

use sellkeep_model::{Account, AlertState, Timestamp};

use super::plain::line;
use super::{ALERTS_SHOWN_MAX, Line, Telling, Text, when};
use crate::delivery::Why;

/// More reasons than this do not make a person surer.
const REASONS_MAX: usize = 8;

/// The text of one alert or of several.
pub fn text(tellings: &[Telling<'_>], now: Timestamp) -> Text {
    let shown = tellings.iter().take(ALERTS_SHOWN_MAX);
    let mut paragraphs: Vec<Vec<Line>> = shown.map(|telling| lines(telling, now)).collect();
    let hidden = tellings.len().saturating_sub(ALERTS_SHOWN_MAX);
    if hidden > 0 {
        let says = format!("And {hidden} more. The console has them all.");
        paragraphs.push(vec![Line::new("", says)]);
    }
    Text {
        title: title(tellings),
        paragraphs,
    }
}

fn title(tellings: &[Telling<'_>]) -> String {
    match tellings {
        [one] => {
            let detection = &one.alert.detection;
            let level = if one.why == Why::Resolved {
                "Over"
            } else {
                detection.level.shown()
            };
            format!("{level}: {} ({})", line(&detection.title), place(one))
        }
        many => super::short::count(many),
    }
}

fn lines(telling: &Telling<'_>, now: Timestamp) -> Vec<Line> {
    let detection = &telling.alert.detection;
    let zone = when::zone(telling.account);
    let mut lines = vec![
        Line::new("What", what(telling)),
        Line::new("Where", place(telling)),
        Line::new("Since", when::moment(detection.happened, &zone)),
        Line {
            label: "How we know",
            says: reasons(telling),
        },
    ];
    match &telling.alert.state {
        AlertState::Resolved { reason, .. } => lines.push(Line::new("Over because", line(reason))),
        AlertState::ItWasMe { by, .. } => {
            lines.push(Line::new(
                "Over because",
                format!("{} says: it was me", line(by)),
            ));
        }
        _ => {
            lines.push(Line::new("First thing to do", line(&detection.first_step)));
            lines.push(Line::new(
                "Time left",
                when::left(detection.deadline, now, &zone),
            ));
        }
    }
    lines.extend(told_because(telling, now));
    lines
}

fn what(telling: &Telling<'_>) -> String {
    let title = line(&telling.alert.detection.title);
    match telling.alert.count {
        0 | 1 => title,
        count => format!("{title} (seen {count} times)"),
    }
}

/// The account as its people call it, and its marketplace.
fn place(telling: &Telling<'_>) -> String {
    match telling.account {
        Some(account) => {
            let name = line(called(account));
            format!("{name}, {}", line(&account.marketplace))
        }
        None => line(&telling.alert.detection.account),
    }
}

fn called(account: &Account) -> &str {
    account.name.as_deref().unwrap_or(&account.id)
}

fn reasons(telling: &Telling<'_>) -> Vec<String> {
    let detection = &telling.alert.detection;
    let said = detection.how_we_know.iter().map(|says| line(says));
    let mut reasons: Vec<String> = said.take(REASONS_MAX).collect();
    let hidden = detection.how_we_know.len().saturating_sub(REASONS_MAX);
    if hidden > 0 {
        reasons.push(format!("and {hidden} more"));
    }
    if reasons.is_empty() {
        let proof = detection.proof.as_str();
        reasons.push(format!("{proof}, by the rule {}", line(&detection.rule)));
    }
    reasons
}

fn told_because(telling: &Telling<'_>, now: Timestamp) -> Option<Line> {
    let alert = telling.alert;
    let waiting = || when::length(now.duration_since(alert.raised));
    let says = match telling.why {
        Why::Raised | Why::Resolved => return None,
        Why::Worse => "it became more serious".to_owned(),
        Why::News => "something new is known".to_owned(),
        Why::Reminder => format!("it has been open for {}", waiting()),
        Why::SnoozeOver => "the pause that somebody asked for is over".to_owned(),
        Why::Escalated => format!("nobody has acknowledged it for {}", waiting()),
    };
    Some(Line::new("Told now because", says))
}
