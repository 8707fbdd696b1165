//! Sigma documents, read strictly.
//!
//! The parser forgives much (a nested value becomes a text, a wrong name in a list is
//! left out); whatever it would forgive is refused here before it is asked.

use rsigma_parser::parse_sigma_yaml;
use serde_json::{Map, Value as Json};

use super::condition::compile;
use super::correlation::{self, SigmaCorrelation};
use super::filter::{self, Filter};
use super::pattern::Pattern;
use super::{Lookup, Refusal};

/// Far more than any rule needs; a rule must not eat the memory.
const DOCUMENT_BYTES_MAX: usize = 256 * 1024;

/// More than a file of that length can hold without aliases that multiply.
const EVENTS_MAX: usize = 100_000;

/// The specification's own limit.
const TITLE_LETTERS_MAX: usize = 256;

const LEVELS: &[&str] = &["informational", "low", "medium", "high", "critical"];

/// One Sigma document.
#[derive(Debug, Clone)]
pub enum Document<N> {
    /// A pattern over single events.
    Detection(Box<Detection<N>>),
    /// A pattern over several events.
    Correlation(SigmaCorrelation),
    /// What other rules should leave out.
    Filter(Filter<N>),
}

/// A pattern over single events with what the document says of itself.
#[derive(Debug, Clone)]
pub struct Detection<N> {
    /// What it finds.
    pub title: String,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Its name for correlations, where it has one.
    pub name: Option<String>,
    /// The pattern.
    pub pattern: Pattern<N>,
    /// Selections that its condition never asks for.
    pub unused: Vec<String>,
}

/// The YAML documents of a file.
pub fn documents(text: &str) -> Result<Vec<Json>, Refusal> {
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err(format!("it is longer than {DOCUMENT_BYTES_MAX} bytes"));
    }
    // YAML 1.2, as the specification asks: `y` and `on` are words there, not yes.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        budget: serde_saphyr::budget! { max_events: EVENTS_MAX, max_nodes: EVENTS_MAX },
    };
    let documents = serde_saphyr::from_multiple_with_options(text, options);
    let documents: Vec<Json> = documents.map_err(|error| first_line(&error))?;
    if documents.is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(documents)
}

fn first_line(error: &serde_saphyr::Error) -> Refusal {
    let text = error.to_string();
    let line = text.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or("it is no YAML").to_owned()
}

/// Reads one document.
pub fn read<E: Lookup>(document: &Json) -> Result<Document<E::Name>, Refusal> {
    let fields = document.as_object().ok_or("it is no mapping")?;
    described(fields)?;
    if fields.contains_key("correlation") {
        return correlation::read(fields).map(Document::Correlation);
    }
    if fields.contains_key("filter") {
        return filter::read::<E>(fields).map(Document::Filter);
    }
    logsource(fields)?;
    detection::<E>(fields).map(|detection| Document::Detection(Box::new(detection)))
}

/// What all kinds of documents say of themselves.
fn described(fields: &Map<String, Json>) -> Result<(), Refusal> {
    let title = text(fields, "title")?.ok_or("`title` is missing")?;
    if title.trim().is_empty() || title.chars().count() > TITLE_LETTERS_MAX {
        return Err(format!(
            "`title` is empty or longer than {TITLE_LETTERS_MAX} letters"
        ));
    }
    for name in [
        "id",
        "name",
        "taxonomy",
        "status",
        "description",
        "author",
        "license",
    ] {
        text(fields, name)?;
    }
    if fields.contains_key("action") {
        return Err("`action` is not part of Sigma 2".to_owned());
    }
    if text(fields, "taxonomy")?.is_some_and(|taxonomy| taxonomy != "sigma") {
        return Err("`taxonomy`: only `sigma` is known".to_owned());
    }
    if text(fields, "status")? == Some("unsupported") {
        return Err("`status`: it says of itself that it cannot be used".to_owned());
    }
    if text(fields, "level")?.is_some_and(|level| !LEVELS.contains(&level)) {
        return Err(format!("`level` is none of {}", LEVELS.join(", ")));
    }
    version(fields)?;
    tags(fields)
}

fn version(fields: &Map<String, Json>) -> Result<(), Refusal> {
    let version = match fields.get("sigma-version") {
        None => return Ok(()),
        Some(Json::String(version)) => version.trim_start_matches('v').to_owned(),
        Some(other) => other.to_string(),
    };
    match version.split('.').next() {
        Some("1" | "2") => Ok(()),
        _ => Err("`sigma-version`: only Sigma up to 2 is known".to_owned()),
    }
}

fn tags(fields: &Map<String, Json>) -> Result<(), Refusal> {
    for tag in texts(fields, "tags")? {
        let sound = tag.split_once('.').is_some_and(|(space, name)| {
            let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
            !space.is_empty()
                && !name.is_empty()
                && space.chars().all(letter)
                && name.chars().all(|c| letter(c) || c == '.')
        });
        if !sound {
            return Err(format!("`tags`: {tag:?} is not written as `space.name`"));
        }
    }
    Ok(())
}

/// Where the events come from: at least one thing must be said, all of it in words.
pub(super) fn logsource(fields: &Map<String, Json>) -> Result<(), Refusal> {
    let source = fields.get("logsource").ok_or("`logsource` is missing")?;
    let source = source.as_object().ok_or("`logsource` is no mapping")?;
    if source.is_empty() {
        return Err("`logsource` is empty".to_owned());
    }
    match source.iter().find(|(_, value)| !value.is_string()) {
        Some((name, _)) => Err(format!("`logsource`: `{name}` is no text")),
        None => Ok(()),
    }
}

/// Reads title and detection section of a document.
pub(super) fn detection<E: Lookup>(
    fields: &Map<String, Json>,
) -> Result<Detection<E::Name>, Refusal> {
    let section = fields.get("detection").ok_or("`detection` is missing")?;
    shapes(section)?;
    let parsed = parse_sigma_yaml(&Json::Object(fields.clone()).to_string());
    let mut parsed = parsed.map_err(|error| error.to_string())?;
    if !parsed.errors.is_empty() {
        return Err(parsed.errors.join("; "));
    }
    let rule = parsed.rules.pop().ok_or("it is no detection")?;
    let compiled = compile::<E>(&rule.detection)?;
    Ok(Detection {
        title: rule.title,
        id: rule.id,
        name: rule.name,
        pattern: compiled.pattern,
        unused: compiled.unused,
    })
}

/// Only shapes that the specification gives a meaning.
fn shapes(section: &Json) -> Result<(), Refusal> {
    let section = section.as_object().ok_or("`detection` is no mapping")?;
    if section.contains_key("timeframe") {
        return Err(
            "`timeframe` belongs to the old form of counting; write a correlation".to_owned(),
        );
    }
    if !section.contains_key("condition") {
        return Err("`condition` is missing".to_owned());
    }
    for (name, selection) in section.iter().filter(|(name, _)| *name != "condition") {
        selection_shape(selection).map_err(|reason| format!("selection {name:?}: {reason}"))?;
    }
    Ok(())
}

fn selection_shape(selection: &Json) -> Result<(), Refusal> {
    match selection {
        Json::Object(fields) => fields_shape(fields),
        Json::Array(list) if list.iter().all(is_plain) => Ok(()),
        Json::Array(list) => list.iter().try_for_each(|part| match part {
            Json::Object(fields) => fields_shape(fields),
            _ => Err("a list holds either mappings or words, not both".to_owned()),
        }),
        _ => Ok(()),
    }
}

fn fields_shape(fields: &Map<String, Json>) -> Result<(), Refusal> {
    for (name, value) in fields {
        let plain = match value {
            Json::Array(list) => list.iter().all(is_plain),
            value => is_plain(value),
        };
        if !plain {
            return Err(format!(
                "field {name:?}: a value is one thing or a list of things"
            ));
        }
    }
    Ok(())
}

fn is_plain(value: &Json) -> bool {
    !value.is_array() && !value.is_object()
}

/// A text of a document; a refusal where it is something else.
pub(super) fn text<'a>(
    fields: &'a Map<String, Json>,
    name: &str,
) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{name}` is no text")),
    }
}

/// A text or a list of texts; a refusal where it is something else.
pub(super) fn texts<'a>(
    fields: &'a Map<String, Json>,
    name: &str,
) -> Result<Vec<&'a str>, Refusal> {
    let wrong = || format!("`{name}` is no list of texts");
    match fields.get(name) {
        None => Ok(Vec::new()),
        Some(Json::String(text)) => Ok(vec![text]),
        Some(Json::Array(list)) => {
            let texts = list.iter().map(|item| item.as_str().ok_or_else(wrong));
            texts.collect()
        }
        Some(_) => Err(wrong()),
    }
}
