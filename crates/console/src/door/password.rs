//! Passwords: how good, hashed how, checked how.
//!
//! Typed passwords are never kept, logged or sent anywhere.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::fmt::Write as _;

/// The least a good password scores (zxcvbn: 3 of 4, "safely unguessable").
const SCORE_MIN: zxcvbn::Score = zxcvbn::Score::Three;
/// Longer ones only cost time: zxcvbn looks at no more, and nobody types them.
const CHARS_MAX: usize = 200;

/// Why a password is too easy to guess; `None` for a good one. `own` are words that
/// others know of the person.
pub fn weakness(password: &str, own: &[&str]) -> Option<String> {
    if password.chars().count() > CHARS_MAX {
        return Some(format!("Please use at most {CHARS_MAX} letters."));
    }
    let mut known = vec!["sellkeep"];
    known.extend(own);
    let estimate = zxcvbn::zxcvbn(password, &known);
    if estimate.score() >= SCORE_MIN {
        return None;
    }
    let mut says =
        "This password is too easy to guess. Four or five random words make a good one.".to_owned();
    if let Some(warning) = estimate
        .feedback()
        .and_then(zxcvbn::feedback::Feedback::warning)
    {
        // Writing into a text cannot fail.
        let _ = write!(says, " {warning}");
    }
    Some(says)
}

/// The hash to keep: Argon2id with the library's parameters (19 MiB, 2 passes), which are
/// those of the OWASP password storage cheat sheet.
pub fn hashed(password: &str) -> Option<String> {
    let hash: PasswordHash = Argon2::default().hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

/// Whether a password is the one behind a hash. Without a hash the same time is spent.
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    if let Some(hash) = known {
        let checked = Argon2::default().verify_password(password.as_bytes(), &hash);
        return checked.is_ok();
    }
    let _ = hashed(password);
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessable_passwords_are_refused() {
        for weak in [
            "",
            "password1",
            "sellkeep2026",
            "miamueller",
            &"x".repeat(300),
        ] {
            assert!(weakness(weak, &["miamueller"]).is_some(), "{weak}");
        }
        assert_eq!(weakness("harbour violin seventeen moss", &[]), None);
    }

    #[test]
    fn a_hash_knows_its_password() {
        let hash = hashed("harbour violin").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_right("harbour violin", Some(&hash)));
        assert!(!is_right("harbour violins", Some(&hash)));
        assert!(!is_right("harbour violin", None));
    }
}
