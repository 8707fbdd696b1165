//! How many typing errors lie between two words.

/// Longest word that is compared, in octets; no brand's word is longer.
pub const WORD_OCTETS_MAX: usize = 24;

/// The number of letters to insert, leave out, change or swap with their
/// neighbour (optimal string alignment), or `None` where it is above `most` or a
/// word is too long.
pub fn within(left: &[u8], right: &[u8], most: u8) -> Option<u8> {
    let too_long = left.len().max(right.len()) > WORD_OCTETS_MAX;
    if too_long || left.len().abs_diff(right.len()) > usize::from(most) {
        return None;
    }
    // What both begin and end with needs no table, and mostly little else is left.
    let head = left
        .iter()
        .zip(right)
        .take_while(|(one, other)| one == other)
        .count();
    let (left, right) = (&left[head..], &right[head..]);
    let ends = left.iter().rev().zip(right.iter().rev());
    let tail = ends.take_while(|(one, other)| one == other).count();
    table(
        &left[..left.len() - tail],
        &right[..right.len() - tail],
        most,
    )
}

fn table(left: &[u8], right: &[u8], most: u8) -> Option<u8> {
    if let ([], rest) | (rest, []) = (left, right) {
        return u8::try_from(rest.len())
            .ok()
            .filter(|&errors| errors <= most);
    }
    let farther = left.len().max(right.len()) > 2;
    if most <= 1 && farther {
        // One error leaves at most two letters that differ, swapped with each other.
        return None;
    }
    let mut above_that = [0_u8; WORD_OCTETS_MAX + 1];
    let mut above = std::array::from_fn(|at| u8::try_from(at).unwrap_or(u8::MAX));
    for (row, &letter) in left.iter().enumerate() {
        let mut line = [0_u8; WORD_OCTETS_MAX + 1];
        line[0] = above[0] + 1;
        let mut least = line[0];
        for (column, &other) in right.iter().enumerate() {
            let change = above[column] + u8::from(letter != other);
            let mut cost = change.min(above[column + 1] + 1).min(line[column] + 1);
            let swapped =
                row > 0 && column > 0 && left[row - 1] == other && letter == right[column - 1];
            if swapped {
                cost = cost.min(above_that[column - 1] + 1);
            }
            line[column + 1] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
        above_that = above;
        above = line;
    }
    Some(above[right.len()]).filter(|&errors| errors <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_counted_and_bounded() {
        for (left, right, errors) in [
            ("amazon", "amazon", Some(0)),
            ("amazon", "amazom", Some(1)),
            ("amazon", "amzaon", Some(1)),
            ("amazon", "amazn", Some(1)),
            ("facebook", "fcaebok", Some(2)),
            ("amazon", "orange", None),
            ("amazon", "am", None),
        ] {
            assert_eq!(
                within(left.as_bytes(), right.as_bytes(), 2),
                errors,
                "{left} {right}"
            );
        }
        assert_eq!(within(&[b'a'; 40], &[b'a'; 40], 2), None);
    }
}
