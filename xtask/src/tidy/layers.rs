//! Which crate may import which: the table of `docs/ARCHITECTURE.md` against the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Crates by folder name, with the folder names they import.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// What the document promises.
#[derive(Debug, PartialEq, Eq)]
pub struct Layers {
    /// Crates and what each may import.
    pub may_import: Graph,
    /// Crates that touch no file, socket, clock, thread or random source.
    pub pure: Vec<String>,
    /// Crates that tests of any crate may use, and nothing else.
    pub test_only: Vec<String>,
}

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const PURE: &str = "Pure crates:";
const TEST_ONLY: &str = "Test-only crates:";

/// Reads the document.
pub fn read(root: &Path) -> Result<Layers> {
    let text = fs::read_to_string(root.join(DOCUMENT))
        .with_context(|| format!("{DOCUMENT} cannot be read"))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Layers> {
    let rows: Vec<(String, String)> = text
        .lines()
        .skip_while(|line| cells(line).is_none_or(|(name, _)| name != "crate"))
        .skip(2)
        .map_while(cells)
        .collect();
    if rows.is_empty() {
        bail!("{DOCUMENT} has no table `crate | may import`");
    }
    let all: BTreeSet<String> = rows.iter().map(|(name, _)| name.clone()).collect();
    let may_import = rows
        .iter()
        .map(|(name, list)| (name.clone(), imports(list, &all)))
        .collect();
    let pure = text
        .lines()
        .find_map(|line| line.strip_prefix(PURE))
        .with_context(|| format!("{DOCUMENT} has no line `{PURE}`"))?;
    let test_only = text.lines().find_map(|line| line.strip_prefix(TEST_ONLY));
    Ok(Layers {
        may_import,
        pure: words(pure),
        test_only: test_only.map(words).unwrap_or_default(),
    })
}

/// The first two cells of a table row, without back-ticks.
fn cells(line: &str) -> Option<(String, String)> {
    let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
    Some((cells.next()?.replace('`', ""), cells.next()?.to_owned()))
}

fn imports(list: &str, all: &BTreeSet<String>) -> BTreeSet<String> {
    let named = words(list);
    if named.iter().any(|name| name == "all") {
        return all.clone();
    }
    named.into_iter().filter(|name| name != "nothing").collect()
}

fn words(list: &str) -> Vec<String> {
    list.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The real graph, from the manifests, development and build dependencies included, but
/// for what only tests use.
pub fn graph(root: &Path, test_only: &[String]) -> Result<Graph> {
    let mut graph = Graph::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let entry = entry?;
        let manifest = entry.path().join("Cargo.toml");
        let text = fs::read_to_string(&manifest)
            .with_context(|| format!("cannot read {}", manifest.display()))?;
        graph.insert(
            entry.file_name().to_string_lossy().into_owned(),
            own_dependencies(&text, test_only)?,
        );
    }
    Ok(graph)
}

fn own_dependencies(manifest: &str, test_only: &[String]) -> Result<BTreeSet<String>> {
    let manifest: toml::Table = manifest.parse()?;
    let mut found = BTreeSet::new();
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let keys = manifest.get(table).and_then(toml::Value::as_table);
        let names = keys.into_iter().flat_map(|table| table.keys());
        let own = names.filter_map(|name| name.strip_prefix("sellkeep-"));
        let counts = |name: &&str| {
            table != "dev-dependencies" || !test_only.iter().any(|known| known == name)
        };
        found.extend(own.filter(counts).map(str::to_owned));
    }
    Ok(found)
}

/// Compares promise and reality.
pub fn check(root: &Path, layers: &Layers) -> Result<Vec<String>> {
    Ok(compare(layers, &graph(root, &layers.test_only)?))
}

fn compare(layers: &Layers, graph: &Graph) -> Vec<String> {
    let mut mistakes = Vec::new();
    for (name, imports) in graph {
        let Some(allowed) = layers.may_import.get(name) else {
            mistakes.push(format!("{DOCUMENT}: crate {name} is not in the table"));
            continue;
        };
        for import in imports.difference(allowed) {
            mistakes.push(format!(
                "crates/{name} imports {import}, which {DOCUMENT} forbids"
            ));
        }
    }
    let promised = layers.may_import.keys().chain(&layers.pure);
    for name in promised.collect::<BTreeSet<_>>() {
        if !graph.contains_key(name) {
            mistakes.push(format!("{DOCUMENT} names {name}, which is no crate"));
        }
    }
    mistakes
}

/// Crates on the longest chain of imports.
pub fn depth(graph: &Graph) -> usize {
    fn below(graph: &Graph, name: &str) -> usize {
        // Cargo refuses a cycle among crates, so this ends.
        let imports = graph.get(name).into_iter().flatten();
        1 + imports.map(|name| below(graph, name)).max().unwrap_or(0)
    }
    let depths = graph.keys().map(|name| below(graph, name));
    depths.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
| crate | may import | what |
|---|---|---|
| `model` | nothing | nouns |
| `mail` | model | verdicts |
| `app` | all | the executable |

Pure crates: `model`, `mail`.
";

    fn graph(edges: &[(&str, &[&str])]) -> Graph {
        let edges = edges.iter();
        edges
            .map(|(name, imports)| {
                let imports = imports.iter().map(|name| (*name).to_owned());
                ((*name).to_owned(), imports.collect())
            })
            .collect()
    }

    #[test]
    fn the_promised_graph_is_in_order() {
        let layers = parse(TEXT).unwrap();
        assert_eq!(layers.pure, ["model", "mail"]);
        let real = graph(&[("model", &[]), ("mail", &["model"]), ("app", &["mail"])]);
        assert_eq!(compare(&layers, &real), Vec::<String>::new());
        assert_eq!(depth(&real), 3);
    }

    #[test]
    fn a_forbidden_import_a_new_crate_and_a_gone_crate_are_found() {
        let layers = parse(TEXT).unwrap();
        let real = graph(&[("model", &["mail"]), ("store", &[]), ("mail", &[])]);
        let mistakes = compare(&layers, &real);
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
    }

    #[test]
    fn development_dependencies_count() {
        let manifest = "[dependencies]\ntoml = '1'\n[dev-dependencies]\nsellkeep-mail = '1'\n";
        let found = |test_only: &[String]| own_dependencies(manifest, test_only).unwrap();
        assert_eq!(found(&[]), BTreeSet::from(["mail".to_owned()]));
        assert_eq!(found(&["mail".to_owned()]), BTreeSet::new());
        let product = "[dependencies]\nsellkeep-mail = '1'\n";
        let found = own_dependencies(product, &["mail".to_owned()]).unwrap();
        assert_eq!(found.len(), 1, "the product may not use what is for tests");
    }
}
