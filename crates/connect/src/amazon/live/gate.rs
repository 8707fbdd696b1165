//! The one way to Amazon: allow-list, budgets, tokens, limits, for all accounts of a process.
//!
//! Invariant: a request leaves only if the list of operations allows its method and
//! path as they were finally written. Not here: when to ask (`plan`), what to make of an
//! answer (`source`).

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use reqwest::{Client, Method};
use serde_json::Value as Json;
use tokio::sync::Semaphore;
use url::Url;

use super::answer::Answer;
use super::budget::Budgets;
use super::clock::{Clock, SystemClock};
use super::grant::{AccessToken, Grant, NoToken, Tokens};
use super::operation::{Verb, allowed};
use super::plan::Kind;
use super::question::Question;
use super::settings::Settings;
use super::wire;
use crate::connector::Trouble;

/// Amazon refuses pages beyond 10 MB (listFinancialEvents); some room for other operations.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A table of some hundred thousand listings.
const DOCUMENT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Requests at once: after an outage all accounts are due in the same second.
const AT_ONCE_MAX: usize = 64;
/// Where documents lie: Amazon's own storage.
const DOCUMENT_HOSTS: &str = ".amazonaws.com";

/// An account that may be read.
#[derive(Debug, Clone)]
pub struct Access {
    /// Which one.
    pub settings: Settings,
    /// With what right.
    pub grant: Grant,
}

impl Access {
    /// What Amazon counts calls by.
    fn counted_as(&self) -> String {
        let settings = &self.settings;
        format!(
            "{}/{}/{}",
            settings.client_id,
            settings.region.address(),
            settings.seller
        )
    }
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Amazon answered, whatever it was.
    Answered(Answer),
    /// The budget is used up until then; nothing was sent.
    Later(Timestamp),
}

/// The way to Amazon.
#[derive(Debug)]
pub struct Gate {
    http: Client,
    tokens: Tokens,
    budgets: Budgets,
    clock: Arc<dyn Clock>,
    at_once: Semaphore,
    /// What is worth asking for now, by seller.
    hints: Mutex<HashMap<String, BTreeSet<Kind>>>,
}

impl Gate {
    /// A gate by the machine's clock.
    pub fn new() -> Result<Gate, Trouble> {
        Gate::with(Arc::new(SystemClock), None)
    }

    /// A gate by another clock, that waits so long for an answer.
    pub fn with(clock: Arc<dyn Clock>, answer_within: Option<Duration>) -> Result<Gate, Trouble> {
        Ok(Gate {
            http: wire::client(answer_within)?,
            tokens: Tokens::default(),
            budgets: Budgets::default(),
            clock,
            at_once: Semaphore::new(AT_ONCE_MAX),
            hints: Mutex::default(),
        })
    }

    /// What time it is here.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Something is worth asking for before its time: a notification came.
    pub fn hint(&self, seller: &str, kind: Kind) {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        hints.entry(seller.to_owned()).or_default().insert(kind);
    }

    /// Whether something is.
    pub fn is_hinted(&self, seller: &str) -> bool {
        let hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        hints.contains_key(seller)
    }

    /// Takes the hints of a seller.
    pub fn take_hints(&self, seller: &str) -> BTreeSet<Kind> {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        hints.remove(seller).unwrap_or_default()
    }

    /// Asks one question, with a new token where the old one ran out on the way.
    pub async fn ask(&self, access: &Access, question: &Question) -> Result<Asked, NoToken> {
        let asked = self.once(access, question).await?;
        match asked {
            Asked::Answered(answer) if answer.token_is_over() => {
                self.tokens.forget(&access.settings, &access.grant);
                self.once(access, question).await
            }
            asked => Ok(asked),
        }
    }

    async fn once(&self, access: &Access, question: &Question) -> Result<Asked, NoToken> {
        let (settings, grant) = (&access.settings, &access.grant);
        let address = address(settings, question).map_err(NoToken::Trouble)?;
        // The semaphore is never closed; without a permit one request more is no harm.
        let _permit = self.at_once.acquire().await.ok();
        let token = self
            .tokens
            .access(&self.http, settings, grant, self.now())
            .await?;
        let (account, operation) = (access.counted_as(), question.operation());
        if let Err(later) = self.budgets.take(&account, operation, self.now()) {
            return Ok(Asked::Later(later));
        }
        let answer = self.send(address, question, &token).await;
        let answer = answer.map_err(NoToken::Trouble)?;
        if let Some(rate) = answer.rate {
            self.budgets.told(&account, operation, rate, self.now());
        }
        if answer.status == 429 {
            self.budgets.empty(&account, operation, self.now());
        }
        Ok(Asked::Answered(answer))
    }

    async fn send(
        &self,
        address: Url,
        question: &Question,
        token: &AccessToken,
    ) -> Result<Answer, Trouble> {
        let method = match question.verb() {
            Verb::Get => Method::GET,
            Verb::PostReport => Method::POST,
        };
        let mut request = self.http.request(method, address);
        let mut secret = reqwest::header::HeaderValue::from_str(token.reveal())
            .map_err(|_| Trouble::Strange("the sign-in service"))?;
        secret.set_sensitive(true);
        request = request.header("x-amz-access-token", secret);
        if let Some(body) = question.body() {
            request = request.json(&body);
        }
        let bytes = wire::send(request, ANSWER_BYTES_MAX, "while asking Amazon").await?;
        Ok(Answer::of(bytes))
    }

    /// Fetches a report's document from where Amazon says it lies. No token goes there.
    pub async fn document(
        &self,
        access: &Access,
        place: &str,
        packed: bool,
    ) -> Result<String, Trouble> {
        let place = document_place(&access.settings, place)?;
        let request = self.http.get(place);
        let bytes = wire::send(request, DOCUMENT_BYTES_MAX, "while fetching a report").await?;
        if bytes.status != 200 {
            return Err(Trouble::Refused("hand out a report"));
        }
        let body = if packed {
            unpacked(&bytes.body)?
        } else {
            bytes.body
        };
        Ok(text(body, bytes.charset.as_deref()))
    }
}

/// The whole address of a question, compared with the list of what may be asked.
fn address(settings: &Settings, question: &Question) -> Result<Url, Trouble> {
    let base = Url::parse(settings.address())
        .map_err(|_| Trouble::Settings("Amazon's address cannot be read".to_owned()))?;
    let mut address = base
        .join(&question.path())
        .map_err(|_| Trouble::Settings("a question cannot be written".to_owned()))?;
    if !question.query().is_empty() {
        address.query_pairs_mut().extend_pairs(question.query());
    }
    let method = question.verb().as_str();
    let known = allowed(method, address.path()) == Some(question.operation());
    if !known || address.origin() != base.origin() {
        return Err(Trouble::Settings(
            "a question leads to what may not be asked; nothing was sent".to_owned(),
        ));
    }
    Ok(address)
}

/// A document lies in Amazon's storage, or where the tests' server is.
fn document_place(settings: &Settings, place: &str) -> Result<Url, Trouble> {
    let strange = Trouble::Strange("where a report lies");
    let place = Url::parse(place).map_err(|_| strange.clone())?;
    let stored = place.scheme() == "https"
        && place.port().is_none()
        && place
            .host_str()
            .is_some_and(|host| host.to_ascii_lowercase().ends_with(DOCUMENT_HOSTS));
    let own = settings
        .address
        .as_deref()
        .and_then(|own| Url::parse(own).ok());
    let here = own.is_some_and(|own| own.origin() == place.origin());
    if stored || here {
        Ok(place)
    } else {
        Err(strange)
    }
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, Trouble> {
    let limit = u64::try_from(DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX);
    let mut body = Vec::new();
    let mut reader = GzDecoder::new(packed).take(limit + 1);
    reader
        .read_to_end(&mut body)
        .map_err(|_| Trouble::Strange("a packed report"))?;
    if body.len() > DOCUMENT_BYTES_MAX {
        return Err(Trouble::TooMuch("a report"));
    }
    Ok(body)
}

/// A report's text: by the character set that is told, else UTF-8 where it is that, else
/// the one that Amazon's western tables come in.
fn text(body: Vec<u8>, charset: Option<&str>) -> String {
    let told = charset.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
    match String::from_utf8(body) {
        Ok(text) => text,
        Err(other) => {
            let encoding = told
                .filter(|told| *told != encoding_rs::UTF_8)
                .unwrap_or(encoding_rs::WINDOWS_1252);
            encoding.decode(other.as_bytes()).0.into_owned()
        }
    }
}

/// The place and the packing of a document, out of Amazon's answer.
pub(super) fn document_of(body: &Json) -> Option<(&str, bool)> {
    let body = body.get("payload").unwrap_or(body);
    let place = body.get("url")?.as_str()?;
    let packing = body.get("compressionAlgorithm").and_then(Json::as_str);
    Some((place, packing == Some("GZIP")))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn settings(address: Option<&str>) -> Settings {
        let mut settings = Settings::parse(
            r#"{"region":"eu","seller":"A1B2","stores":["A1PA6795UKMFR9"],"client_id":"c"}"#,
        )
        .expect("settings");
        settings.address = address.map(str::to_owned);
        settings
    }

    #[test]
    fn a_question_goes_to_the_regions_address() {
        let address = address(
            &settings(None),
            &Question::payment_methods("A1PA6795UKMFR9"),
        );
        assert_eq!(
            address.expect("an address").as_str(),
            "https://sellingpartnerapi-eu.amazon.com/finances/transfers/2024-06-01/paymentMethods?marketplaceId=A1PA6795UKMFR9"
        );
    }

    #[test]
    fn a_question_that_leads_elsewhere_is_not_sent() {
        for id in ["..", ".", ""] {
            let refused = address(&settings(None), &Question::report(id));
            assert!(
                matches!(refused, Err(Trouble::Settings(says)) if says.contains("nothing was sent")),
                "{id}"
            );
        }
    }

    #[test]
    fn a_document_is_fetched_from_amazons_storage_only() {
        let here = Some("http://127.0.0.1:4510");
        for (place, own, good) in [
            (
                "https://tortuga-prod-eu.s3-eu-west-1.amazonaws.com/1?X-Amz-Signature=x",
                None,
                true,
            ),
            ("https://amazonaws.com.evil.example/1", None, false),
            ("http://a.s3.amazonaws.com/1", None, false),
            ("https://a.s3.amazonaws.com:8443/1", None, false),
            ("http://169.254.169.254/latest", None, false),
            ("http://127.0.0.1:4510/doc/1", here, true),
            ("http://127.0.0.1:4511/doc/1", here, false),
            ("http://127.0.0.1:4510/doc/1", None, false),
            ("file:///etc/passwd", None, false),
        ] {
            let found = document_place(&settings(own), place);
            assert_eq!(found.is_ok(), good, "{place}");
        }
    }

    #[test]
    fn a_packed_report_has_a_limit() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..=DOCUMENT_BYTES_MAX / piece.len() {
            packer.write_all(&piece).expect("packed");
        }
        let bomb = packer.finish().expect("packed");
        assert_eq!(unpacked(&bomb), Err(Trouble::TooMuch("a report")));
        assert_eq!(
            unpacked(b"no gzip"),
            Err(Trouble::Strange("a packed report"))
        );
    }

    #[test]
    fn a_table_is_read_in_whatever_it_is_written() {
        assert_eq!(text("Größe".into(), None), "Größe");
        assert_eq!(text(vec![b'G', b'r', 0xF6], None), "Grö");
        let japanese = encoding_rs::SHIFT_JIS.encode("出品者SKU").0.into_owned();
        assert_eq!(text(japanese, Some("shift_jis")), "出品者SKU");
    }
}
