//! A tenant's name, as a type of its own: it cannot be mixed up with an account's.

use std::fmt;

/// An organisation whose data nobody else sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tenant(String);

impl Tenant {
    /// A tenant by its name.
    pub fn new(name: impl Into<String>) -> Tenant {
        Tenant(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as a parameter.
    pub(crate) fn bound(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
