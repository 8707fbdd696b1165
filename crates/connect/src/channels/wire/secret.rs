//! A secret of a setting: a value that never prints itself.
//!
//! It stands in the file as it is, or as `{ file = "/path" }`, or as `{ env = "NAME" }`.

use serde::de::{Deserialize, Deserializer, Error};

/// A token, password or secret address. Larger ones are a mistake of the file named.
const SECRET_BYTES_MAX: usize = 8 * 1024;

/// A value that never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret from its text.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself. Name of the method as a warning: only for the wire.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Form {
    Plain(String),
    File { file: String },
    Env { env: String },
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        let form = Form::deserialize(deserializer).map_err(|error: D::Error| {
            // The reader's own words would quote what stands there; that nothing does, they may say.
            if error.to_string().starts_with("missing field") {
                return error;
            }
            D::Error::custom("a secret is a text, { file = '…' } or { env = '…' }")
        })?;
        let text = match form {
            Form::Plain(text) => text,
            Form::File { file } => std::fs::read_to_string(&file).map_err(|cause| {
                D::Error::custom(format!(
                    "the secret's file {file} cannot be read: {}",
                    cause.kind()
                ))
            })?,
            Form::Env { env } => std::env::var(&env).map_err(|_| {
                D::Error::custom(format!("the environment has no {env} for the secret"))
            })?,
        };
        let text = text.trim();
        if text.is_empty() || text.len() > SECRET_BYTES_MAX || text.chars().any(char::is_control) {
            return Err(D::Error::custom(
                "a secret is one line of text, and not empty",
            ));
        }
        Ok(Secret(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[derive(serde::Deserialize, Debug)]
    struct Setting {
        token: Secret,
    }

    fn read(text: &str) -> Result<Secret, String> {
        let read = toml::from_str::<Setting>(text);
        read.map(|setting| setting.token)
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn it_stands_in_the_file_in_another_file_or_in_the_environment() {
        assert_eq!(read("token = 'tk_1'"), Ok(Secret::new("tk_1")));
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "tk_2\n").expect("written");
        let text = format!("token = {{ file = '{}' }}", file.path().display());
        assert_eq!(read(&text), Ok(Secret::new("tk_2")));
        assert!(read("token = { env = 'HOME' }").is_ok());
    }

    #[test]
    fn what_is_missing_is_named_and_what_is_there_is_not() {
        let missing = read("token = { file = '/no/such/file' }").expect_err("no file");
        assert!(missing.contains("/no/such/file"), "{missing}");
        let missing = read("token = { env = 'SELLKEEP_NOT_SET' }").expect_err("no variable");
        assert!(missing.contains("SELLKEEP_NOT_SET"), "{missing}");
        for wrong in ["token = ''", "token = 12345", "token = \"a\\nb\""] {
            let error = read(wrong).expect_err(wrong);
            assert!(!error.contains("12345"), "{error}");
        }
    }

    #[test]
    fn it_never_prints_itself() {
        let setting: Setting = toml::from_str("token = 'tk_1'").expect("a setting");
        assert_eq!(format!("{setting:?}"), "Setting { token: Secret(…) }");
    }
}
