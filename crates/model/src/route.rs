//! A route: which alerts go out on which channel, when, and who is told next.
//!
//! Values only: `connect` reads them from the channels file, `respond` decides by them.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::account::Length;
use crate::alert::AlertLevel;
use crate::message::Detail;

/// Hours of the day in which only *Act now* goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From when (`22:00`).
    pub from: Time,
    /// Until when (`07:00`); earlier than `from` means the next morning.
    pub to: Time,
    /// IANA time zone (`Europe/Berlin`).
    pub time_zone: String,
}

/// Which alerts go out on one channel, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// The channel's name.
    pub name: String,
    /// The least level that goes out.
    #[serde(default = "level_default")]
    pub level: AlertLevel,
    /// How much the channel may say.
    #[serde(default)]
    pub detail: Detail,
    /// The accounts it is for, by id; none named means all.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Hours in which only *Act now* goes out.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
    /// How long alerts below *Act now* are gathered into one message.
    #[serde(default)]
    pub batch: Option<Length>,
    /// After how long an open alert is told again.
    #[serde(default)]
    pub repeat_every: Option<Length>,
    /// Used by the ladder only.
    #[serde(default)]
    pub ladder_only: bool,
    /// One message for each alert, for services that keep a list of open matters.
    #[serde(default)]
    pub one_by_one: bool,
}

fn level_default() -> AlertLevel {
    AlertLevel::CheckToday
}

/// One step of the ladder: who is told when nobody has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LadderStep {
    /// How long after the first telling.
    pub after: Length,
    /// The channel's name.
    pub channel: String,
    /// The least level that climbs.
    #[serde(default = "ladder_level_default")]
    pub level: AlertLevel,
}

fn ladder_level_default() -> AlertLevel {
    AlertLevel::ActNow
}
