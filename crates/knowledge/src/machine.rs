//! Addresses behind which a machine writes, not an employee.

use serde::Deserialize;

use crate::source::Source;

/// One local part (`knowledge/machines.toml`), in the notification domains of any brand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MachineName {
    /// What stands before the `@`.
    pub name: String,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
