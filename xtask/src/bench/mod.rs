//! Speed, in processor time of one core, beside peers in the same run.
//!
//! A peer that is not installed is named as such; nothing is compared from memory.

mod mail;
mod names;
mod peers;

use std::path::Path;

use anyhow::{Result, bail};

/// `mail [--alone] [FOLDER]` or `names`; both without an argument.
pub fn run(arguments: &[String]) -> Result<()> {
    let alone = arguments.iter().any(|argument| argument == "--alone");
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--alone")
        .collect();
    match words[..] {
        [] => mail::run(Path::new(mail::CORPUS), alone).and_then(|()| names::run()),
        ["mail"] => mail::run(Path::new(mail::CORPUS), alone),
        ["mail", folder] => mail::run(Path::new(folder), alone),
        ["names"] => names::run(),
        _ => bail!("bench takes `mail [--alone] [FOLDER]` or `names`"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}
