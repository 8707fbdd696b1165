//! The key file: mode 600, made once, replaced in two steps.
//!
//! While a key is replaced both files exist: `FILE.new` holds the key the store is about
//! to be sealed with. Whichever of the two the store names is the right one, so a
//! crash between the steps loses nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::master::{KeyError, MasterKey, parse};
use super::seal::DataKey;

/// Permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;
/// A key file is 65 bytes; more is no key file.
const BYTES_MAX: u64 = 1024;

/// Reads the file; makes it where the store was never sealed.
pub(crate) fn read(path: &Path, expected: Option<&str>) -> Result<MasterKey, KeyError> {
    let next = next_of(path);
    // A replacement was interrupted after the store was sealed with the new key: finish it.
    let prepared = read_one(&next)?;
    if prepared.is_some_and(|key| Some(key.name()) == expected) {
        fs::rename(&next, path).map_err(|cause| wrong(path, cause))?;
        sync_folder(path)?;
    }
    match (read_one(path)?, expected) {
        (Some(key), _) => Ok(key),
        (None, Some(expected)) => Err(KeyError::Missing {
            path: path.to_owned(),
            expected: expected.to_owned(),
        }),
        (None, None) => make(path),
    }
}

/// Writes a new key beside the file, before the store is sealed with it.
pub(crate) fn prepare(path: &Path) -> Result<MasterKey, KeyError> {
    let next = next_of(path);
    match fs::remove_file(&next) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(wrong(&next, cause)),
        _ => make(&next),
    }
}

/// Puts the new key in the file's place, after the store was sealed with it.
pub(crate) fn replace(path: &Path) -> Result<(), KeyError> {
    fs::rename(next_of(path), path).map_err(|cause| wrong(path, cause))?;
    sync_folder(path)
}

fn next_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

fn make(path: &Path) -> Result<MasterKey, KeyError> {
    let key = DataKey::random().map_err(|_| KeyError::Random)?;
    let key = MasterKey::new(key);
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(path).map_err(|cause| wrong(path, cause))?;
    let written = file.write_all(key.written().as_bytes());
    written.map_err(|cause| wrong(path, cause))?;
    file.sync_all().map_err(|cause| wrong(path, cause))?;
    sync_folder(path)?;
    Ok(key)
}

fn read_one(path: &Path) -> Result<Option<MasterKey>, KeyError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(wrong(path, cause)),
    };
    let mode = file.metadata().map_err(|cause| wrong(path, cause))?.mode();
    if mode & OTHERS != 0 {
        return Err(KeyError::Open {
            path: path.to_owned(),
        });
    }
    let mut text = Zeroizing::new(String::new());
    let read = file.take(BYTES_MAX).read_to_string(&mut text);
    read.map_err(|cause| wrong(path, cause))?;
    parse(&text, &format!("the file {}", path.display())).map(Some)
}

/// A new name in a folder is lasting only when the folder is written too.
fn sync_folder(path: &Path) -> Result<(), KeyError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| wrong(path, cause))
}

fn wrong(path: &Path, cause: std::io::Error) -> KeyError {
    KeyError::File {
        path: path.to_owned(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let made = read(&path, None).unwrap();
        let again = read(&path, Some(made.name())).unwrap();
        assert_eq!(made.name(), again.name());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn it_is_never_made_again_for_a_sealed_store() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let error = read(&path, Some("feedfeedfeedfeed")).err().unwrap();
        assert!(matches!(error, KeyError::Missing { .. }), "{error}");
        assert!(!path.exists());
    }

    #[test]
    fn one_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        read(&path, None).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read(&path, None).err().unwrap();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_replacement_interrupted_on_either_side_ends_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let old = read(&path, None).unwrap();
        let new = prepare(&path).unwrap();
        // Not yet sealed with the new key: the old one still holds.
        assert_eq!(read(&path, Some(old.name())).unwrap().name(), old.name());
        // Sealed with the new key, file not yet replaced: reading finishes it.
        assert_eq!(read(&path, Some(new.name())).unwrap().name(), new.name());
        assert!(!next_of(&path).exists());
    }
}
