//! Lists every file of the `knowledge/` folder, so that it is built into the executable.
//!
//! TOML is parsed here and kept beside its text in a packed form (`src/packed.rs`):
//! a program that judges one mail would spend most of its time on parsing.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use toml::{Table, Value};

/// How the list begins.
const HEAD: &str = "#[expect(clippy::unreadable_literal, reason = \"nobody reads this list\")]
pub(crate) const FILES: &[File] = &[
";

fn main() -> io::Result<()> {
    let root = folder("CARGO_MANIFEST_DIR")?.join("../../knowledge");
    let out = folder("OUT_DIR")?;
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &root, &mut files)?;
    files.sort();
    let mut list = String::from(HEAD);
    let mut packed = Vec::new();
    for (name, file) in &files {
        let range = pack(file, &mut packed)?;
        let text = text(file);
        writeln!(
            list,
            "    File {{ path: {name:?}, text: {text}, packed: {range:?} }},"
        )
        .map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    fs::write(out.join("packed.bin"), packed)?;
    fs::write(out.join("files.rs"), list)
}

fn folder(variable: &str) -> io::Result<PathBuf> {
    let missing = || io::Error::other(format!("{variable} is not set"));
    env::var_os(variable).map(PathBuf::from).ok_or_else(missing)
}

/// A rule's cases only have to be there: what is in them is tried before a release.
fn text(file: &Path) -> String {
    if ends_with(file, "jsonl") {
        "\"\"".to_owned()
    } else {
        format!("include_str!({:?})", file.display().to_string())
    }
}

fn ends_with(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|found| found == ending)
}

/// Every file with its path below `root`.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if ["toml", "yml", "jsonl"]
            .iter()
            .any(|ending| ends_with(&path, ending))
        {
            let name = path.strip_prefix(root).map_err(io::Error::other)?;
            files.push((name.to_string_lossy().replace('\\', "/"), path));
        }
    }
    Ok(())
}

/// Packs a file of TOML behind the others; the empty range where it is none or holds
/// what has no packed form, which is parsed when it is loaded then.
fn pack(file: &Path, packed: &mut Vec<u8>) -> io::Result<Range<usize>> {
    let start = packed.len();
    if !ends_with(file, "toml") {
        return Ok(0..0);
    }
    // A mistake is named by the loader, with all others.
    let Ok(table) = fs::read_to_string(file)?.parse::<Table>() else {
        return Ok(0..0);
    };
    if table_into(&table, packed).is_none() {
        packed.truncate(start);
        return Ok(0..0);
    }
    Ok(start..packed.len())
}

fn table_into(table: &Table, out: &mut Vec<u8>) -> Option<()> {
    number_into(table.len(), out);
    for (key, value) in table {
        text_into(key, out);
        value_into(value, out)?;
    }
    Some(())
}

/// A letter for the kind, then the value.
fn value_into(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::String(text) => {
            out.push(b's');
            text_into(text, out);
        }
        Value::Boolean(flag) => out.push(if *flag { b'y' } else { b'n' }),
        Value::Integer(number) => {
            out.push(b'i');
            out.extend_from_slice(&number.to_le_bytes());
        }
        Value::Array(values) => {
            out.push(b'a');
            number_into(values.len(), out);
            for value in values {
                value_into(value, out)?;
            }
        }
        Value::Table(table) => {
            out.push(b't');
            table_into(table, out)?;
        }
        Value::Float(_) | Value::Datetime(_) => return None,
    }
    Some(())
}

fn text_into(text: &str, out: &mut Vec<u8>) {
    number_into(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

/// Seven bits an octet, the lowest first; the highest bit says that more follow.
fn number_into(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}
