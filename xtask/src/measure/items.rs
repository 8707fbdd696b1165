//! Functions, public items and unwraps outside tests.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ExprMethodCall, Item, Macro, Signature, Visibility};

use crate::source::{self, Source};

/// One function with a body.
#[derive(Debug)]
pub struct Function {
    /// Path, line and name.
    pub name: String,
    /// From signature to closing brace.
    pub lines: usize,
}

/// What was found in all files read so far.
#[derive(Default)]
pub struct Items {
    /// All functions, closures not among them.
    pub functions: Vec<Function>,
    /// Public items, fields and variants included.
    pub public: usize,
    /// Those of them with a doc comment.
    pub documented: usize,
    /// Calls of `unwrap` and `expect`, in macros too.
    pub unwraps: usize,
    path: String,
}

impl Items {
    /// Adds one file.
    pub fn read(&mut self, source: &Source) {
        if !source.is_test() {
            self.path.clone_from(&source.path);
            self.visit_file(&source.tree);
        }
    }

    fn function(&mut self, signature: &Signature, body: &Block) {
        let first = signature.span().start().line;
        let last = body.brace_token.span.close().end().line;
        self.functions.push(Function {
            name: format!("{}:{first} {}", self.path, signature.ident),
            lines: last.saturating_sub(first) + 1,
        });
    }

    fn public(&mut self, visibility: &Visibility, attributes: &[Attribute]) {
        if matches!(visibility, Visibility::Public(_)) {
            self.documentable(attributes);
        }
    }

    fn documentable(&mut self, attributes: &[Attribute]) {
        self.public += 1;
        let documented = attributes.iter().any(|own| own.path().is_ident("doc"));
        self.documented += usize::from(documented);
    }
}

impl<'ast> Visit<'ast> for Items {
    fn visit_item(&mut self, item: &'ast Item) {
        if source::is_test_item(item) {
            return;
        }
        match item {
            Item::Fn(item) => {
                self.public(&item.vis, &item.attrs);
                self.function(&item.sig, &item.block);
            }
            Item::Struct(item) => self.public(&item.vis, &item.attrs),
            Item::Enum(item) => {
                self.public(&item.vis, &item.attrs);
                if matches!(item.vis, Visibility::Public(_)) {
                    for variant in &item.variants {
                        self.documentable(&variant.attrs);
                    }
                }
            }
            Item::Trait(item) => self.public(&item.vis, &item.attrs),
            Item::Const(item) => self.public(&item.vis, &item.attrs),
            Item::Static(item) => self.public(&item.vis, &item.attrs),
            Item::Type(item) => self.public(&item.vis, &item.attrs),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.public(&field.vis, &field.attrs);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.public(&item.vis, &item.attrs);
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let unwraps = call.method == "unwrap" || call.method == "expect";
        self.unwraps += usize::from(unwraps);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let words = call.tokens.to_string().replace(' ', "");
        self.unwraps += words.matches(".unwrap()").count() + words.matches(".expect(").count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! A.
/// Documented.
pub struct A {
    /// Documented.
    pub b: u8,
    pub c: u8,
    d: u8,
}
impl A {
    pub fn e(&self) -> u8 {
        f().unwrap();
        println!(\"{}\", g().expect(\"h\"));
        self.b
    }
}
fn private() {}
#[cfg(test)]
mod tests {
    fn i() { j().unwrap() }
}
";

    #[test]
    fn items_functions_and_unwraps_are_counted_outside_tests() {
        let source = Source::parse("crates/x/src/x.rs".into(), TEXT.into()).unwrap();
        let mut items = Items::default();
        items.read(&source);
        assert_eq!((items.public, items.documented), (4, 2));
        assert_eq!(items.unwraps, 2);
        let lines: Vec<usize> = items.functions.iter().map(|f| f.lines).collect();
        assert_eq!(lines, [5, 1]);
    }
}
