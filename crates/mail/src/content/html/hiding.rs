//! Inline styles that make their element invisible.

/// Properties of inline styles and the values with which they hide their element.
const HIDING: &[(&str, &[&str])] = &[
    ("display", &["none", "none!important"]),
    ("visibility", &["hidden"]),
    ("opacity", &["0"]),
    ("mso-hide", &["all"]),
    ("font-size", &["0", "0px", "1px"]),
    ("max-height", &["0", "0px"]),
];

/// Whether an inline style hides its element.
pub fn is_hiding(style: &str) -> bool {
    style.split(';').any(|rule| {
        let (property, value) = rule.split_once(':').unwrap_or_default();
        let property = property.trim();
        let hiding = HIDING
            .iter()
            .find(|(name, _)| property.eq_ignore_ascii_case(name));
        hiding.is_some_and(|(_, values)| values.iter().any(|hiding| reads_as(value, hiding)))
    })
}

/// Whether a value is the given one, white space and letter case aside.
fn reads_as(value: &str, hiding: &str) -> bool {
    let written = value.chars().filter(|c| !c.is_whitespace());
    written.map(|c| c.to_ascii_lowercase()).eq(hiding.chars())
}

#[cfg(test)]
mod tests {
    use super::is_hiding;

    #[test]
    fn what_hides_and_what_does_not() {
        for style in [
            "display:none",
            "color:red; Display : NONE !important",
            "font-size: 0px",
            "max-height:0;overflow:hidden",
            "mso-hide:all",
        ] {
            assert!(is_hiding(style), "{style}");
        }
        for style in [
            "",
            ";",
            "display:block",
            "font-size:10px",
            "none",
            "opacity:0.5",
            "x:y:z",
        ] {
            assert!(!is_hiding(style), "{style}");
        }
    }
}
