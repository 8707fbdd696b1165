//! What programs were answered: the same request sent twice is done once.
//!
//! Kept under the name that the program chose, with a hash of what it asked. Not here:
//! what a request is (`console`).

use jiff::Timestamp;

use crate::error::{Result, Step};
use crate::page::name;
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    BEGIN: Scope::Tenant,
        "INSERT INTO answers (tenant, name, request, at, status, body) \
         VALUES ($1, $2, $3, $4, 0, '') ON CONFLICT (tenant, name) DO NOTHING";
    GET: Scope::Tenant,
        "SELECT request, status, body FROM answers WHERE tenant = $1 AND name = $2";
    END: Scope::Tenant,
        "UPDATE answers SET status = $3, body = $4 WHERE tenant = $1 AND name = $2 AND status = 0";
    FORGET_ONE: Scope::Tenant,
        "DELETE FROM answers WHERE tenant = $1 AND name = $2 AND status = 0";
    FORGET: Scope::Machine("answers are forgotten by age, whose ever they were"),
        "DELETE FROM answers WHERE at < $1";
}

/// An answer that was given under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// A hash of what was asked.
    pub request: String,
    /// The status of the answer; 0 while it is being worked on.
    pub status: u16,
    /// The answer.
    pub body: String,
}

impl Store {
    /// Begins to answer under a name. `None`: it is new; otherwise what is there.
    pub async fn begin_answer(
        &self,
        tenant: &Tenant,
        called: &str,
        request: &str,
        now: Timestamp,
    ) -> Result<Option<Answered>> {
        let mut write = self.write().await?;
        let query = BEGIN.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(called, "a request's key")?);
        let query = query.bind(request.to_owned()).bind(now.as_microsecond());
        let done = query.execute(write.connection()).await;
        if done.step("begin an answer")?.rows_affected() > 0 {
            write.commit().await?;
            return Ok(None);
        }
        let query = GET.on(write.engine).bind(tenant.bound());
        let row = query.bind(called.to_owned()).fetch_one(write.connection());
        let row = row.await.step("read an answer")?;
        Ok(Some(Answered {
            request: row.text(0)?,
            status: u16::try_from(row.number(1)?).unwrap_or_default(),
            body: row.text(2)?,
        }))
    }

    /// Keeps the answer that was given under a name.
    pub async fn end_answer(
        &self,
        tenant: &Tenant,
        called: &str,
        status: u16,
        body: &str,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let query = END.on(write.engine).bind(tenant.bound());
        let query = query.bind(called.to_owned()).bind(i64::from(status));
        let done = query.bind(body.to_owned()).execute(write.connection());
        done.await.step("keep an answer")?;
        write.commit().await
    }

    /// Forgets an answer that was begun and came to nothing: it may be tried again.
    pub async fn drop_answer(&self, tenant: &Tenant, called: &str) -> Result<()> {
        let mut write = self.write().await?;
        let query = FORGET_ONE.on(write.engine).bind(tenant.bound());
        let done = query.bind(called.to_owned()).execute(write.connection());
        done.await.step("drop an answer")?;
        write.commit().await
    }

    /// Forgets answers of before a time.
    pub async fn forget_answers(&self, before: Timestamp) -> Result<u64> {
        let mut write = self.write().await?;
        let query = FORGET.on(write.engine).bind(before.as_microsecond());
        let done = query.execute(write.connection()).await;
        let gone = done.step("forget answers")?.rows_affected();
        write.commit().await?;
        Ok(gone)
    }
}
