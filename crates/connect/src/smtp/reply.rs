//! What the receiver answers: a code, an enhanced code (RFC 3463), words.

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The enhanced code; empty for the greeting and EHLO.
    pub enhanced: &'static str,
    /// Words, one line each; plain ASCII of our own.
    pub says: Vec<String>,
}

impl Reply {
    /// An answer of one line.
    pub fn new(code: u16, enhanced: &'static str, says: &str) -> Reply {
        Reply {
            code,
            enhanced,
            says: vec![says.to_owned()],
        }
    }

    /// An answer without an enhanced code.
    pub(super) fn plain(code: u16, says: Vec<String>) -> Reply {
        Reply {
            code,
            enhanced: "",
            says,
        }
    }

    /// As it is sent.
    pub(super) fn written(&self) -> String {
        let last = self.says.len().saturating_sub(1);
        let enhanced = match self.enhanced {
            "" => String::new(),
            code => format!("{code} "),
        };
        let line = |(at, says): (usize, &String)| {
            let sign = if at == last { ' ' } else { '-' };
            format!("{}{sign}{enhanced}{says}\r\n", self.code)
        };
        self.says.iter().enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_and_several() {
        assert_eq!(
            Reply::new(250, "2.0.0", "Done").written(),
            "250 2.0.0 Done\r\n"
        );
        let several = Reply::plain(250, vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(several.written(), "250-a\r\n250 b\r\n");
    }
}
