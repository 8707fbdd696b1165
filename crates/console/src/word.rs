//! What a person says reaches the watch as a record like any other: an answer, a
//! confirmation, a closed incident. So a state made anew knows it too.

use sellkeep_model::{EventKind, Record};
use sellkeep_store::{Intake, NewRecord, READ};
use serde_json::json;

use crate::console::Console;
use crate::door::SignedIn;
use crate::trouble::Trouble;

/// The source of such records.
const SOURCE: &str = "person.console";

/// Files a person's word about something of an account.
pub async fn say(
    console: &Console,
    who: &SignedIn,
    account: &str,
    kind: EventKind,
    (sort, id): (&str, &str),
) -> Result<(), Trouble> {
    let now = console.now();
    let line = json!({
        "at": now, "account": account, "source": SOURCE,
        "body": {
            "kind": kind.as_str(), "happened": now, "by": who.name(),
            "object": {"type": sort, "id": id},
        },
    });
    let record: Record = serde_json::from_value(line)
        .map_err(|_| Trouble::Refused("This cannot be written down.".to_owned()))?;
    let intake = Intake {
        records: vec![NewRecord::of(&record)?],
        job: Some(READ.to_owned()),
        advance: None,
    };
    console.store.ingest(&who.tenant, intake, now).await?;
    Ok(())
}
