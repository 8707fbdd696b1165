//! The keeper: takes stored records through the whole path, lets time pass, tells people.
//!
//! Every step is a job in the store's queue, keyed by its input, with one transaction
//! for all that came of it: a crash anywhere means that the job is done again, with
//! the same effect. Not here: where records come from (sources) and pages (`console`).

mod arrive;
mod change;
mod live;
mod prepare;
mod pulse;
mod read;
mod run;
mod seats;
mod tell;
mod week;
mod work;

pub use live::{ended, work};
pub use run::Worker;
pub use tell::Teller;
pub use work::Keeper;

#[cfg(test)]
mod tests;
