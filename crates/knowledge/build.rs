//! Lists every file of the `knowledge/` folder, so that it is built into the executable.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(
        env::var_os("CARGO_MANIFEST_DIR")
            .ok_or_else(|| io::Error::other("CARGO_MANIFEST_DIR is not set"))?,
    )
    .join("../../knowledge");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut list = String::from("pub(crate) const FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&root).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, {}),", text(file)).map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("files.rs"), list)
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

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if ["toml", "yml", "jsonl"]
            .iter()
            .any(|ending| ends_with(&path, ending))
        {
            files.push(path);
        }
    }
    Ok(())
}
