//! Endings of account numbers: sources give three digits, four, or more.

/// The shortest ending that says anything; sources give no fewer.
const DIGITS_MIN: usize = 3;

/// Whether two endings can be of one account: the shorter one ends the longer one.
pub fn same_tail(one: &str, other: &str) -> bool {
    let one = digits(one);
    let other = digits(other);
    let enough = one.len().min(other.len()) >= DIGITS_MIN;
    enough && (one.ends_with(&other) || other.ends_with(&one))
}

/// Whether an ending is one of several.
pub fn among(tail: &str, tails: &[String]) -> bool {
    tails.iter().any(|other| same_tail(tail, other))
}

fn digits(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_one_decides() {
        assert!(same_tail("677", "1677"));
        assert!(same_tail("DE**1677", "677"));
        assert!(!same_tail("1677", "2677"));
        assert!(!same_tail("77", "677"), "two digits say nothing");
        assert!(!same_tail("", ""));
    }

    #[test]
    fn one_of_several() {
        let tails = ["677".to_owned(), "1234".to_owned()];
        assert!(among("234", &tails));
        assert!(!among("999", &tails));
    }
}
