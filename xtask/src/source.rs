//! The Rust files of this repository, parsed, with their tests told apart.
//!
//! A test is an item under `#[cfg(test)]` or `#[test]`, or a file in a folder
//! or of the name `tests`. Generated files are not looked at.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use syn::spanned::Spanned;
use syn::{Attribute, Item};

/// One Rust file.
pub struct Source {
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// As written.
    pub text: String,
    /// Parsed.
    pub tree: syn::File,
    test_lines: Vec<(usize, usize)>,
}

impl Source {
    /// Reads and parses one file.
    pub fn read(root: &Path, path: &Path) -> Result<Source> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Source::parse(relative(root, path), text)
    }

    /// Parses a text that is not, or not yet, a file.
    pub fn parse(path: String, text: String) -> Result<Source> {
        let tree = syn::parse_file(&text).with_context(|| format!("{path} is no Rust"))?;
        let mut test_lines = Vec::new();
        collect_test_lines(&tree.items, &mut test_lines);
        if is_test_path(&path) {
            test_lines = vec![(1, text.lines().count())];
        }
        Ok(Source {
            path,
            text,
            tree,
            test_lines,
        })
    }

    /// Whether the whole file is a test.
    pub fn is_test(&self) -> bool {
        is_test_path(&self.path)
    }

    /// Whether a line (from 1) belongs to a test.
    pub fn is_test_line(&self, line: usize) -> bool {
        self.test_lines
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&line))
    }
}

/// The root of the repository: the folder above `xtask`.
pub fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    own.and_then(|own| own.parent().map(Path::to_path_buf))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// All Rust files below `crates` and `xtask`, sorted by path.
pub fn all(root: &Path) -> Result<Vec<Source>> {
    let mut paths = Vec::new();
    for folder in ["crates", "xtask"] {
        paths.extend(files(&root.join(folder), "rs")?);
    }
    paths.iter().map(|path| Source::read(root, path)).collect()
}

/// All files with an ending below a folder, sorted; build results and hidden folders are left out.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(entry.path());
                }
            } else if entry.path().extension().is_some_and(|have| have == ending) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A path as it is printed.
pub fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// Whether an item is compiled for tests only.
pub fn is_test_item(item: &Item) -> bool {
    attributes(item).iter().any(is_test_attribute)
}

fn is_test_attribute(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<syn::Path>()
            .is_ok_and(|path| path.is_ident("test"))
}

fn is_test_path(path: &str) -> bool {
    path.split('/')
        .any(|part| part == "tests" || part == "tests.rs")
}

fn collect_test_lines(items: &[Item], lines: &mut Vec<(usize, usize)>) {
    for item in items {
        if is_test_item(item) {
            let span = item.span();
            lines.push((span.start().line, span.end().line));
        } else if let Item::Mod(module) = item
            && let Some((_, items)) = &module.content
        {
            collect_test_lines(items, lines);
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_lines_are_those_of_test_items() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let source = Source::parse("crates/x/src/x.rs".into(), text.into()).unwrap();
        let tests: Vec<usize> = (1..=6).filter(|line| source.is_test_line(*line)).collect();
        assert_eq!(tests, [2, 3, 4, 5]);
    }

    #[test]
    fn a_file_in_a_tests_folder_is_a_test() {
        let source = Source::parse("crates/x/tests/x.rs".into(), "fn a() {}\n".into()).unwrap();
        assert!(source.is_test() && source.is_test_line(1));
    }
}
