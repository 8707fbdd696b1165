//! Names, first lines and lengths of Rust files.

use crate::source::Source;

/// Names that say nothing of what is in a file.
const EMPTY_NAMES: &[&str] = &["common", "core", "utils", "helpers", "misc", "shared"];
/// A file longer than this holds more than one concept.
pub const LINES_MAX: usize = 800;

/// All mistakes of all files.
pub fn check(sources: &[Source]) -> Vec<String> {
    let sources = sources.iter();
    sources
        .flat_map(|source| mistakes(&source.path, &source.text))
        .collect()
}

fn mistakes(path: &str, text: &str) -> Vec<String> {
    let mut mistakes = Vec::new();
    for part in path.split('/') {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        if EMPTY_NAMES.contains(&name) {
            mistakes.push(format!(
                "{path}: the name {name} says nothing of what is in it"
            ));
        }
    }
    if !text.starts_with("//!") {
        mistakes.push(format!("{path}: does not begin with //! and what it does"));
    }
    let lines = text.lines().count();
    if lines > LINES_MAX {
        mistakes.push(format!("{path}: {lines} lines, more than {LINES_MAX}"));
    }
    mistakes
}

#[cfg(test)]
mod tests {
    use super::mistakes;

    #[test]
    fn a_plain_file_is_in_order() {
        assert!(mistakes("crates/mail/src/hops.rs", "//! Hops.\n").is_empty());
    }

    #[test]
    fn an_empty_name_a_missing_header_and_length_are_found() {
        assert_eq!(mistakes("crates/mail/src/utils/x.rs", "//! X.\n").len(), 1);
        assert_eq!(mistakes("crates/mail/src/x.rs", "use x;\n").len(), 1);
        assert_eq!(mistakes("crates/x.rs", &"//! X.\n".repeat(801)).len(), 1);
    }
}
