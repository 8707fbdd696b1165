//! Other programs that judge mail, run on the same mails, offline.
//!
//! Each is measured warm and in the processor time of its own processes; what it
//! needs to start is left out, in its favour.

mod rspamd;
mod spamassassin;

use std::path::{Path, PathBuf};

use anyhow::Result;

/// One program to compare with.
pub struct Peer {
    /// Its name and how it is run.
    pub name: &'static str,
    /// Mails a CPU-second; `None` where it is not installed.
    pub rate: fn(&[PathBuf]) -> Result<Option<f64>>,
}

/// All peers.
pub const PEERS: &[Peer] = &[spamassassin::PEER, rspamd::PEER];

/// So many of the mails, evenly taken from all of them.
fn sample(paths: &[PathBuf], count: usize) -> Vec<&Path> {
    let step = (paths.len() / count).max(1);
    let sample = paths.iter().step_by(step).take(count);
    sample.map(PathBuf::as_path).collect()
}
