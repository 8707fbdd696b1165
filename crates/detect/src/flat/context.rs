//! What is known around an event, as rules see it.

use crate::sigma::Datum;

macro_rules! context {
    ($($(#[$doc:meta])* $name:ident $field:ident: $type:ty = $word:literal,)*) => {
        /// What is known of the account at the moment of an event.
        /// What is unknown is absent: a rule sees no value, not a wrong one.
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct Context {
            $($(#[$doc])* pub $field: $type,)*
        }

        /// The name of one of them, below `context.`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ContextName {
            $($(#[$doc])* $name,)*
        }

        impl ContextName {
            /// Every name.
            pub const ALL: &'static [ContextName] = &[$(ContextName::$name,)*];

            /// The name as it stands in rules, without `context.`.
            pub fn as_str(self) -> &'static str {
                match self { $(ContextName::$name => $word,)* }
            }

            /// The name that a word stands for.
            pub fn of(word: &str) -> Option<ContextName> {
                match word { $($word => Some(ContextName::$name),)* _ => None }
            }
        }

        impl Context {
            /// The value of a name; `None` where it is unknown.
            pub fn get(&self, name: ContextName) -> Option<Datum<'static>> {
                match name { $(ContextName::$name => Known::datum(self.$field),)* }
            }
        }
    };
}

context! {
    /// `after.tail` is an ending that the owner attests; unknown where he attests none.
    AttestedTail attested_tail: Option<bool> = "attested_tail",
    /// The owner confirmed the first reading.
    BaselineConfirmed baseline_confirmed: bool = "baseline_confirmed",
    /// The owner announced a change of this kind for now.
    Planned planned: bool = "planned",
    /// Something of an announced sort happened, but not as it was announced.
    PlannedMismatch planned_mismatch: bool = "planned_mismatch",
    /// `after.country` is not the account's country; unknown where one of them is.
    Foreign foreign: Option<bool> = "foreign",
    /// Hours until a hold after the last added method ends; 0 where none runs.
    HoldHours hold_hours: f64 = "hold_hours",
    /// Hours until the next scheduled payout.
    PayoutHours payout_hours: Option<f64> = "payout_hours",
    /// What is at stake, in the account's currency.
    OpenBalance open_balance: Option<f64> = "open_balance",
    /// An incident of this account was closed less than 30 days ago.
    RecentIncident recent_incident: bool = "recent_incident",
    /// For a refusal: what is refused had been answered before, so that the right was lost.
    WorkedBefore worked_before: Option<bool> = "worked_before",
    /// Days without an order, listing or price change before this event.
    IdleDays idle_days: Option<f64> = "idle_days",
    /// A mail flood is running.
    MailFlood mail_flood: bool = "mail_flood",
    /// Hour of day in the account's time zone.
    LocalHour local_hour: Option<f64> = "local_hour",
    /// For a price change: 1 − after/before.
    Drop drop: Option<f64> = "drop",
}

/// A type of a known thing.
trait Known {
    fn datum(self) -> Option<Datum<'static>>;
}

impl Known for bool {
    fn datum(self) -> Option<Datum<'static>> {
        Some(Datum::Flag(self))
    }
}

impl Known for f64 {
    fn datum(self) -> Option<Datum<'static>> {
        Some(Datum::Number(self))
    }
}

impl<T: Known> Known for Option<T> {
    fn datum(self) -> Option<Datum<'static>> {
        self.and_then(Known::datum)
    }
}
