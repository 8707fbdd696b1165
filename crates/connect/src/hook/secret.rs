//! A secret shared with a marketplace.

/// A secret shared with a marketplace: the text as the marketplace shows it. Never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The text as the marketplace shows it; spaces that came with copying are cut off.
    pub fn new(text: &str) -> Secret {
        Secret(text.trim().to_owned())
    }

    /// The bytes of the text.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Secret::new(" whsec_x\n");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.text(), "whsec_x");
    }
}
