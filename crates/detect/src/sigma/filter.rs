//! Filters: what several rules should leave out, without touching the rules.

use serde_json::{Map, Value as Json, json};

use super::document::{detection, logsource, text, texts};
use super::pattern::Pattern;
use super::{Lookup, Refusal};

/// A filter: the rules it belongs to match only where its pattern matches, too.
#[derive(Debug, Clone)]
pub struct Filter<N> {
    /// What it is for.
    pub title: String,
    /// The rules, by id or name; `None` for all.
    pub rules: Option<Vec<String>>,
    /// What must hold, too: its condition as it is written, mostly a `not`.
    pub pattern: Pattern<N>,
}

/// Reads a filter document.
pub(super) fn read<E: Lookup>(fields: &Map<String, Json>) -> Result<Filter<E::Name>, Refusal> {
    logsource(fields)?;
    let block = fields.get("filter").and_then(Json::as_object);
    let block = block.ok_or("`filter` is no mapping")?;
    let rules = match block.get("rules") {
        Some(Json::String(any)) if any == "any" => None,
        Some(Json::Array(list)) if !list.is_empty() => Some(texts(block, "rules")?),
        _ => return Err("`filter`: `rules` is a list of rules, or `any`".to_owned()),
    };
    let mut section = block.clone();
    section.remove("rules");
    let title = text(fields, "title")?.unwrap_or_default();
    let as_rule = json!({
        "title": title,
        "logsource": fields.get("logsource"),
        "detection": section,
    });
    let as_rule = as_rule.as_object().ok_or("`filter` cannot be read")?;
    let detection = detection::<E>(as_rule)?;
    Ok(Filter {
        title: title.to_owned(),
        rules: rules.map(|rules| rules.into_iter().map(str::to_owned).collect()),
        pattern: detection.pattern,
    })
}
