//! Which address wrote: a sender of the catalogue, a machine, or somebody at a desk.
//!
//! Works on addresses in a domain that is already proven or claimed; it proves nothing.

use sellkeep_knowledge::{AbusedChannel, Brand, Knowledge, Notice};

/// Whether an address meets one of a notice's senders.
pub(crate) fn sends(notice: &Notice, address: &str) -> bool {
    let mut senders = notice.senders.iter();
    senders.any(|sender| matches_pattern(sender, address))
}

/// Whether one of a notice's senders names this very mailbox: `account-update@amazon.*`
/// does, `*@amazon.com` does not, because employees write from there too.
pub(crate) fn sends_by_name(notice: &Notice, address: &str) -> bool {
    let mut senders = notice.senders.iter();
    senders.any(|sender| !sender.starts_with('*') && matches_pattern(sender, address))
}

/// Whether a machine writes behind an address, so that its words are a notice.
pub(crate) fn is_machine(knowledge: &Knowledge, brand: &Brand, address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let mut names = knowledge.machine_names.iter();
    names.any(|machine| machine.name.eq_ignore_ascii_case(local))
        || brand
            .notices
            .iter()
            .any(|notice| sends_by_name(notice, address))
}

/// Whether a genuine sender also carries fields that strangers fill.
pub(crate) fn is_abused(channel: &AbusedChannel, address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default();
    let domain = domain.to_lowercase();
    match channel.sender.split_whitespace().next() {
        Some(pattern) if pattern.contains('@') => matches_pattern(pattern, address),
        Some(name) if name.contains('.') => domain == name || domain.ends_with(&format!(".{name}")),
        _ => false,
    }
}

/// Whether an address meets a pattern in which `*` stands for any run of characters.
pub(crate) fn matches_pattern(pattern: &str, address: &str) -> bool {
    let (pattern, address) = (pattern.to_lowercase(), address.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| address.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn patterns_meet_whole_addresses() {
        let yes = [
            (
                "seller-notification@amazon.com",
                "Seller-Notification@Amazon.com",
            ),
            ("*@marketplace.amazon.*", "x+y@marketplace.amazon.de"),
            ("account-update@amazon.*", "account-update@amazon.co.jp"),
        ];
        for (pattern, address) in yes {
            assert!(matches_pattern(pattern, address), "{pattern} {address}");
        }
        let no = [
            ("*@amazon.com", "x@amazon.com.evil.example"),
            ("a@b.c", "aa@b.c"),
            ("account-update@amazon.*", "account-update@evil.example"),
        ];
        for (pattern, address) in no {
            assert!(!matches_pattern(pattern, address), "{pattern} {address}");
        }
    }
}
