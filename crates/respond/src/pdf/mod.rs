//! Plain documents as PDF: headings, paragraphs and lines of a table, tagged, one or more pages.
//!
//! Uses the viewer's built-in Helvetica, so that a page is small and prints anywhere;
//! letters outside Windows-1252 are replaced by `?` (the HTML form shows them).
//! Black on white only: meaning never hangs on a colour.

mod layout;
mod metrics;
mod write;

pub use layout::{Block, Document, Paper, SIZE_MIN, fit_on_one_page};
pub use write::write;
