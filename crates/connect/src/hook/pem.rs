//! PEM blocks (RFC 7468), also those that come without line breaks, as eBay's keys do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// More blocks than any chain of certificates has.
const BLOCKS_MAX: usize = 10;

/// The bytes of every block with that label, up to a limit.
pub(crate) fn pem_blocks(text: &str, label: &str) -> Vec<Vec<u8>> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    text.split(&begin)
        .skip(1)
        .filter_map(|rest| rest.split_once(&end))
        .take(BLOCKS_MAX)
        .filter_map(|(inner, _)| {
            let digits: String = inner.split_whitespace().collect();
            STANDARD.decode(digits).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_with_and_without_line_breaks() {
        let text =
            "-----BEGIN X-----AAEC-----END X-----\n-----BEGIN X-----\nAw\n==\n-----END X-----";
        assert_eq!(pem_blocks(text, "X"), [vec![0, 1, 2], vec![3]]);
    }

    #[test]
    fn what_is_cut_off_or_no_base64_is_no_block() {
        assert!(pem_blocks("-----BEGIN X-----AAEC", "X").is_empty());
        assert!(pem_blocks("-----BEGIN X-----?-----END X-----", "X").is_empty());
        let many = "-----BEGIN X-----AAEC-----END X-----".repeat(BLOCKS_MAX + 5);
        assert_eq!(pem_blocks(&many, "X").len(), BLOCKS_MAX);
    }
}
