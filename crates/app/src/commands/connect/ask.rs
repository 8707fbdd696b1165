//! Asks a person, or takes what was given: words, secrets, a yes.

use std::io::{IsTerminal, Write, stdin, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sellkeep_store::Secret;

use crate::commands::Usage;

/// Whether somebody sits there.
pub fn is_person() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// A word that was given, or typed; `flag` is named where nobody can type.
pub fn word(given: Option<&String>, says: &str, flag: &str) -> Result<String> {
    if let Some(given) = given {
        return Ok(given.trim().to_owned());
    }
    if !is_person() {
        bail!(Usage(format!("{flag} is missing")));
    }
    print!("{says}: ");
    stdout().flush()?;
    let mut line = String::new();
    stdin().read_line(&mut line).context("reading an answer")?;
    Ok(line.trim().to_owned())
}

/// Where a secret comes from.
pub struct From<'a> {
    /// A file.
    pub file: Option<&'a PathBuf>,
    /// A variable of the environment.
    pub env: Option<&'a String>,
    /// What is asked for.
    pub says: &'a str,
    /// The flags that name it, without the dashes and the ending.
    pub flag: &'a str,
}

/// A secret from a file, from the environment, or typed unseen.
pub fn secret(from: &From<'_>) -> Result<Secret> {
    if let Some(path) = from.file {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("reading the secret from {}", path.display()))?;
        return filled(&text, &path.display().to_string());
    }
    if let Some(name) = from.env {
        let text = std::env::var(name);
        let text = text.map_err(|_| Usage(format!("the environment has no {name}")))?;
        return filled(&text, name);
    }
    if !is_person() {
        let flag = from.flag;
        bail!(Usage(format!(
            "give the secret with --{flag}-file or --{flag}-env, or type it at a terminal"
        )));
    }
    let text = rpassword::prompt_password(format!("{} (not shown): ", from.says));
    filled(&text.context("asking for a secret")?, from.says)
}

/// A secret is not empty; blanks and line ends around it are the editor's.
fn filled(text: &str, place: &str) -> Result<Secret> {
    let text = text.trim();
    if text.is_empty() {
        bail!(Usage(format!(
            "{place} is empty; it should hold the secret"
        )));
    }
    Ok(Secret::new(text.as_bytes()))
}

/// Yes or no; only a clear yes is one.
pub fn yes(says: &str) -> Result<bool> {
    let answer = word(None, &format!("{says} [y/N]"), "--confirm")?;
    Ok(matches!(
        answer.to_ascii_lowercase().as_str(),
        "y" | "yes" | "j" | "ja" | "o" | "oui" | "s" | "si" | "sí"
    ))
}
