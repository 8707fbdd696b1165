//! Whether the house is in the order that its documents promise.
//!
//! Every rule looks at files only and answers with one sentence a mistake; all
//! rules run, so that one look shows everything.

mod dependencies;
mod files;
mod flags;
pub mod layers;
mod links;
mod purity;

use anyhow::{Result, bail};

pub use self::files::LINES_MAX;
use crate::source;

/// Runs every rule; fails where one finds something.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("tidy takes no arguments, not {argument:?}");
    }
    let root = source::root();
    let sources = source::all(&root)?;
    let layers = layers::read(&root)?;
    let mut mistakes = layers::check(&root, &layers)?;
    mistakes.extend(purity::check(&sources, &layers.pure));
    mistakes.extend(files::check(&sources));
    mistakes.extend(flags::check(&sources)?);
    mistakes.extend(dependencies::check(&root)?);
    mistakes.extend(links::check(&root)?);
    for mistake in &mistakes {
        println!("{mistake}");
    }
    if !mistakes.is_empty() {
        bail!("{} things are out of order", mistakes.len());
    }
    println!("tidy: {} Rust files in order", sources.len());
    Ok(())
}
