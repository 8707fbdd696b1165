//! Reads one rule: its first document and its parts.

use sellkeep_model::id_of;
use serde_json::{Map, Value as Json, json};

use super::{body, meta, words};
use crate::flat::{FlatEvent, Name};
use crate::rule::{Body, Meta, Part, Rule};
use crate::sigma::{Document, Pattern, documents, read};

/// The folders that rules lie in.
const THEMES: &[&str] = &[
    "access",
    "money",
    "catalogue",
    "orders",
    "standing",
    "messages",
    "ourselves",
];
/// What Sigma knows at the top of a document.
const SIGMA_FIELDS: &[&str] = &[
    "title",
    "id",
    "name",
    "related",
    "taxonomy",
    "status",
    "description",
    "license",
    "author",
    "references",
    "date",
    "modified",
    "logsource",
    "detection",
    "correlation",
    "generate",
    "fields",
    "falsepositives",
    "level",
    "tags",
    "scope",
];

/// A rule with the patterns of its parts, in their order.
pub(super) struct Loaded {
    pub(super) rule: Rule,
    pub(super) patterns: Vec<Pattern<Name>>,
}

/// A part with its pattern.
type Named = (Part, Pattern<Name>);

/// A mistake: the document, and what is wrong with it.
pub(super) type Mistake = (String, String);

/// Reads the file of a rule.
pub(super) fn load(theme: &str, id: &str, text: &str) -> Result<Loaded, Vec<Mistake>> {
    let mut reading = Reading {
        theme,
        id,
        mistakes: Vec::new(),
    };
    let loaded = reading.file(text);
    loaded
        .filter(|_| reading.mistakes.is_empty())
        .ok_or(reading.mistakes)
}

struct Reading<'a> {
    theme: &'a str,
    id: &'a str,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn note<T>(&mut self, document: &str, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|what| self.mistakes.push((document.to_owned(), what)))
            .ok()
    }

    fn file(&mut self, text: &str) -> Option<Loaded> {
        let documents = documents(text);
        let documents = self.note("file", documents)?;
        let (first, others) = documents.split_first()?;
        let fields = self.note(
            "rule",
            first.as_object().ok_or("it is no mapping".to_owned()),
        )?;
        self.first(fields);
        let mut named: Vec<Named> = Vec::new();
        for (at, document) in others.iter().enumerate() {
            let place = format!("document {}", at + 2);
            let part = part(document, self.theme).and_then(|part| new(part, &named));
            named.extend(self.note(&place, part));
        }
        let meta = self.meta(fields);
        if named.len() < others.len() {
            // Whoever refers to a part with a mistake would be blamed for it.
            return None;
        }
        let stateful = stateful_part(fields, others);
        let body = self.body(fields, &mut named)?;
        self.sound(&named, &body);
        let (parts, patterns) = named.into_iter().unzip();
        let described = Described {
            text,
            stateful: &stateful,
        };
        Some(Loaded {
            rule: self.rule(fields, &described, meta?, body, parts),
            patterns,
        })
    }

    /// What every rule says of itself.
    fn first(&mut self, fields: &Map<String, Json>) {
        let mut known = SIGMA_FIELDS.to_vec();
        known.push("sellkeep");
        let (theme, id) = (self.theme, self.id);
        let checks = [
            only_fields(fields, &known),
            in_theme(fields, theme),
            named_so(fields, id),
            worded(fields, "description", "says why it matters"),
            worded(fields, "level", "is one of Sigma's five"),
            innocent(fields),
        ];
        for check in checks {
            self.note("rule", check);
        }
    }

    fn meta(&mut self, fields: &Map<String, Json>) -> Option<Meta> {
        let block = fields
            .get("sellkeep")
            .ok_or("`sellkeep` is missing".to_owned());
        let block = self.note("rule", block)?;
        match meta::read(block, self.theme) {
            Ok(meta) => Some(meta),
            Err(mistakes) => {
                let named = mistakes.into_iter().map(|what| ("rule".to_owned(), what));
                self.mistakes.extend(named);
                None
            }
        }
    }

    fn body(&mut self, fields: &Map<String, Json>, named: &mut Vec<Named>) -> Option<Body> {
        let sellkeep = fields.get("sellkeep")?.as_object()?;
        let block = self.note("rule", body::block(sellkeep))?;
        let parts: Vec<Part> = named.iter().map(|(part, _)| part.clone()).collect();
        let kinds = [
            fields.contains_key("detection"),
            fields.contains_key("correlation"),
            block.is_some(),
        ];
        if kinds.iter().filter(|there| **there).count() != 1 {
            let what = "it needs one of `detection`, `correlation` or a block below `sellkeep`";
            return self.note("rule", Err(what.to_owned()));
        }
        if let Some(block) = block {
            let described = self.note("rule", describe(fields));
            let body = sellkeep
                .get(block)
                .map(|json| body::read(block, json, &parts))?;
            return described.and(self.note("rule", body));
        }
        let read = self.note("rule", read::<FlatEvent<'_>>(&without_sellkeep(fields)))?;
        match read {
            Document::Correlation(correlation) => {
                self.note("rule", body::correlation(correlation, &parts))
            }
            Document::Detection(detection) => {
                self.used(&detection.unused);
                let part = Part {
                    name: self.id.to_owned(),
                    title: None,
                };
                named.push((part, detection.pattern));
                Some(Body::Plain {
                    part: named.len() - 1,
                })
            }
            Document::Filter(_) => self.note("rule", Err("a filter is no rule".to_owned())),
        }
    }

    fn used(&mut self, unused: &[String]) {
        if !unused.is_empty() {
            let what = format!("the condition never asks for {}", unused.join(", "));
            self.note::<()>("rule", Err(what));
        }
    }

    fn sound(&mut self, named: &[Named], body: &Body) {
        let used = body.parts();
        for (at, (part, pattern)) in named.iter().enumerate() {
            let document = format!("part {:?}", part.name);
            if !used.contains(&at) {
                self.note::<()>(&document, Err("nothing refers to it".to_owned()));
            }
            self.note(&document, words::check(pattern));
        }
    }

    fn rule(
        &mut self,
        fields: &Map<String, Json>,
        described: &Described<'_>,
        meta: Meta,
        body: Body,
        parts: Vec<Part>,
    ) -> Rule {
        let text = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
        Rule {
            id: self.id.to_owned(),
            theme: self.theme.to_owned(),
            version: id_of(&[described.text]),
            state_version: id_of(&[self.id, described.stateful]),
            title: text("title").trim().to_owned(),
            description: text("description").trim().to_owned(),
            false_positives: texts(fields, "falsepositives"),
            tags: texts(fields, "tags"),
            meta,
            body,
            parts,
        }
    }
}

/// The two texts that versions are made of.
struct Described<'a> {
    text: &'a str,
    stateful: &'a str,
}

fn new(part: Named, others: &[Named]) -> Result<Named, String> {
    if others.iter().any(|(other, _)| other.name == part.0.name) {
        return Err(format!("the name {:?} stands twice", part.0.name));
    }
    Ok(part)
}

fn part(document: &Json, theme: &str) -> Result<Named, String> {
    let fields = document.as_object().ok_or("it is no mapping")?;
    only_fields(fields, SIGMA_FIELDS)?;
    if fields.contains_key("correlation") {
        return Err(
            "a correlation of correlations is not supported; write `sequence` or `any`".to_owned(),
        );
    }
    let name = fields
        .get("name")
        .and_then(Json::as_str)
        .unwrap_or_default();
    if name.is_empty() {
        return Err("`name` is missing".to_owned());
    }
    let mut whole = fields.clone();
    whole.entry("title").or_insert_with(|| json!(name));
    whole
        .entry("logsource")
        .or_insert_with(|| json!({"product": "marketplace", "category": theme}));
    in_some_theme(&whole)?;
    let Document::Detection(detection) = read::<FlatEvent<'_>>(&Json::Object(whole))? else {
        return Err("a part is a detection".to_owned());
    };
    if !detection.unused.is_empty() {
        return Err(format!(
            "the condition never asks for {}",
            detection.unused.join(", ")
        ));
    }
    let title = fields
        .get("title")
        .and_then(Json::as_str)
        .map(str::to_owned);
    Ok((
        Part {
            name: name.to_owned(),
            title,
        },
        detection.pattern,
    ))
}

/// What a Sigma document without a selection must still be.
fn describe(fields: &Map<String, Json>) -> Result<(), String> {
    let mut fields = fields.clone();
    fields.remove("sellkeep");
    fields.insert(
        "detection".to_owned(),
        json!({"selection": {"kind": "*"}, "condition": "selection"}),
    );
    read::<FlatEvent<'_>>(&Json::Object(fields)).map(|_| ())
}

fn without_sellkeep(fields: &Map<String, Json>) -> Json {
    let mut fields = fields.clone();
    fields.remove("sellkeep");
    Json::Object(fields)
}

/// What the state of a rule depends on: its block or correlation, and its parts' selections.
fn stateful_part(first: &Map<String, Json>, others: &[Json]) -> String {
    let block = body::BLOCKS
        .iter()
        .filter_map(|block| first.get("sellkeep")?.get(block));
    let block: Vec<&Json> = block.collect();
    let parts = others
        .iter()
        .map(|part| json!([part.get("name"), part.get("detection")]));
    let parts: Vec<Json> = parts.collect();
    json!([
        block,
        first.get("correlation"),
        first.get("detection"),
        parts
    ])
    .to_string()
}

fn only_fields(fields: &Map<String, Json>, known: &[&str]) -> Result<(), String> {
    match fields.keys().find(|field| !known.contains(&field.as_str())) {
        Some(field) => Err(format!("`{field}` has no meaning here")),
        None => Ok(()),
    }
}

fn in_theme(fields: &Map<String, Json>, theme: &str) -> Result<(), String> {
    in_some_theme(fields)?;
    let category = fields
        .get("logsource")
        .and_then(|source| source.get("category"));
    if category.and_then(Json::as_str) != Some(theme) {
        return Err(format!(
            "`logsource`: `category` is the folder's theme, {theme}"
        ));
    }
    Ok(())
}

fn in_some_theme(fields: &Map<String, Json>) -> Result<(), String> {
    let source = fields.get("logsource").and_then(Json::as_object);
    let source = source.ok_or("`logsource` is missing")?;
    let word = |name: &str| source.get(name).and_then(Json::as_str).unwrap_or_default();
    if word("product") != "marketplace" || !THEMES.contains(&word("category")) || source.len() != 2
    {
        return Err(format!(
            "`logsource` is {{product: marketplace, category: one of {}}}",
            THEMES.join(", ")
        ));
    }
    Ok(())
}

fn named_so(fields: &Map<String, Json>, id: &str) -> Result<(), String> {
    match fields.get("name") {
        Some(name) if name.as_str() != Some(id) => {
            Err(format!("`name` is the folder's name, {id}"))
        }
        _ => Ok(()),
    }
}

fn worded(fields: &Map<String, Json>, name: &str, what: &str) -> Result<(), String> {
    let text = fields.get(name).and_then(Json::as_str).map(str::trim);
    match text {
        Some(text) if !text.is_empty() => Ok(()),
        _ => Err(format!("`{name}` is missing: it {what}")),
    }
}

fn innocent(fields: &Map<String, Json>) -> Result<(), String> {
    if texts(fields, "falsepositives").is_empty() {
        return Err("`falsepositives` is missing: what innocent things look the same".to_owned());
    }
    Ok(())
}

fn texts(fields: &Map<String, Json>, name: &str) -> Vec<String> {
    let list = fields.get(name).and_then(Json::as_array);
    let texts = list.into_iter().flatten().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}
