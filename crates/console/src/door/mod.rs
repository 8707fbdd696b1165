//! The door: who is asking, and how one gets in.
//!
//! Invariants: what a browser holds is random and is kept as a hash only; signing in
//! always makes a new one; every failure of a sign-in looks the same.

mod code;
mod lock;
mod password;
mod token;
mod visitor;

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::TENANT_DEFAULT;
use sellkeep_store::{Invitation, Person, Role, Session, Store, Tenant, Versioned};

pub use code::{Codes, recovery_codes};
pub use lock::{failed, is_locked};
pub use password::{hashed, is_right, weakness};
pub use token::Token;
pub use visitor::{ACT, READ, SignedIn, Visitor, set_cookie};

/// How long a first link is good for: long enough to walk to another room.
const FIRST_LINK_LASTS: SignedDuration = SignedDuration::from_hours(1);
/// A session ends after that, however busy it is.
const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A session that nobody used for so long is over: a laptop left in a train.
pub const IDLE_MAX: SignedDuration = SignedDuration::from_hours(3 * 24);

/// A program's token ends after that and must be made anew.
const PROGRAM_LASTS: SignedDuration = SignedDuration::from_hours(365 * 24);

/// The key of the link by which the first owner gets in; `None` where somebody is in already.
/// Earlier links end.
pub async fn first_link(
    store: &Store,
    now: Timestamp,
) -> Result<Option<String>, sellkeep_store::Error> {
    if store.has_people().await? {
        return Ok(None);
    }
    let tenant = Tenant::new(TENANT_DEFAULT);
    store.take_back_invitations(&tenant).await?;
    let key = invite(store, &tenant, Role::Owner, now + FIRST_LINK_LASTS).await?;
    Ok(Some(key))
}

/// Makes a one-time link and returns its key.
pub async fn invite(
    store: &Store,
    tenant: &Tenant,
    role: Role,
    ends: Timestamp,
) -> Result<String, sellkeep_store::Error> {
    let key = Token::random();
    let invitation = Invitation {
        hash: key.hash(),
        role: role.as_str().to_owned(),
        ends,
    };
    store.invite(tenant, &invitation).await?;
    Ok(key.as_str().to_owned())
}

/// Begins a session for a person and returns what the browser is given.
pub async fn begin(
    store: &Store,
    tenant: &Tenant,
    person: &Person,
    device: &str,
    now: Timestamp,
) -> Result<Token, sellkeep_store::Error> {
    keep(store, tenant, person, ("", device, SESSION_LASTS), now).await
}

/// Makes a token for a program, with a scope: [`READ`] or [`ACT`].
pub async fn token_for_program(
    store: &Store,
    tenant: &Tenant,
    person: &Person,
    (scope, device): (&str, &str),
    now: Timestamp,
) -> Result<Token, sellkeep_store::Error> {
    keep(store, tenant, person, (scope, device, PROGRAM_LASTS), now).await
}

async fn keep(
    store: &Store,
    tenant: &Tenant,
    person: &Person,
    (scope, device, lasts): (&str, &str, SignedDuration),
    now: Timestamp,
) -> Result<Token, sellkeep_store::Error> {
    let token = Token::random();
    let session = Session {
        hash: token.hash(),
        person: person.id.clone(),
        scope: scope.to_owned(),
        begun: now,
        seen: now,
        ends: now + lasts,
        device: device.to_owned(),
    };
    store.add_session(tenant, &session).await?;
    Ok(token)
}

/// Whether a code is the person's: of the authenticator or a recovery code. A code is
/// used up by this.
pub async fn takes_code(
    store: &Store,
    tenant: &Tenant,
    person: &mut Versioned<Person>,
    code: &str,
    now: Timestamp,
) -> Result<bool, sellkeep_store::Error> {
    let secret = store.secret(tenant, &secret_name(&person.value.id)).await?;
    let Some(codes) = secret.and_then(|secret| Codes::new(secret.expose())) else {
        return Ok(false);
    };
    let value = &mut person.value;
    if let Some(step) = codes
        .check(code, now)
        .filter(|step| *step > value.last_code)
    {
        value.last_code = step;
    } else {
        let hash = code::recovery_hash(code);
        let before = value.recovery.len();
        value.recovery.retain(|kept| *kept != hash);
        if value.recovery.len() == before {
            return Ok(false);
        }
    }
    store.put_person(tenant, person).await?;
    person.version += 1;
    Ok(true)
}

/// Under which name a person's secret of the second step lies.
pub fn secret_name(person: &str) -> String {
    format!("second-step/{person}")
}
