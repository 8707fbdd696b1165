//! Reads `brands/<brand>/brand.toml`.

use toml::{Table, Value};

use super::Loader;
use super::fields::BRAND;
use super::form::mistakes;
use crate::brand::{Brand, BrandKind};

impl Loader {
    pub(super) fn brand(&mut self, path: &str, folder: &str, mut table: Table) {
        let table = &mut table;
        for what in mistakes(table, &[BRAND]) {
            self.problem(path, "brand", what);
        }
        if text(table, "id").as_deref() != Some(folder) {
            self.problem(
                path,
                "brand",
                format!("`id` must be the folder's name, {folder:?}"),
            );
        }
        let brand = Brand {
            id: folder.to_owned(),
            name: text(table, "name").unwrap_or_default(),
            kind: kind(table),
            complete: flag(table, "complete"),
            common_word: flag(table, "common_word"),
            display_aliases: texts(table, "display_aliases"),
            common_aliases: texts(table, "common_aliases"),
            lookalike_words: texts(table, "lookalike_words"),
            relay_first_labels: texts(table, "relay_first_labels"),
            sister_brands: texts(table, "sister_brands"),
            notes: text(table, "notes"),
            mail_domains: self.list(path, table, "mail_domain"),
            web_hosts: self.list(path, table, "web_host"),
            shorteners: self.list(path, table, "shortener"),
            signatures: self.list(path, table, "signature"),
            dmarc: self.list(path, table, "dmarc"),
            abused_channels: self.list(path, table, "abused_channel"),
            notices: Vec::new(),
        };
        self.brands.insert(folder.to_owned(), brand);
    }
}

// A field of a wrong form is a problem by now, and nothing is loaded then; what
// these give instead is never used.

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn flag(table: &Table, key: &str) -> bool {
    table.get(key).and_then(Value::as_bool).unwrap_or_default()
}

fn texts(table: &Table, key: &str) -> Vec<String> {
    let values = table.get(key).and_then(Value::as_array);
    let texts = values.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn kind(table: &Table) -> BrandKind {
    let kind = table.get("kind").cloned();
    kind.and_then(|kind| kind.try_into().ok())
        .unwrap_or(BrandKind::Adjacent)
}
