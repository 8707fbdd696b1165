//! Incidents, packets and reports.
