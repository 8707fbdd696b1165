//! Cases: what must raise a rule and what must not, as lines of JSON.
//!
//! Only read here. Running them needs the whole engine (`step`).

use jiff::Timestamp;
use sellkeep_model::{Account, AlertLevel, Event, State, id_of};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

/// A case without its rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Whose events they are.
    pub account: Account,
    /// What happens, in the order it is learned.
    pub lines: Vec<Line>,
    /// More than "at least one detection".
    pub expect: Option<Expect>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// An event.
    Event(Box<Event>),
    /// A state, to be compared with the snapshot.
    State {
        /// When it was learned.
        learned: Timestamp,
        /// Who told it.
        source: String,
        /// What is so.
        state: Box<State>,
    },
    /// Time passes.
    Clock(Timestamp),
}

/// What a case in `fires/` asks of the detections, where it asks more than one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The level of the heaviest detection.
    #[serde(default)]
    pub level: Option<AlertLevel>,
    /// How many threads there are.
    #[serde(default)]
    pub count: Option<u64>,
    /// The object of one of them: its id.
    #[serde(default)]
    pub object: Option<String>,
    /// The deadline of one of them.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StateLine {
    state: State,
    learned: Timestamp,
    source: Option<String>,
}

const SOURCE_DEFAULT: &str = "amazon.api";

impl Case {
    /// Reads the lines of a case. Says which line is wrong, and why.
    pub fn parse(text: &str) -> Result<Case, String> {
        let mut case = Case {
            account: account(&Map::new())?,
            lines: Vec::new(),
            expect: None,
        };
        for (at, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let read = serde_json::from_str(line).map_err(|error| error.to_string());
            let read = read.and_then(|fields| case.line(fields));
            read.map_err(|reason| format!("line {}: {reason}", at + 1))?;
        }
        if case.lines.is_empty() {
            return Err("nothing happens in it".to_owned());
        }
        Ok(case)
    }

    fn line(&mut self, fields: Map<String, Json>) -> Result<(), String> {
        if self.expect.is_some() {
            return Err("`expect` is the last line".to_owned());
        }
        if let (Some(Json::Object(own)), 1) = (fields.get("account"), fields.len()) {
            if !self.lines.is_empty() {
                return Err("`account` is the first line".to_owned());
            }
            self.account = account(own)?;
        } else if let (Some(expect), 1) = (fields.get("expect"), fields.len()) {
            self.expect = Some(typed(expect.clone())?);
        } else if let (Some(clock), 1) = (fields.get("clock"), fields.len()) {
            self.lines.push(Line::Clock(typed(clock.clone())?));
        } else if fields.contains_key("state") {
            let line: StateLine = typed(Json::Object(fields))?;
            self.lines.push(Line::State {
                learned: line.learned,
                source: line.source.unwrap_or_else(|| SOURCE_DEFAULT.to_owned()),
                state: Box::new(line.state),
            });
        } else {
            let event = event(&fields, &self.account, self.lines.len())?;
            self.lines.push(Line::Event(Box::new(event)));
        }
        Ok(())
    }
}

/// What a case leaves out is a plain confirmed Amazon account.
fn account(own: &Map<String, Json>) -> Result<Account, String> {
    let whole = json!({"id": "shop", "marketplace": "amazon", "baseline_confirmed": true});
    typed(over(whole, own))
}

fn event(own: &Map<String, Json>, account: &Account, at: usize) -> Result<Event, String> {
    const KNOWN: &[&str] = &[
        "id",
        "kind",
        "account",
        "marketplace",
        "store",
        "happened",
        "learned",
        "time_quality",
        "source",
        "operation",
        "proof",
        "object",
        "before",
        "after",
        "record",
    ];
    if let Some(stranger) = own.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return Err(format!("an event has no {stranger:?}"));
    }
    let id = id_of(&[
        "case",
        &at.to_string(),
        &Json::Object(own.clone()).to_string(),
    ]);
    let whole = json!({
        "id": id,
        "account": account.id,
        "marketplace": account.marketplace,
        "learned": own.get("happened"),
        "time_quality": "source",
        "source": SOURCE_DEFAULT,
        "proof": "proven",
    });
    typed(over(whole, own))
}

fn over(whole: Json, own: &Map<String, Json>) -> Json {
    let mut whole = whole;
    if let Some(fields) = whole.as_object_mut() {
        fields.extend(own.clone());
    }
    whole
}

fn typed<T: serde::de::DeserializeOwned>(json: Json) -> Result<T, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_plain() {
        let case = Case::parse(
            r#"{"account": {"id": "a", "country": "DE"}}
               {"kind": "payout.method_added", "happened": "2026-11-02T10:00:00Z"}
               {"clock": "2026-11-03T10:00:00Z"}
               {"expect": {"level": "act-now", "count": 1}}"#,
        )
        .expect("a case");
        let Some(Line::Event(event)) = case.lines.first() else {
            panic!("no event");
        };
        assert_eq!(event.account, "a");
        assert_eq!(event.marketplace, "amazon");
        assert_eq!(event.learned, event.happened);
        assert!(case.account.baseline_confirmed);
        assert_eq!(case.expect.and_then(|expect| expect.count), Some(1));
    }

    #[test]
    fn the_same_event_twice_is_two_events_unless_it_has_an_id() {
        let line = r#"{"kind": "order.received", "happened": "2026-11-02T10:00:00Z"}"#;
        let case = Case::parse(&format!("{line}\n{line}")).expect("a case");
        assert_ne!(case.lines[0], case.lines[1]);
    }

    #[track_caller]
    fn refused(text: &str, because: &str) {
        let reason = Case::parse(text).expect_err("a refusal");
        assert!(reason.contains(because), "{reason}");
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        refused("", "nothing happens");
        refused(
            r#"{"kind": "payout.method_aded", "happened": "2026-11-02T10:00:00Z"}"#,
            "line 1",
        );
        refused(r#"{"kind": "order.received"}"#, "line 1");
        refused(
            r#"{"kind": "order.received", "happened": "2026-11-02T10:00:00Z", "afer": {}}"#,
            "afer",
        );
        refused(
            "{\"clock\": \"2026-11-02T10:00:00Z\"}\n{\"account\": {\"id\": \"a\"}}",
            "first line",
        );
        refused("{\"expect\": {\"levle\": \"act-now\"}}", "levle");
        refused(
            "{\"expect\": {}}\n{\"clock\": \"2026-11-02T10:00:00Z\"}",
            "last line",
        );
    }
}
