//! Relative links in documents lead to files that exist.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::source;

/// Every broken link of every Markdown file.
pub fn check(root: &Path) -> Result<Vec<String>> {
    let mut mistakes = Vec::new();
    for path in source::files(root, "md")? {
        let text = fs::read_to_string(&path)?;
        let folder = path.parent().unwrap_or(root);
        let broken = targets(&text)
            .into_iter()
            .filter(|target| !folder.join(target).exists());
        let name = source::relative(root, &path);
        mistakes.extend(broken.map(|target| format!("{name}: there is no {target}")));
    }
    Ok(mistakes)
}

/// Relative link targets outside code blocks, without their fragment.
fn targets(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut targets = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            let ends = line.split("](").skip(1);
            targets.extend(ends.filter_map(|rest| relative(rest.split_once(')')?.0)));
        }
    }
    targets
}

fn relative(target: &str) -> Option<&str> {
    let file = target.split('#').next().unwrap_or(target);
    (!file.is_empty() && !file.contains(':')).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn only_relative_links_outside_code_are_looked_at() {
        let text = "[a](b.md) [c](https://example.com/d) [e](#f) [g](h/i.md#j)\n```\n[k](l)\n```\n";
        assert_eq!(targets(text), ["b.md", "h/i.md"]);
    }
}
