//! Which mails of a folder make up the next batch.

use super::MAIL_BYTES_MAX;

/// Of a larger mail: all headers and the text, which stands first.
pub const FIRST_BYTES: u32 = 256 * 1024;
/// Bytes in one batch, but for a single large mail.
const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Which mails are fetched whole, and of which only the beginning.
#[derive(Default)]
pub struct Plan {
    /// Numbers of mails to be fetched whole.
    pub whole: Vec<u32>,
    /// Numbers and sizes of those of which only the beginning is.
    pub large: Vec<(u32, u32)>,
    /// Bytes to come.
    pub bytes: usize,
}

impl Plan {
    /// The newest mails, as many as fit into a batch.
    pub fn new(sizes: &[(u32, u32)]) -> Plan {
        let mut plan = Plan::default();
        for (number, size) in sizes {
            let large = *size > MAIL_BYTES_MAX;
            let bytes = if large { FIRST_BYTES } else { *size };
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            if plan.len() > 0 && plan.bytes.saturating_add(bytes) > BATCH_BYTES_MAX {
                break;
            }
            plan.bytes = plan.bytes.saturating_add(bytes);
            if large {
                plan.large.push((*number, *size));
            } else {
                plan.whole.push(*number);
            }
        }
        plan
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.whole.len() + self.large.len()
    }

    /// The lowest number among them.
    pub fn lowest(&self) -> Option<u32> {
        let large = self.large.iter().map(|(number, _)| number);
        self.whole.iter().chain(large).min().copied()
    }
}
