//! Deposit methods, listings, applications and settings as Entity Management (3004).

use sellkeep_model::{Event, EventKind, Fields};
use serde_json::{Value, json};

use super::About;
use super::base::{self, Activity, Class};

const CLASS: Class = Class {
    number: 3004,
    name: "Entity Management",
    category: "Identity & Access Management",
};

const CREATE: Activity = Activity {
    number: 1,
    name: "Create",
};
const UPDATE: Activity = Activity {
    number: 3,
    name: "Update",
};
const DELETE: Activity = Activity {
    number: 4,
    name: "Delete",
};

/// A kind of entity that the schema does not list.
const ENTITY_OTHER: u32 = 99;

/// The event, where a thing was made, changed or deleted.
pub fn of(about: &About<'_>, event: &Event) -> Option<Value> {
    let (activity, what) = deed(event.kind)?;
    let mut line = base::of_event(about, CLASS, activity, event);
    line.insert("entity".to_owned(), entity(event, what, &event.before));
    if !event.after.is_empty() {
        let after = entity(event, what, &event.after);
        line.insert("entity_result".to_owned(), after);
    }
    line.insert("status_id".to_owned(), base::status(event).into());
    Some(Value::Object(line))
}

/// The thing, by its own id or, where it has none, by the account that it belongs to.
fn entity(event: &Event, what: &str, fields: &Fields) -> Value {
    let id = event
        .object
        .as_ref()
        .map_or(&event.account, |object| &object.id);
    let mut entity = json!({ "type_id": ENTITY_OTHER, "type": what, "uid": id });
    if !fields.is_empty() {
        entity["data"] = json!(fields);
    }
    entity
}

fn deed(kind: EventKind) -> Option<(Activity, &'static str)> {
    money(kind)
        .or_else(|| catalogue(kind))
        .or_else(|| access(kind))
}

fn money(kind: EventKind) -> Option<(Activity, &'static str)> {
    use EventKind as K;
    Some(match kind {
        K::PayoutMethodAdded => (CREATE, "Disbursement Account"),
        K::PayoutMethodRemoved => (DELETE, "Disbursement Account"),
        K::PayoutMethodChanged | K::PayoutDefaultChanged | K::PayoutSettingsChanged => {
            (UPDATE, "Disbursement Account")
        }
        K::WalletAccountAdded => (CREATE, "Wallet Destination"),
        K::WalletScheduleChanged => (UPDATE, "Wallet Schedule"),
        K::ChargeMethodChanged => (UPDATE, "Charge Method"),
        K::PayoutCreated => (CREATE, "Payout"),
        K::PayoutStatusChanged | K::PayoutBlocked => (UPDATE, "Payout"),
        _ => return None,
    })
}

fn catalogue(kind: EventKind) -> Option<(Activity, &'static str)> {
    use EventKind as K;
    Some(match kind {
        K::ListingCreated => (CREATE, "Listing"),
        K::ListingDeleted => (DELETE, "Listing"),
        K::ListingStatusChanged
        | K::ListingPriceChanged
        | K::ListingQuantityChanged
        | K::ListingEnforcement
        | K::ListingContentChanged
        | K::ListingPromiseChanged => (UPDATE, "Listing"),
        K::StorefrontChanged => (UPDATE, "Storefront"),
        _ => return None,
    })
}

fn access(kind: EventKind) -> Option<(Activity, &'static str)> {
    use EventKind as K;
    Some(match kind {
        K::AppAuthorized => (CREATE, "Application Authorisation"),
        K::AppRevoked => (DELETE, "Application Authorisation"),
        K::AppScopesChanged => (UPDATE, "Application Authorisation"),
        K::NotificationAddressChanged | K::NotificationSettingsChanged => {
            (UPDATE, "Notification Settings")
        }
        K::MailRuleChanged => (UPDATE, "Mailbox Rule"),
        K::AccountIdentityChanged => (UPDATE, "Business Identity"),
        K::AccountStoreNameChanged => (UPDATE, "Shop Name"),
        K::AccountPlanChanged => (UPDATE, "Selling Plan"),
        K::AccountParticipationChanged | K::AccountListingsSuspended => (UPDATE, "Store"),
        K::SecretRotated => (UPDATE, "Application Secret"),
        K::QueuePolicyWeak => (UPDATE, "Queue Policy"),
        K::SubscriptionMissing => (DELETE, "Subscription"),
        _ => return None,
    })
}
