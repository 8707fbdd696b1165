//! Dead-man.
