//! The details of an event or of a state: a closed list of names, each with a value.
//!
//! A list is sorted by name and holds each name once, so that two lists with the
//! same content are equal whatever order they were filled in.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::{Words, read_by_word};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The name of a detail. `before.NAME` and `after.NAME` in rules; `NAME` alone means `after.NAME`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum Field {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Field {
            /// Every name, in the order of the list.
            pub const ALL: &'static [Field] = &[$(Field::$name,)*];

            /// The name as it stands in rules and JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Field::$name => $word,)* }
            }

            /// The field of that name.
            pub fn of(name: &str) -> Option<Field> {
                NAMES.place(name).map(|place| Field::ALL[place])
            }
        }

        static NAMES: Words = Words::new(&[$($word,)*]);
        read_by_word!(Field, NAMES);
    };
}

fields! {
    /// Account type of a payout or balance, as the source says it.
    AccountType = "account_type",
    /// Enforcement actions on a listing, joined by spaces.
    Actions = "actions",
    /// Masked mail address (`k…@example.com`).
    Address = "address",
    /// Keyed digest of an address, for comparing.
    AddressDigest = "address_digest",
    /// Whether a mail names one of the account's own addresses as its recipient.
    Addressed = "addressed",
    /// Money, in units of `currency` (12.34).
    Amount = "amount",
    /// An application's name or id.
    App = "app",
    /// Amazon's catalogue number.
    Asin = "asin",
    /// Names of attributes that were changed, joined by spaces.
    Attributes = "attributes",
    /// The bank's name.
    Bank = "bank",
    /// The brand a mail claims or is proven to come from.
    Brand = "brand",
    /// Category or product type of a listing.
    Category = "category",
    /// How many.
    Count = "count",
    /// Two-letter country (ISO 3166-1).
    Country = "country",
    /// When the thing was made, in the source's words (RFC 3339).
    Created = "created",
    /// Three-letter currency (ISO 4217).
    Currency = "currency",
    /// Whether it is the one in use (the default deposit method).
    Default = "default",
    /// A deadline that the source names (RFC 3339).
    Deadline = "deadline",
    /// Masked destination of a transfer.
    Destination = "destination",
    /// The device a sign-in came from, in the source's words.
    Device = "device",
    /// A domain: of a sender, a link, a forwarding target.
    Domain = "domain",
    /// An error in the source's words, without secrets.
    Error = "error",
    /// How often it repeats, in the source's words.
    Every = "every",
    /// Expiry of a card or a secret (RFC 3339 or YYYY-MM).
    Expires = "expires",
    /// The folder a mail lay in.
    Folder = "folder",
    /// Fulfilment channel.
    Fulfilment = "fulfilment",
    /// Keyed digest of a holder's name.
    Holder = "holder",
    /// Masked holder's name (`M… S…`).
    HolderShown = "holder_shown",
    /// Address of a listing's main picture.
    Image = "image",
    /// Condition of an item.
    ItemCondition = "item_condition",
    /// Language of a text (ISO 639-1).
    Language = "language",
    /// Kind of account that money goes to, in the source's words (BANK_ACCOUNT, DEBIT_CARD).
    Method = "method",
    /// A name that is public: a shop's name, a plan.
    Name = "name",
    /// The notice in the catalogue.
    Notice = "notice",
    /// The operation of a marketplace's API.
    Operation = "operation",
    /// An order's number.
    Order = "order",
    /// Who did it, where a source says so, masked.
    Actor = "actor",
    /// Whether the account takes part in a store.
    Participating = "participating",
    /// The phrase of the notice that was met.
    Phrase = "phrase",
    /// A place in the source's words (a sign-in's city).
    Place = "place",
    /// The selling plan.
    Plan = "plan",
    /// Price of one piece, in units of `currency`.
    Price = "price",
    /// Days promised until dispatch or delivery.
    PromiseDays = "promise_days",
    /// Quantity offered or ordered.
    Quantity = "quantity",
    /// The way money travels, in the source's words (ACH).
    Rail = "rail",
    /// The reason in the source's words.
    Reason = "reason",
    /// A role or a set of permissions.
    Role = "role",
    /// When it is due (RFC 3339).
    Scheduled = "scheduled",
    /// A settlement or a related identifier.
    Settlement = "settlement",
    /// Severities of issues, joined by spaces.
    Severity = "severity",
    /// Name of the shipping terms a listing follows.
    ShippingGroup = "shipping_group",
    /// How much of each payout goes there, in per cent.
    Share = "share",
    /// The seller's own name of a listing.
    Sku = "sku",
    /// Status in the source's words.
    Status = "status",
    /// Whether all listings of a store are switched off.
    Suspended = "suspended",
    /// Ending of an account or card number (last 3 to 4 digits).
    Tail = "tail",
    /// A public title.
    Title = "title",
    /// The number a bank traces a payment by.
    Trace = "trace",
    /// Kind of thing in the source's words (BANK_ACCOUNT, ON_DEMAND).
    Type = "type",
    /// Units sold in a span.
    Units = "units",
    /// A user, masked.
    User = "user",
    /// Keyed digest of a user.
    UserDigest = "user_digest",
    /// The verdict on a mail.
    Verdict = "verdict",
    /// Begin of the span that a number is about (RFC 3339).
    Since = "since",
    /// End of the span that a number is about (RFC 3339).
    Until = "until",
    /// When the source last changed it (RFC 3339).
    Updated = "updated",
}

/// One detail's value.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Words, an id, a time.
    Text(String),
}

impl Value {
    /// The words, where they are words.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value as a person reads it.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Value::Flag(true) => Cow::Borrowed("yes"),
            Value::Flag(false) => Cow::Borrowed("no"),
            Value::Number(number) => Cow::Owned(number.to_string()),
            Value::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// By hand, because the derived form copies every value once before it looks at it, and
/// details are most of what an event is.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(ValueReader)
    }
}

struct ValueReader;

impl serde::de::Visitor<'_> for ValueReader {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("yes or no, a number or words")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    // Beyond 2^53 numbers are rounded; no amount or count comes near.
    #[allow(clippy::cast_precision_loss)]
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    #[allow(clippy::cast_precision_loss)]
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Flag(flag)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Value {
        Value::Text(at.to_string())
    }
}

/// Room for the details of most events where a reader cannot say how many come, so that
/// a list grows once at most.
const FIELDS_READ: usize = 12;

/// Details, sorted by name, each name once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(Vec<(Field, Value)>);

impl Fields {
    /// No detail.
    pub const fn new() -> Fields {
        Fields(Vec::new())
    }

    /// Whether there is no detail.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many details there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Sets one detail; a later value replaces an earlier one.
    pub fn set(&mut self, field: Field, value: impl Into<Value>) {
        match self.0.binary_search_by_key(&field, |(name, _)| *name) {
            Ok(at) => self.0[at].1 = value.into(),
            Err(at) => self.0.insert(at, (field, value.into())),
        }
    }

    /// Sets one detail where there is a value.
    pub fn set_if(&mut self, field: Field, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(field, value);
        }
    }

    /// The same with one detail more.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<Value>) -> Fields {
        self.set(field, value);
        self
    }

    /// One detail.
    pub fn get(&self, field: Field) -> Option<&Value> {
        let at = self.0.binary_search_by_key(&field, |(name, _)| *name);
        at.ok().map(|at| &self.0[at].1)
    }

    /// One detail's words.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field).and_then(Value::as_text)
    }

    /// One detail's number.
    pub fn number(&self, field: Field) -> Option<f64> {
        self.get(field).and_then(Value::as_number)
    }

    /// One detail's yes or no.
    pub fn flag(&self, field: Field) -> Option<bool> {
        match self.get(field) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// Takes one detail out.
    pub fn remove(&mut self, field: Field) -> Option<Value> {
        let at = self.0.binary_search_by_key(&field, |(name, _)| *name);
        at.ok().map(|at| self.0.remove(at).1)
    }

    /// All details in the order of their names' list.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }
}

impl FromIterator<(Field, Value)> for Fields {
    fn from_iter<T: IntoIterator<Item = (Field, Value)>>(pairs: T) -> Fields {
        let mut fields = Fields::new();
        for (field, value) in pairs {
            fields.set(field, value);
        }
        fields
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct Pairs;
        impl<'de> serde::de::Visitor<'de> for Pairs {
            type Value = Fields;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of details")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Fields, A::Error> {
                let room = map.size_hint().unwrap_or(FIELDS_READ).min(Field::ALL.len());
                let mut fields = Fields(Vec::with_capacity(room));
                while let Some((field, value)) = map.next_entry::<Field, Value>()? {
                    fields.set(field, value);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_filling_does_not_matter() {
        let one = Fields::new()
            .with(Field::Tail, "677")
            .with(Field::Country, "DE");
        let other = Fields::new()
            .with(Field::Country, "DE")
            .with(Field::Tail, "677");
        assert_eq!(one, other);
        assert_eq!(
            serde_json::to_string(&one).unwrap_or_default(),
            r#"{"country":"DE","tail":"677"}"#
        );
    }

    #[test]
    fn every_name_leads_back_to_its_field() {
        for field in Field::ALL {
            assert_eq!(Field::of(field.as_str()), Some(*field));
        }
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let read = |json: &str| serde_json::from_str::<Value>(json).ok();
        assert_eq!(read("true"), Some(Value::Flag(true)));
        assert_eq!(read("-3"), Some(Value::Number(-3.0)));
        assert_eq!(read("12"), Some(Value::Number(12.0)));
        assert_eq!(read("1.5"), Some(Value::Number(1.5)));
        assert_eq!(read("\"a\\nb\""), Some(Value::from("a\nb")));
        assert_eq!(read("null"), None);
        assert_eq!(read("[1]"), None);
    }

    #[test]
    fn a_value_survives_json() {
        let fields = Fields::new()
            .with(Field::Default, true)
            .with(Field::Amount, 12.5)
            .with(Field::Status, "PAID");
        let json = serde_json::to_string(&fields).unwrap_or_default();
        assert_eq!(serde_json::from_str::<Fields>(&json).ok(), Some(fields));
    }
}
