//! Official pages that answer a seller's questions.

use serde::Deserialize;

use crate::source::Source;

/// One page of a marketplace, a payment service or an authority. Its address is its source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Resource {
    /// Stable name.
    pub id: String,
    /// Whose page it is: a brand's id, or an authority.
    pub platform: String,
    /// What it is about, a word each: `red-flag`, `bank`, `response` …
    pub topics: Vec<String>,
    /// Its subject, in our own words.
    pub title: String,
    /// What it answers, in our own words.
    pub answers: Vec<String>,
    /// The page's address, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// Everything wrong with a resource beyond its fields.
pub fn mistakes(resource: &Resource) -> Vec<&'static str> {
    let mut found = Vec::new();
    let address = &resource.source.source;
    let is_page = ["https://", "http://"].iter().any(|scheme| {
        let host = address.strip_prefix(scheme);
        host.is_some_and(|host| host.contains('.') && !host.starts_with('.'))
    });
    if !is_page || address.contains(char::is_whitespace) {
        found.push("`source` must be the page's address");
    }
    if resource.answers.is_empty() {
        found.push("`answers` must say what the page answers");
    }
    if resource.topics.is_empty() {
        found.push("`topics` must say what the page is about");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(source: &str, answers: &str) -> Resource {
        let text = format!(
            "id = \"a\"\nplatform = \"amazon\"\ntopics = [\"bank\"]\ntitle = \"T\"\nanswers = {answers}\nsource = \"{source}\"\nseen = \"2026-11-22\"\nconfidence = \"high\"\n"
        );
        toml::from_str(&text).expect("a resource")
    }

    #[test]
    fn a_page_without_an_address_or_an_answer_is_none() {
        assert!(mistakes(&resource("https://example.com/a", "[\"x\"]")).is_empty());
        assert_eq!(mistakes(&resource("a copy", "[\"x\"]")).len(), 1);
        assert_eq!(mistakes(&resource("https:// a.b", "[]")).len(), 2);
    }
}
