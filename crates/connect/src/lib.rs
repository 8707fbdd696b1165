//! One folder per source, one file per way out.
