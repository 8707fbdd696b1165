//! Runs one input and lives to tell of it.
//!
//! A panic is caught, time is taken, and an input that never ends is saved by
//! a second thread before that ends the process.

use std::fmt::{self, Write as _};
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::targets::{Reader, Target};

/// No input may take longer; a busy machine gets a second chance.
const TIME_MAX: Duration = Duration::from_secs(2);
/// After this an input is taken to run for ever.
const HANG: Duration = Duration::from_secs(20);
/// How often the second thread looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What is wrong with an input.
#[derive(Debug)]
pub enum Failure {
    /// It panicked, with these words.
    Panic(String),
    /// It took this long, twice.
    Slow(Duration),
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Panic(words) => write!(out, "{words}"),
            Failure::Slow(took) => write!(out, "it took {} ms", took.as_millis()),
        }
    }
}

/// The input that runs now.
struct Running {
    target: &'static str,
    since: Instant,
    input: Vec<u8>,
}

/// Watches inputs run.
pub struct Guard {
    crashes: PathBuf,
    running: Arc<Mutex<Option<Running>>>,
    words: Arc<Mutex<String>>,
}

impl Guard {
    /// Watches from now on; failing inputs go to that folder.
    pub fn new(crashes: PathBuf) -> Guard {
        let guard = Guard {
            crashes: crashes.clone(),
            running: Arc::default(),
            words: Arc::default(),
        };
        let running = Arc::clone(&guard.running);
        thread::spawn(move || watch(&running, &crashes));
        guard
    }

    /// Runs one input; the time it took, or what is wrong with it.
    pub fn run(&self, target: &Target, reader: &Reader, input: &[u8]) -> Result<Duration, Failure> {
        let first = self.once(target, reader, input)?;
        if first <= TIME_MAX {
            return Ok(first);
        }
        let second = self.once(target, reader, input)?;
        if second <= TIME_MAX {
            return Ok(second);
        }
        Err(Failure::Slow(second))
    }

    fn once(&self, target: &Target, reader: &Reader, input: &[u8]) -> Result<Duration, Failure> {
        let since = Instant::now();
        *lock(&self.running) = Some(Running {
            target: target.name,
            since,
            input: input.to_vec(),
        });
        let hook = panic::take_hook();
        let words = Arc::clone(&self.words);
        panic::set_hook(Box::new(move |info| *lock(&words) = info.to_string()));
        let result = panic::catch_unwind(AssertUnwindSafe(|| (target.read)(reader, input)));
        panic::set_hook(hook);
        *lock(&self.running) = None;
        match result {
            Ok(()) => Ok(since.elapsed()),
            Err(_) => Err(Failure::Panic(lock(&self.words).clone())),
        }
    }

    /// Saves an input under a name made of its hash.
    pub fn save(&self, target: &str, input: &[u8]) -> Result<PathBuf> {
        save(&self.crashes, target, input)
    }
}

fn save(folder: &Path, target: &str, input: &[u8]) -> Result<PathBuf> {
    let mut hash = String::new();
    for byte in Sha256::digest(input).iter().take(8) {
        let _ = write!(hash, "{byte:02x}");
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(format!("{target}-{hash}"));
    fs::write(&path, input).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn watch(running: &Mutex<Option<Running>>, crashes: &Path) {
    loop {
        thread::sleep(LOOK_EVERY);
        let now = lock(running);
        if let Some(running) = now
            .as_ref()
            .filter(|running| running.since.elapsed() > HANG)
        {
            let saved = save(crashes, running.target, &running.input);
            let place =
                saved.map_or_else(|error| error.to_string(), |path| path.display().to_string());
            eprintln!("{:<10} FAILED: it does not end; {place}", running.target);
            std::process::exit(1);
        }
    }
}

/// A panic while the lock is held leaves a value that is whole: each is set at once.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_and_saved() {
        let folder = std::env::temp_dir().join(format!("sellkeep-guard-{}", std::process::id()));
        let guard = Guard::new(folder.clone());
        let target = Target {
            name: "panics",
            read: |_, input| assert!(input.is_empty(), "not empty"),
        };
        let reader = Reader::new().unwrap();
        assert!(guard.run(&target, &reader, b"").is_ok());
        let failure = guard.run(&target, &reader, b"x").unwrap_err();
        assert!(failure.to_string().contains("not empty"), "{failure}");
        let path = guard.save("panics", b"x").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"x");
        fs::remove_dir_all(folder).unwrap();
    }
}
