//! Mistakes in the knowledge, each named so that a person finds the line.

use std::fmt;

/// One mistake in the knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path below the knowledge folder.
    pub file: String,
    /// Which record, for example `mail_domain 3` or `contact amazon-report-scam-email`.
    pub record: String,
    /// What is wrong, with the field's name.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "knowledge/{}: {}: {}",
            self.file, self.record, self.what
        )
    }
}

/// All mistakes that were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "the knowledge has {} mistake(s):", self.0.len())?;
        for problem in &self.0 {
            writeln!(out, "  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
