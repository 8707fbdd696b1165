//! Lines by what they are: code, comment, test, empty.

use crate::source::Source;

/// Lines of all files read so far.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Code outside tests.
    pub code: usize,
    /// Comments outside tests, documentation included.
    pub comment: usize,
    /// Lines of tests that are not empty.
    pub test: usize,
}

impl Lines {
    /// Adds one file.
    pub fn read(&mut self, source: &Source) {
        for (index, line) in source.text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            if source.is_test_line(index + 1) {
                self.test += 1;
            } else if line.starts_with("//") {
                self.comment += 1;
            } else {
                self.code += 1;
            }
        }
    }

    /// All lines but empty ones.
    pub fn all(&self) -> usize {
        self.code + self.comment + self.test
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_counted_once() {
        let text = "//! A.\n\n/// B.\nfn b() {}\n#[cfg(test)]\nmod tests {\n    // c\n}\n";
        let source = Source::parse("crates/x/src/x.rs".into(), text.into()).unwrap();
        let mut lines = Lines::default();
        lines.read(&source);
        assert_eq!((lines.comment, lines.code, lines.test), (2, 1, 4));
    }
}
