//! Events → detections, snapshots → findings.
