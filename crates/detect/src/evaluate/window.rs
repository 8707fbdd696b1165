//! Windows over a rule's hits, and when a condition that keeps holding is told again.

use super::View;
use crate::moment::Millis;
use crate::state::{Hit, Key};

impl View<'_> {
    /// Whether an event met any part.
    pub fn matched(&self, place: Key) -> bool {
        self.hits_at(place).next().is_some()
    }

    /// The hits of one event.
    pub fn hits_at(&self, place: Key) -> impl Iterator<Item = &Hit> {
        let from = self.state.hits.from(place);
        let hits = self.state.hits.all().get(from..).unwrap_or_default();
        hits.iter().take_while(move |hit| hit.key == place)
    }

    /// The hits of a group in `(place − span, place]`.
    pub fn window(&self, place: Key, span: Millis, group: u64) -> impl Iterator<Item = &Hit> {
        let hits = self.state.hits.window(place, span);
        hits.iter().filter(move |hit| hit.group == group)
    }

    /// The event of a group before a place.
    pub fn before(&self, place: Key, group: u64) -> Option<Key> {
        let hits = &self.state.hits.all()[..self.state.hits.from(place)];
        hits.iter()
            .rev()
            .find(|hit| hit.group == group)
            .map(|hit| hit.key)
    }

    /// Whether a condition is worth telling at a place: it holds there, and did not hold,
    /// or held less, at the event before. `measure` is how much it holds, if it does.
    pub fn rises(
        &self,
        place: Key,
        span: Millis,
        group: u64,
        measure: impl Fn(Key) -> Option<u32>,
    ) -> bool {
        let Some(now) = measure(place) else {
            return false;
        };
        let before = self
            .before(place, group)
            .filter(|before| place.0 - before.0 < span);
        before.and_then(measure).is_none_or(|before| now > before)
    }
}

/// The places of hits, each once, in order.
pub(super) fn places<'a>(hits: impl Iterator<Item = &'a Hit>) -> Vec<Key> {
    let mut places: Vec<Key> = hits.map(|hit| hit.key).collect();
    places.dedup();
    places
}

/// How many doublings a figure lies above a threshold.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and 1,024.
pub(super) fn doublings(figure: f64, threshold: f64) -> u32 {
    (figure / threshold.max(1.0)).max(1.0).log2() as u32
}

/// Numbers from counts.
pub(crate) struct Figures;

impl Figures {
    /// A count as a figure. Counts here are bounded far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    pub fn of(count: usize) -> f64 {
        count as f64
    }
}
