//! Partitions of the event log: 256, fixed for ever.
//!
//! An account's events all lie in one, so their order holds whoever carries the log.
//! The number is never changed: stored offsets would lose their meaning.

use sha2::{Digest, Sha256};

use crate::tenant::Tenant;

/// One of the 256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition(pub u8);

impl Partition {
    /// Where an account's events lie: the first byte of the SHA-256 of tenant,
    /// marketplace and account, each with its length.
    pub fn of(tenant: &Tenant, marketplace: &str, account: &str) -> Partition {
        let mut hash = Sha256::new();
        for part in [tenant.as_str(), marketplace, account] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Partition(hash.finalize()[0])
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Partition> {
        (0..=u8::MAX).map(Partition)
    }

    pub(crate) fn number(self) -> i64 {
        i64::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_stay_where_they_are_for_ever() {
        let of = |account| Partition::of(&Tenant::new("default"), "amazon", account).0;
        assert_eq!([of("a"), of("b"), of("seller-1")], [92, 90, 3]);
    }

    #[test]
    fn accounts_spread_over_all_partitions() {
        let tenant = Tenant::new("default");
        let of = |number: usize| Partition::of(&tenant, "amazon", &number.to_string());
        let mut sizes = [0; 256];
        (0..25_600).for_each(|number| sizes[usize::from(of(number).0)] += 1);
        assert!(sizes.iter().all(|size| (50..170).contains(size)));
    }
}
