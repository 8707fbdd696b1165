//! Events of one mail: ids, times, proof and the details that every one of them has.

use jiff::SignedDuration;
use sellkeep_model::{
    Event, EventKind, Field, Fields, Object, ProofLevel, TimeQuality, Timestamp, Verdict, id_of,
};

use super::Letter;
use super::seen::Seen;
use crate::printable;

/// How far ahead of our own clock a mail's time may lie.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// The object of a mail whose sender cannot be read.
const NO_SENDER: &str = "unknown";

/// What all events of one mail share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) letter: &'a Letter<'a>,
    pub(crate) seen: &'a Seen,
    pub(crate) verdict: Verdict,
}

impl Writer<'_> {
    /// An event of this mail. `proof` is lowered where the mail is not genuine.
    pub(crate) fn event(&self, kind: EventKind, proof: ProofLevel, details: Fields) -> Event {
        let proof = match self.verdict {
            Verdict::Genuine => proof,
            _ => ProofLevel::Claimed,
        };
        let account = self.letter.account;
        let (happened, time_quality) = self.time();
        let object = object(kind, &details);
        Event {
            id: self.id(kind),
            kind,
            account: account.id.clone(),
            marketplace: account.marketplace.clone(),
            store: None,
            happened,
            learned: self.letter.record.at,
            time_quality,
            source: self.letter.record.source.clone(),
            operation: details.text(Field::Notice).map(str::to_owned),
            proof,
            object,
            before: Fields::new(),
            after: self.with_folder(details),
            record: None,
        }
    }

    /// The counted mail itself.
    pub(crate) fn received(&self) -> Event {
        let domain = self.seen.domain.as_ref();
        let domain = domain.map_or(NO_SENDER, |domain| domain.as_str());
        let details = Fields::new()
            .with(Field::Domain, domain)
            .with(Field::Verdict, self.verdict.as_str());
        let mut event = self.event(EventKind::MailReceived, ProofLevel::Proven, details);
        event.object = Some(Object::new("sender-domain", domain));
        event
    }

    fn id(&self, kind: EventKind) -> String {
        let verdict = self.verdict.as_str();
        let account = &self.letter.account.id;
        id_of(&["mail", account, kind.as_str(), verdict, &self.seen.identity])
    }

    fn with_folder(&self, mut details: Fields) -> Fields {
        let folder = self.letter.record.folder.as_deref();
        details.set_if(Field::Folder, folder.map(printable::line));
        details
    }

    /// When the newest server took it. Without one, a genuine mail's own date counts,
    /// which its signature covers; nobody else's does. Nothing comes from the future.
    fn time(&self) -> (Timestamp, TimeQuality) {
        let learned = self.letter.record.at;
        let written = self
            .seen
            .written
            .filter(|_| self.verdict == Verdict::Genuine);
        let Some(at) = self.seen.received.or(written) else {
            return (learned, TimeQuality::Learned);
        };
        let latest = learned.checked_add(AHEAD_MAX).unwrap_or(learned);
        if at > latest {
            (latest, TimeQuality::Clamped)
        } else {
            (at, TimeQuality::Mail)
        }
    }
}

/// What the deed was done to, as far as the details say it.
fn object(kind: EventKind, details: &Fields) -> Option<Object> {
    let of = |kind: &str, field: Field| {
        let id = details.text(field)?;
        Some(Object::new(kind, id))
    };
    match kind {
        EventKind::PayoutMethodAdded
        | EventKind::PayoutMethodRemoved
        | EventKind::PayoutMethodChanged
        | EventKind::PayoutDefaultChanged
        | EventKind::PayoutSettingsChanged => of("deposit-method", Field::Tail),
        EventKind::OrderReceived | EventKind::RefundIssued | EventKind::ChargebackOpened => {
            of("order", Field::Order)
        }
        EventKind::UserInvited
        | EventKind::UserAdded
        | EventKind::UserRemoved
        | EventKind::UserPermissionsChanged => of("user", Field::UserDigest),
        EventKind::AppAuthorized | EventKind::AppRevoked => of("app", Field::App),
        EventKind::MailForged => of("sender-domain", Field::Domain),
        EventKind::ListingCreated => of("listing", Field::Title),
        _ => None,
    }
}
