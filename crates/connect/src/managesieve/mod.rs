//! The rules of a mailbox over ManageSieve (RFC 5804): read only, over TLS only.
//!
//! An intruder hides notices by a rule that forwards, moves or deletes them. What stands in
//! the active script becomes a record whenever it is another than before; what changed is
//! found by comparing (`sellkeep_mail::mailbox_rules` reads it). No script is ever written.

mod script;
mod talk;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use sellkeep_model::{Record, sha256};
use serde_json::{Map, Value, json};

use crate::connector::{Batch, Connector, Fetching, Trouble};
use crate::mailbox::{MailboxSecret, Settings, Tokens};
use script::Script;
use talk::Talk;

/// The registered port (RFC 5804 section 1.8).
pub const PORT: u16 = 4190;
/// The source of the records, as their reader knows it.
pub const SOURCE: &str = "mailbox.rules";
/// How often the rules are read: an intruder's rule works from its first minute on.
const EVERY: Duration = Duration::from_mins(1);
/// Scripts that one includes; more are said to be left out.
const INCLUDED_MAX: usize = 10;

/// The rules of a mailbox.
pub struct Rules {
    settings: Settings,
    secret: MailboxSecret,
    tokens: Tokens,
    /// They were read before, so that the next look may wait.
    looked: bool,
}

impl Rules {
    /// The rules of a mailbox; nothing is connected yet.
    pub fn new(settings: Settings, secret: MailboxSecret) -> Result<Rules, Trouble> {
        settings.check()?;
        if secret.main.is_empty() {
            return Err(Trouble::NoSecret);
        }
        Ok(Rules {
            settings,
            secret,
            tokens: Tokens::default(),
            looked: false,
        })
    }

    async fn look(&mut self, cursor: &str) -> Result<Batch, Trouble> {
        if self.looked {
            tokio::time::sleep(EVERY).await;
        }
        let (rules, problems) = self.read().await?;
        self.looked = true;
        let body = json!({ "rules": rules });
        let digest = sha256(body.to_string().as_bytes());
        let records = if digest == cursor {
            Vec::new()
        } else {
            vec![record(body)]
        };
        Ok(Batch {
            records,
            next_cursor: digest,
            problems,
            left: None,
        })
    }

    /// Every rule of the active script and of what it includes.
    async fn read(&mut self) -> Result<(Vec<Value>, Vec<String>), Trouble> {
        let mut talk = self.enter().await?;
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        let Some(active) = talk.active().await? else {
            talk.leave().await;
            return Ok((rules, problems));
        };
        let mut wanted = vec![active];
        let mut read = 0;
        while let Some(name) = wanted.get(read).cloned() {
            read += 1;
            let script = Script::read(&talk.script(&name).await?);
            for included in script.includes {
                if !wanted.contains(&included) && wanted.len() <= INCLUDED_MAX {
                    wanted.push(included);
                }
            }
            rules.extend(script.rules);
            problems.extend(script.problem);
        }
        talk.leave().await;
        Ok((rules, problems))
    }

    async fn enter(&mut self) -> Result<Talk, Trouble> {
        match &self.settings.oauth {
            None => Talk::with_password(&self.settings, &self.secret.main).await,
            Some(oauth) => {
                let usable = self.tokens.access(oauth, &self.secret).await?;
                let talk = Talk::with_token(&self.settings, &usable.token).await;
                talk.inspect_err(|_| self.tokens.forget())
            }
        }
    }
}

impl Connector for Rules {
    fn fetch<'a>(&'a mut self, cursor: &'a str) -> Fetching<'a> {
        Box::pin(self.look(cursor))
    }

    fn new_secret(&self) -> Option<String> {
        self.tokens.renewed().map(str::to_owned)
    }
}

fn record(body: Value) -> Record {
    Record {
        at: Timestamp::now(),
        account: String::new(),
        source: SOURCE.to_owned(),
        operation: None,
        request: Map::new(),
        status: None,
        body,
        headers: BTreeMap::new(),
        signature: None,
        eml: None,
        eml_base64: None,
        folder: None,
        clock: false,
    }
}
