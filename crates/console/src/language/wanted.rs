//! Which language a browser asks for (RFC 9110 section 12.5.4).

use super::Language;

/// Languages of one header that are looked at; browsers send a handful.
const TAGS_MAX: usize = 20;

impl Language {
    /// The language that somebody prefers among ours: `de-AT,de;q=0.9,en;q=0.5`.
    pub fn wanted(header: &str) -> Language {
        let mut best = (Language::En, 0.0);
        for part in header.split(',').take(TAGS_MAX) {
            let (tag, weight) = weighed(part);
            let primary = tag.split('-').next().unwrap_or_default();
            let known = Language::ALL
                .iter()
                .find(|known| known.tag().eq_ignore_ascii_case(primary));
            // Of equal ones the first counts.
            if let Some(known) = known.filter(|_| weight > best.1) {
                best = (*known, weight);
            }
        }
        best.0
    }
}

fn weighed(part: &str) -> (&str, f32) {
    let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
    let weight = rest
        .trim()
        .strip_prefix("q=")
        .map_or(Some(1.0), |digits| digits.parse().ok());
    (tag.trim(), weight.unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_of_ours_is_taken() {
        for (header, expected) in [
            ("", "en"),
            ("de-AT,de;q=0.9,en;q=0.5", "de"),
            ("pl,fr;q=0.8,en;q=0.9", "en"),
            ("zh-Hant-TW", "zh"),
            ("en;q=0.1,ja;q=0.2", "ja"),
            ("it;q=0,es;q=x", "en"),
            ("EN-us,DE", "en"),
        ] {
            assert_eq!(Language::wanted(header).tag(), expected, "{header}");
        }
    }
}
