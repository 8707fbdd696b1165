//! SpamAssassin with its shipped rules and without the network, many mails in one process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{Peer, sample};
use crate::bench::number;
use crate::processor;

pub const PEER: Peer = Peer {
    name: "spamassassin -L, one process",
    rate,
};

/// Mails it judges: it needs about a tenth of a second for each.
const MAILS: usize = 60;

fn rate(paths: &[PathBuf]) -> Result<Option<f64>> {
    let mails = sample(paths, MAILS);
    let Some(first) = mails.first() else {
        return Ok(None);
    };
    let Some(start) = seconds(&[first])? else {
        return Ok(None);
    };
    let Some(all) = seconds(&mails)? else {
        return Ok(None);
    };
    Ok(Some(
        number(mails.len() - 1) / (all - start).max(f64::EPSILON),
    ))
}

/// Processor time for these mails, start included; `None` where it cannot be started.
fn seconds(mails: &[&Path]) -> Result<Option<f64>> {
    let begin = processor::children_seconds();
    let child = Command::new("spamassassin")
        .args(["-L", "-t"])
        .args(mails)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(child) = child else {
        return Ok(None);
    };
    let output = child
        .wait_with_output()
        .context("spamassassin has no output")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let is_mark = |line: &&str| line.starts_with("X-Spam-Checker-Version:");
    let judged = text.lines().filter(is_mark).count();
    if judged < mails.len() {
        bail!("spamassassin judged {judged} of {} mails", mails.len());
    }
    Ok(Some(processor::children_seconds() - begin))
}
