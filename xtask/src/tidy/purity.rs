//! The pure middle: no file, socket, clock, thread, process or random source.
//!
//! Looks at imports, paths and the words inside macros, outside tests. A name
//! that is renamed on import is found at the import.

use proc_macro2::TokenStream;
use syn::visit::{self, Visit};
use syn::{Item, Macro, UseTree};

use crate::source::{self, Source};

/// Paths, by how they begin.
const BEGINNINGS: &[&str] = &[
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "std::time::*",
    "std::net::*",
    "std::*",
    "tokio",
    "rand",
    "getrandom",
    "fastrand",
];

/// Names, wherever they stand in a path.
const NAMES: &[&str] = &[
    "SystemTime",
    "Instant",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
];

/// Paths, by how they end: the clocks of the time library.
const ENDINGS: &[&str] = &["Timestamp::now", "Zoned::now"];

/// Every forbidden name in the pure crates.
pub fn check(sources: &[Source], pure: &[String]) -> Vec<String> {
    let sources = sources.iter().filter(|source| {
        let mut folders = source.path.split('/');
        folders.next() == Some("crates")
            && folders
                .next()
                .is_some_and(|name| pure.iter().any(|pure| pure == name))
            && folders.next() == Some("src")
            && !source.is_test()
    });
    sources.flat_map(impurities).collect()
}

fn impurities(source: &Source) -> Vec<String> {
    let mut look = Look::default();
    look.visit_file(&source.tree);
    let found = look.found.into_iter();
    found
        .map(|(line, path)| format!("{}:{line}: {path} in a pure crate", source.path))
        .collect()
}

#[derive(Default)]
struct Look {
    found: Vec<(usize, String)>,
}

impl Look {
    fn path(&mut self, line: usize, path: &str) {
        if is_forbidden(path) {
            self.found.push((line, path.to_owned()));
        }
    }

    fn imports(&mut self, before: &str, tree: &UseTree) {
        let join = |name: String| {
            if before.is_empty() {
                name
            } else {
                format!("{before}::{name}")
            }
        };
        match tree {
            UseTree::Path(path) => self.imports(&join(path.ident.to_string()), &path.tree),
            UseTree::Name(name) => {
                self.path(
                    name.ident.span().start().line,
                    &join(name.ident.to_string()),
                );
            }
            UseTree::Rename(name) => {
                self.path(
                    name.ident.span().start().line,
                    &join(name.ident.to_string()),
                );
            }
            UseTree::Glob(glob) => {
                self.path(glob.star_token.spans[0].start().line, &join("*".to_owned()));
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.imports(before, tree);
                }
            }
        }
    }

    /// Macros are not parsed; the paths in their words are put together again.
    fn words(&mut self, line: usize, tokens: TokenStream) {
        let mut path = String::new();
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => {
                    self.path(line, &std::mem::take(&mut path));
                    self.words(line, group.stream());
                }
                proc_macro2::TokenTree::Ident(word) => {
                    if !path.ends_with("::") {
                        self.path(line, &std::mem::take(&mut path));
                    }
                    path.push_str(&word.to_string());
                }
                proc_macro2::TokenTree::Punct(mark) if mark.as_char() == ':' => path.push(':'),
                _ => self.path(line, &std::mem::take(&mut path)),
            }
        }
        self.path(line, &path);
    }
}

fn is_forbidden(path: &str) -> bool {
    let begins = |begin: &&str| {
        let rest = path.strip_prefix(*begin);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    BEGINNINGS.iter().any(begins)
        || path.split("::").any(|name| NAMES.contains(&name))
        || ENDINGS.iter().any(|end| path.ends_with(end))
}

impl<'ast> Visit<'ast> for Look {
    fn visit_item(&mut self, item: &'ast Item) {
        if !source::is_test_item(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.imports("", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|part| part.ident.to_string());
        let line = path
            .segments
            .first()
            .map_or(0, |part| part.ident.span().start().line);
        self.path(line, &names.collect::<Vec<_>>().join("::"));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let line = call
            .path
            .segments
            .first()
            .map_or(0, |part| part.ident.span().start().line);
        self.words(line, call.tokens.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let source = Source::parse("crates/mail/src/x.rs".into(), text.into()).unwrap();
        check(&[source], &["mail".to_owned()]).len()
    }

    #[test]
    fn every_way_to_the_outside_is_found() {
        for text in [
            "use std::fs;",
            "use std::{fmt, fs::File as F};",
            "use std::time::*;",
            "fn f() { std::env::var(\"A\"); }",
            "fn f() { let _ = Timestamp::now(); }",
            "fn f() { let _ = time::Instant::now(); }",
            "fn f() { println!(\"{:?}\", std::fs::read(\"a\")); }",
            "fn f() { tokio::spawn(g()); }",
            "use rand::Rng;",
            "use std::net::{IpAddr, TcpStream};",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }

    #[test]
    fn values_tests_and_words_are_left_alone() {
        for text in [
            "use std::net::IpAddr;",
            "use std::time::Duration;",
            "#[cfg(test)] mod tests { use std::fs; }",
            "const A: &str = \"std::fs\"; // std::fs",
            "fn f() { let random = operand::x(); }",
            "const A: &str = env!(\"CARGO_PKG_NAME\");",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }
}
