//! The seeds: small inputs of our own making, one folder for each target.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// All seeds of a target, in the order of their names.
pub fn read(root: &Path, target: &str) -> Result<Vec<Vec<u8>>> {
    let folder = root.join("fuzz/corpus").join(target);
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    if paths.is_empty() {
        bail!("{} holds no seed", folder.display());
    }
    paths
        .iter()
        .map(|path| fs::read(path).with_context(|| format!("cannot read {}", path.display())))
        .collect()
}
