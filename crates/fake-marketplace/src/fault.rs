//! What goes wrong on the way and at the marketplace, by a throw of dice.

use jiff::SignedDuration;

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is cut in the middle of the answer.
    Cut,
    /// An error of the server's own.
    Internal,
    /// No room, with a page that is no JSON.
    Busy,
    /// Asked too often, though nobody did.
    TooOften,
    /// Half of the JSON, whole by its length.
    Malformed,
    /// A page of a proxy, with a good status.
    Page,
    /// A view from minutes ago: answers out of order.
    Old,
    /// No answer at all.
    Never,
}

/// How often something goes wrong.
#[derive(Debug, Clone)]
pub struct Faults {
    seed: u64,
    per_mille: u64,
    kinds: Vec<Fault>,
}

/// All that fakes no fact.
const KINDS: &[Fault] = &[
    Fault::Cut,
    Fault::Internal,
    Fault::Busy,
    Fault::TooOften,
    Fault::Malformed,
    Fault::Page,
    Fault::Old,
];

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Faults {
        Faults::of(0, 0, &[])
    }

    /// So many of a thousand calls go wrong, in every way but never answering.
    pub fn random(seed: u64, per_mille: u64) -> Faults {
        Faults::of(seed, per_mille, KINDS)
    }

    /// So many of a thousand calls go wrong in these ways.
    pub fn of(seed: u64, per_mille: u64, kinds: &[Fault]) -> Faults {
        Faults {
            seed,
            per_mille,
            kinds: kinds.to_vec(),
        }
    }

    /// Whether this call goes wrong, and how.
    pub fn throw(&mut self) -> Option<Fault> {
        if self.next() % 1000 >= self.per_mille || self.kinds.is_empty() {
            return None;
        }
        let at = self.next() % self.kinds.len() as u64;
        Some(self.kinds[usize::try_from(at).expect("small")])
    }

    /// How old an old view is.
    pub fn age(&mut self) -> SignedDuration {
        let seconds = 30 + self.next() % 600;
        SignedDuration::from_secs(i64::try_from(seconds).expect("small"))
    }

    fn next(&mut self) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.seed >> 33
    }
}
