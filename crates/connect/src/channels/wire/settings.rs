//! The channels file: which channels there are, who is told next, what is pinged.
//!
//! One TOML file; `docs/channels.md` describes it. A mistake is named by channel and
//! setting; a value is never quoted, because it may be a secret.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use sellkeep_model::{LadderStep, Route};
use serde::Deserialize;

use super::trouble::SettingError;
use crate::channels::{Channel, Kind, kind};
use crate::deadman::{self, Deadman};

/// A file of a hundred channels has a tenth of it.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// A gathering window longer than a day would turn alerts into history.
const BATCH_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Reminders more often than that train people to ignore them.
const REPEAT_MIN: SignedDuration = SignedDuration::from_mins(1);

/// Names are used on the command line and as metric labels.
const NAME_CHARS_MAX: usize = 40;

/// The settings that say what goes out; the rest is the kind's own.
const ROUTE_SETTINGS: &[&str] = &[
    "name",
    "level",
    "detail",
    "accounts",
    "quiet",
    "batch",
    "repeat_every",
    "ladder_only",
];

/// One channel, set up.
pub struct ChannelSettings {
    /// Which alerts go out on it, and when.
    pub route: Route,
    /// Its kind.
    pub kind: &'static Kind,
    /// The channel itself.
    pub channel: Box<dyn Channel>,
}

/// Everything that the file says.
#[derive(Default)]
pub struct Channels {
    /// The channels in the file's order.
    pub channels: Vec<ChannelSettings>,
    /// Who is told when nobody acknowledges.
    pub ladder: Vec<LadderStep>,
    /// Where the console is, without a slash at the end.
    pub console: Option<String>,
    /// The outside watch that is told that we live.
    pub deadman: Option<Deadman>,
    /// What a person should mend although it works.
    pub cautions: Vec<String>,
}

impl Channels {
    /// The channel of that name.
    pub fn get(&self, name: &str) -> Option<&ChannelSettings> {
        self.channels.iter().find(|one| one.route.name == name)
    }

    /// The routes in the file's order.
    pub fn routes(&self) -> Vec<Route> {
        self.channels.iter().map(|one| one.route.clone()).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    console: Option<String>,
    #[serde(default)]
    channel: Vec<toml::Table>,
    #[serde(default)]
    ladder: Vec<LadderStep>,
    deadman: Option<deadman::Settings>,
}

/// Reads the file.
pub fn file(path: &Path) -> Result<Channels, SettingError> {
    let failed = |cause: std::io::Error| SettingError::File {
        path: path.display().to_string(),
        cause: cause.kind(),
    };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > FILE_BYTES_MAX {
        return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
    }
    let mut channels = parse(&std::fs::read_to_string(path).map_err(failed)?)?;
    if is_open_to_others(path) {
        channels.cautions.push(format!(
            "{} holds secrets and can be read by others. Set its mode to 600",
            path.display()
        ));
    }
    Ok(channels)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> bool {
    false
}

/// Reads the file's text.
pub fn parse(text: &str) -> Result<Channels, SettingError> {
    let form: Form = toml::from_str(text).map_err(|error| form_error(text, &error))?;
    let mut names = BTreeSet::new();
    let mut channels = Channels {
        console: form.console.as_deref().map(console).transpose()?,
        deadman: form.deadman.as_ref().map(Deadman::new).transpose()?,
        ..Channels::default()
    };
    for table in form.channel {
        let one = channel(table)?;
        if !names.insert(one.route.name.clone()) {
            return Err(wrong(&one.route.name, "the name is used twice"));
        }
        channels.channels.push(one);
    }
    for step in &form.ladder {
        if !names.contains(&step.channel) {
            return Err(wrong(
                &step.channel,
                "the ladder names it, but there is no such channel",
            ));
        }
    }
    channels.ladder = form.ladder;
    Ok(channels)
}

fn channel(mut table: toml::Table) -> Result<ChannelSettings, SettingError> {
    let name = table
        .get("name")
        .and_then(toml::Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if !is_name(&name) {
        let says = "a channel needs a `name` of at most 40 letters, digits, - and _";
        return Err(wrong("?", says));
    }
    let kind = match table.remove("kind") {
        Some(toml::Value::String(word)) => kind(&word),
        _ => None,
    };
    let kind = kind.ok_or_else(|| wrong(&name, &format!("`kind` must be one of {}", kinds())))?;
    let mut about = toml::Table::new();
    for setting in ROUTE_SETTINGS {
        if let Some(value) = table.remove(*setting) {
            about.insert((*setting).to_owned(), value);
        }
    }
    let route: Result<Route, toml::de::Error> = about.try_into();
    let mut route = route.map_err(|error| wrong(&name, &without_values(error.message())))?;
    route.one_by_one = kind.one_by_one;
    check(&route)?;
    let channel = (kind.open)(table).map_err(|error| match error {
        SettingError::Channel { says, .. } => wrong(&name, &says),
        other => wrong(&name, &other.to_string()),
    })?;
    Ok(ChannelSettings {
        route,
        kind,
        channel,
    })
}

fn check(route: &Route) -> Result<(), SettingError> {
    let says = if route
        .batch
        .is_some_and(|batch| batch.0 > BATCH_MAX || batch.0.is_negative())
    {
        "`batch` must be between PT0S and PT24H"
    } else if route.repeat_every.is_some_and(|every| every.0 < REPEAT_MIN) {
        "`repeat_every` must be at least PT1M"
    } else if route
        .quiet
        .as_ref()
        .is_some_and(|quiet| TimeZone::get(&quiet.time_zone).is_err())
    {
        "the `time_zone` of `quiet` is not known; write it as Europe/Berlin"
    } else {
        return Ok(());
    };
    Err(wrong(&route.name, says))
}

fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.len() <= NAME_CHARS_MAX && name.chars().all(good)
}

fn kinds() -> String {
    let names: Vec<&str> = crate::channels::CHANNELS
        .iter()
        .map(|kind| kind.name)
        .collect();
    names.join(", ")
}

/// The console's address becomes links in messages, so it must be one.
fn console(text: &str) -> Result<String, SettingError> {
    let wrong = SettingError::Value {
        setting: "console",
        says: "must be an address such as https://sellkeep.example",
    };
    match reqwest::Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "https" | "http")
                && url.query().is_none()
                && url.username().is_empty() =>
        {
            Ok(url.as_str().trim_end_matches('/').to_owned())
        }
        _ => Err(wrong),
    }
}

fn wrong(name: &str, says: &str) -> SettingError {
    SettingError::Channel {
        name: name.to_owned(),
        says: says.to_owned(),
    }
}

fn form_error(text: &str, error: &toml::de::Error) -> SettingError {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    SettingError::Form {
        line: before.matches('\n').count() + 1,
        says: without_values(error.message()),
    }
}

/// The reader's words without the value that they quote, which may be a secret. Names of
/// settings stay.
pub fn without_values(message: &str) -> String {
    for opening in ["invalid type: ", "invalid value: ", "unknown variant "] {
        let rest = message.strip_prefix(opening);
        if let Some((_, expected)) = rest.and_then(|rest| rest.split_once(", expected")) {
            return format!("{opening}…, expected{expected}");
        }
    }
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}\"…\"{}", &message[..first], &message[last + 1..])
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests;
