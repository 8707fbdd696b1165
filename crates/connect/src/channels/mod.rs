//! The ways out to a person.
