//! Changes of a sign-in as Account Change (3001).

use sellkeep_model::{Event, EventKind};
use serde_json::{Value, json};

use super::About;
use super::base::{self, Activity, Class, OTHER};

const CLASS: Class = Class {
    number: 3001,
    name: "Account Change",
    category: "Identity & Access Management",
};

/// The event, where it is such a change.
pub fn of(about: &About<'_>, event: &Event) -> Option<Value> {
    let activity = activity(event.kind)?;
    let mut line = base::of_event(about, CLASS, activity, event);
    line.insert("user".to_owned(), user(event));
    line.insert("status_id".to_owned(), base::status(event).into());
    Some(Value::Object(line))
}

/// Whose sign-in it is: the account's, as far as no source names a person.
pub fn user(event: &Event) -> Value {
    let account = json!({ "uid": event.account, "name": event.account });
    let field = |field| event.after.text(field).or_else(|| event.before.text(field));
    let mut user = json!({ "account": account });
    if let Some(name) = field(sellkeep_model::Field::User) {
        user["name"] = name.into();
    }
    if let Some(digest) = field(sellkeep_model::Field::UserDigest) {
        user["uid"] = digest.into();
    }
    user
}

fn activity(kind: EventKind) -> Option<Activity> {
    use EventKind as K;
    let (number, name) = match kind {
        K::PasswordChanged => (3, "Password Change"),
        K::RecoveryStarted | K::RecoveryCodeUsed => (4, "Password Reset"),
        K::TwoStepEnabled => (10, "MFA Factor Enable"),
        K::TwoStepDisabled => (11, "MFA Factor Disable"),
        K::EmailChanged => (OTHER, "Sign-in Address Change"),
        K::PhoneChanged => (OTHER, "Phone Change"),
        K::NameChanged => (OTHER, "Name Change"),
        K::TwoStepChanged => (OTHER, "MFA Factor Change"),
        K::PasskeyAdded => (OTHER, "Passkey Added"),
        K::UserInvited => (OTHER, "User Invited"),
        K::AccountStatusChanged => (OTHER, "Standing Change"),
        K::AccountCompromiseSuspected => (OTHER, "Compromise Suspected"),
        _ => return None,
    };
    Some(Activity { number, name })
}
