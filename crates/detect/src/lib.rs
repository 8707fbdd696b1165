//! Events → detections, snapshots → findings.

pub mod flat;
pub mod rule;
pub mod sigma;
