//! How long a marketplace pays nothing out after a deposit method was added.

use std::sync::OnceLock;

use sellkeep_model::Length;
use serde::Deserialize;

use crate::source::Source;

/// One marketplace's hold (`knowledge/holds.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hold {
    /// The marketplace: a brand's id.
    pub marketplace: String,
    /// How long it lasts.
    pub lasts: Length,
    /// What its help page says, in our words.
    pub says: String,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

#[derive(Deserialize)]
struct List {
    hold: Vec<Hold>,
}

impl Hold {
    /// The holds built into the executable. What an account says of its own holds wins
    /// over these, so that no overlay is needed.
    pub fn builtin() -> &'static [Hold] {
        static HOLDS: OnceLock<Vec<Hold>> = OnceLock::new();
        HOLDS.get_or_init(|| {
            let file = crate::FILES.iter().find(|file| file.path == "holds.toml");
            let list = file.and_then(|file| toml::from_str::<List>(file.text).ok());
            // A file that cannot be read does not pass `Knowledge::builtin` either.
            list.map(|list| list.hold).unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_are_built_in() {
        let days = |brand: &str| {
            let hold = Hold::builtin()
                .iter()
                .find(|hold| hold.marketplace == brand);
            hold.map(|hold| hold.lasts.0.as_hours() / 24)
        };
        assert_eq!(days("amazon"), Some(3));
        assert_eq!(days("etsy"), Some(5));
        assert_eq!(days("ebay"), Some(2));
        assert_eq!(days("stripe"), None);
    }
}
