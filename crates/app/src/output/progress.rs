//! Progress with rate and time left, on a terminal's standard error only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::is_watched;

/// Fewer sources than this are done before a bar could be read.
const WORTH_SHOWING: usize = 50;

/// A bar, or nothing.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for many sources on a terminal.
    pub fn new(expected: usize) -> Progress {
        let bar = if expected >= WORTH_SHOWING && is_watched() {
            ProgressBar::with_draw_target(Some(expected as u64), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} mails, {per_sec}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { bar }
    }

    /// So many are done.
    pub fn advance(&self, done: usize) {
        self.bar.set_position(done as u64);
    }

    /// Writes something else while the bar is out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
