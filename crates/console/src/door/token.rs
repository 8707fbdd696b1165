//! Tokens: 256 random bits that a browser holds; we keep the hash.

use aws_lc_rs::{constant_time, digest, rand};
use sellkeep_model::{hexadecimal, sha256};

/// Bytes of a token.
const BYTES: usize = 32;

/// What a browser holds.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn random() -> Token {
        let mut bytes = [0; BYTES];
        // The system's source of randomness fails only where nothing else works either; then
        // the hash of zeros would be guessable, so that a broken token never gets in.
        if rand::fill(&mut bytes).is_err() {
            return Token(String::new());
        }
        Token(hexadecimal(&bytes))
    }

    /// One that a browser showed; anything of another form is none.
    pub fn parse(text: &str) -> Option<Token> {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (text.len() == BYTES * 2 && digits).then(|| Token(text.to_owned()))
    }

    /// The token itself, for the browser it belongs to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What we keep of it.
    pub fn hash(&self) -> Vec<u8> {
        hash_of(&self.0)
    }

    /// The token of forms that belongs to it. A page of a stranger cannot know it.
    pub fn of_forms(&self) -> String {
        sha256(format!("form {}", self.0).as_bytes())
    }

    /// Whether a form carries the right token.
    pub fn owns(&self, form: &str) -> bool {
        let own = self.of_forms();
        !self.0.is_empty()
            && constant_time::verify_slices_are_equal(own.as_bytes(), form.as_bytes()).is_ok()
    }
}

/// SHA-256 of a key.
pub fn hash_of(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes())
        .as_ref()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_owns_its_own_forms_only() {
        let (one, other) = (Token::random(), Token::random());
        assert!(one.owns(&one.of_forms()));
        assert!(!one.owns(&other.of_forms()));
        assert!(!one.owns(""));
        assert!(!Token(String::new()).owns(&Token(String::new()).of_forms()));
    }

    #[test]
    fn only_our_form_is_read_back() {
        let token = Token::random();
        assert!(Token::parse(token.as_str()).is_some());
        for wrong in ["", "abc", &"g".repeat(64), &"a".repeat(65)] {
            assert!(Token::parse(wrong).is_none());
        }
    }
}
