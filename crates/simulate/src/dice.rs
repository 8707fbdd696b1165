//! Chance from a seed: the same seed gives the same throws on every machine.

/// A stream of throws (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A stream of its own for a purpose.
    pub fn new(seed: u64, purpose: u64) -> Dice {
        let mut dice = Dice(seed ^ purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        dice.next();
        dice
    }

    /// 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number from 0 up to but without the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.next() % limit }
    }

    /// A number between 0 and 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are all that a number between 0 and 1 can hold"
    )]
    pub fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True so often.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// How many of something that happens so often on average (Poisson, by Knuth's
    /// product; large means are split so that the product does not vanish).
    pub fn count(&mut self, mean: f64) -> u32 {
        let mut left = mean.max(0.0);
        let mut total = 0;
        while left > 0.0 {
            let part = left.min(20.0);
            left -= part;
            let limit = (-part).exp();
            let mut product = self.fraction();
            while product > limit {
                total += 1;
                product *= self.fraction();
            }
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_throws() {
        let throws = |seed| {
            let mut dice = Dice::new(seed, 1);
            [dice.next(), dice.next(), dice.next()]
        };
        assert_eq!(throws(7), throws(7));
        assert_ne!(throws(7), throws(8));
    }

    #[test]
    fn counts_have_the_mean_that_was_asked_for() {
        let mut dice = Dice::new(1, 2);
        for mean in [0.3, 5.0, 90.0] {
            let total: u32 = (0..2000).map(|_| dice.count(mean)).sum();
            let got = f64::from(total) / 2000.0;
            assert!((got - mean).abs() < mean * 0.1 + 0.05, "{mean} {got}");
        }
    }
}
