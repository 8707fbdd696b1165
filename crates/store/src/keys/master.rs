//! The master key: where it comes from, and how a wrong one is told.

use std::path::PathBuf;
use std::process::Command;

use hmac::{Hmac, KeyInit, Mac};
use sellkeep_model::hexadecimal;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::key_file;
use super::seal::{DataKey, KEY_BYTES};

/// Where the master key comes from. Its form is 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file of mode 600, made at the first start.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// What a command prints: a password manager, a key service.
    Command {
        /// The program.
        program: String,
        /// Its arguments; no shell is involved.
        arguments: Vec<String>,
    },
}

/// What is wrong with the master key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file was there once.
    #[error(
        "the key file {path} is missing, but this store was sealed with key {expected}: \
         put the file back from your backup, nothing can be read without it"
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// Name of the key that is needed.
        expected: String,
    },
    /// The file cannot be read or made.
    #[error("the key file {path} cannot be read or made")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// Others can read the file.
    #[error("the key file {path} can be read by others: run `chmod 600` on it")]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// The variable is not set.
    #[error("the environment variable {name} that should hold the store's key is not set")]
    Unset {
        /// The variable.
        name: String,
    },
    /// The command did not run or failed.
    #[error("the command {program} that should print the store's key failed")]
    Command {
        /// The program.
        program: String,
        /// Why it did not start, where it did not.
        #[source]
        cause: Option<std::io::Error>,
    },
    /// No key.
    #[error("what {origin} holds is no key: a key is 64 hexadecimal digits")]
    Form {
        /// Where it came from.
        origin: String,
    },
    /// Another key.
    #[error(
        "the key from {origin} is {found}, but this store was sealed with key {expected}: \
         give the key it was sealed with"
    )]
    Wrong {
        /// Where it came from.
        origin: String,
        /// Name of the key given.
        found: String,
        /// Name of the key that is needed.
        expected: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for a new key")]
    Random,
}

/// The key that wraps data keys.
#[derive(Clone)]
pub(crate) struct MasterKey {
    key: DataKey,
    name: String,
}

/// What a wrapped key is sealed as.
const WRAPPED: &str = "a tenant's key";
/// How many bytes of the keyed digest name a key.
const NAME_BYTES: usize = 8;

impl MasterKey {
    pub(crate) fn new(key: DataKey) -> MasterKey {
        let name = name_of(&key);
        MasterKey { key, name }
    }

    /// A digest that names the key and tells nothing of it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn wrap(&self, tenant: &str, key: &DataKey) -> crate::Result<Vec<u8>> {
        self.key.seal(WRAPPED, &[tenant], key.expose())
    }

    pub(crate) fn unwrap(&self, tenant: &str, wrapped: &[u8]) -> crate::Result<DataKey> {
        let bytes = self.key.open(WRAPPED, &[tenant], wrapped)?;
        let bytes = <[u8; KEY_BYTES]>::try_from(&bytes[..]);
        let bytes = bytes.map_err(|_| crate::Error::Sealed { what: WRAPPED })?;
        Ok(DataKey::new(bytes))
    }

    /// The key as it stands in a file.
    pub(crate) fn written(&self) -> Zeroizing<String> {
        Zeroizing::new(hexadecimal(self.key.expose()) + "\n")
    }
}

fn name_of(key: &DataKey) -> String {
    // HMAC takes keys of any length, so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose()) else {
        return String::new();
    };
    mac.update(b"name of a master key");
    hexadecimal(&mac.finalize().into_bytes()[..NAME_BYTES])
}

/// Reads the master key; makes a file only where the store was never sealed.
pub(crate) fn read(source: &KeySource, expected: Option<&str>) -> Result<MasterKey, KeyError> {
    let key = match source {
        KeySource::File(path) => key_file::read(path, expected)?,
        KeySource::Environment(name) => {
            let text = std::env::var(name).map_err(|_| KeyError::Unset { name: name.clone() })?;
            parse(&Zeroizing::new(text), &source.shown())?
        }
        KeySource::Command { program, arguments } => {
            parse(&printed(program, arguments)?, &source.shown())?
        }
    };
    match expected {
        Some(expected) if expected != key.name() => Err(KeyError::Wrong {
            origin: source.shown(),
            found: key.name().to_owned(),
            expected: expected.to_owned(),
        }),
        _ => Ok(key),
    }
}

impl KeySource {
    /// Where the key comes from, as it may be shown.
    pub(crate) fn shown(&self) -> String {
        match self {
            KeySource::File(path) => format!("the file {}", path.display()),
            KeySource::Environment(name) => format!("the environment variable {name}"),
            KeySource::Command { program, .. } => format!("the command {program}"),
        }
    }
}

fn printed(program: &str, arguments: &[String]) -> Result<Zeroizing<String>, KeyError> {
    let wrong = |cause| KeyError::Command {
        program: program.to_owned(),
        cause,
    };
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|cause| wrong(Some(cause)))?;
    if !output.status.success() {
        return Err(wrong(None));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| wrong(None))?;
    Ok(Zeroizing::new(text))
}

/// A key from its digits.
pub(crate) fn parse(text: &str, origin: &str) -> Result<MasterKey, KeyError> {
    let wrong = || KeyError::Form {
        origin: origin.to_owned(),
    };
    let digits = text.trim().as_bytes();
    // Checked first, because the reader of numbers takes a sign as well.
    if digits.len() != 2 * KEY_BYTES || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(wrong());
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(MasterKey::new(DataKey::new(*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn command(program: &str, arguments: &[&str]) -> KeySource {
        KeySource::Command {
            program: program.to_owned(),
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
        }
    }

    #[test]
    fn a_command_prints_the_key() {
        let key = read(&command("echo", &[DIGITS]), None).unwrap();
        assert_eq!(key.written().trim(), DIGITS);
        assert_eq!(key.name().len(), 16);
        assert!(!DIGITS.contains(key.name()));
    }

    #[test]
    fn a_failing_command_and_a_missing_one_are_told() {
        let error = read(&command("false", &[]), None).err().unwrap();
        assert!(error.to_string().contains("false"), "{error}");
        let error = read(&command("/no/such/program", &[]), None).err().unwrap();
        assert!(matches!(error, KeyError::Command { cause: Some(_), .. }));
    }

    #[test]
    fn what_is_no_key_is_told_without_showing_it() {
        for digits in ["", "abc", &"g".repeat(64), &"+1".repeat(32)] {
            let error = read(&command("echo", &[digits]), None).err();
            let error = error.unwrap_or_else(|| panic!("{digits} is no key"));
            assert!(digits.is_empty() || !error.to_string().contains(digits));
        }
    }

    #[test]
    fn another_key_is_told_by_both_names() {
        let error = read(&command("echo", &[DIGITS]), Some("feedfeedfeedfeed"));
        let text = error.err().unwrap().to_string();
        assert!(text.contains("feedfeedfeedfeed"), "{text}");
        assert!(!text.contains(DIGITS));
    }

    #[test]
    fn an_unset_variable_is_told() {
        let source = KeySource::Environment("SELLKEEP_NO_SUCH_VARIABLE".to_owned());
        assert!(matches!(read(&source, None), Err(KeyError::Unset { .. })));
    }
}
