//! A red flag that is written but not listed would never be looked for.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use syn::visit::{self, Visit};
use syn::{Expr, Item};

use crate::source::Source;

const FOLDER: &str = "crates/mail/src/flags/";

/// Every flag file must have an entry in `FLAGS`.
pub fn check(sources: &[Source]) -> Result<Vec<String>> {
    let list = sources
        .iter()
        .find(|source| source.path.strip_prefix(FOLDER) == Some("mod.rs"))
        .with_context(|| format!("{FOLDER}mod.rs is gone"))?;
    let listed = listed(&list.tree).with_context(|| format!("{} has no FLAGS", list.path))?;
    let files = sources.iter().filter_map(|source| {
        let name = source.path.strip_prefix(FOLDER)?.strip_suffix(".rs")?;
        (name != "mod" && !source.is_test()).then_some(name)
    });
    Ok(files
        .filter(|name| !listed.contains(*name))
        .map(|name| format!("{FOLDER}{name}.rs is not in FLAGS"))
        .collect())
}

fn listed(tree: &syn::File) -> Option<BTreeSet<String>> {
    let list = tree.items.iter().find_map(|item| match item {
        Item::Const(item) if item.ident == "FLAGS" => Some(&*item.expr),
        _ => None,
    })?;
    let mut modules = Modules::default();
    modules.visit_expr(list);
    Some(modules.0)
}

/// First words of the paths in an expression.
#[derive(Default)]
struct Modules(BTreeSet<String>);

impl<'ast> Visit<'ast> for Modules {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        if let Expr::Path(path) = expression {
            let first = path.path.segments.first();
            self.0.extend(first.map(|part| part.ident.to_string()));
        }
        visit::visit_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_that_is_not_listed_is_found() {
        let file = |name: &str, text: &str| {
            Source::parse(format!("{FOLDER}{name}.rs"), text.to_owned()).unwrap()
        };
        let sources = [
            file("mod", "mod a; mod b; const FLAGS: &[&Flag] = &[&a::FLAG];"),
            file("a", ""),
            file("b", ""),
        ];
        let mistakes = check(&sources).unwrap();
        assert_eq!(mistakes, ["crates/mail/src/flags/b.rs is not in FLAGS"]);
    }
}
