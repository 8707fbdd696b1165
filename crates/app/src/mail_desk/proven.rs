//! Is the mail from whom it says? Only a proven sender is answered: an answer to a forged
//! From would be unwanted mail from us to a stranger.

use jiff::Timestamp;
use sellkeep_connect::smtp::{Reply, Taken};
use sellkeep_mail::Headers;
use sellkeep_mail::authentication::{Authentication, authenticate};
use sellkeep_mail::sender::{FromProblem, Sender};
use sellkeep_model::{Answer, DnsQuestion, Envelope};

use super::settings::Settings;
use crate::answers::Answers;

/// Rounds of asking the DNS: SPF may include others up to ten times (RFC 7208 section 4.6.4).
const ROUNDS_MAX: usize = 13;

/// How a mail came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Somebody connected to us.
    Connection,
    /// It lay in a mailbox; who brought it there is not known.
    Mailbox,
}

/// The address a mail is proven to be from, or the answer to its session.
pub fn sender(
    settings: &Settings,
    answers: &Answers,
    mail: &Taken,
    headers: &Headers<'_>,
    way: Way,
    now: Timestamp,
) -> Result<String, Reply> {
    let from = Sender::read(headers);
    // A domain of a test or of a private network ends in no known top level; DNS decides.
    let odd = from
        .problems
        .iter()
        .any(|problem| *problem != FromProblem::BadDomain);
    let (Some(address), false) = (&from.address, odd) else {
        return Err(Reply::new(
            550,
            "5.7.1",
            "From must name exactly one sender",
        ));
    };
    if !settings.may_ask(address) {
        return Err(Reply::new(
            550,
            "5.7.1",
            "This sender is not on the list of those who may ask",
        ));
    }
    if way == Way::Connection && settings.submission_servers.contains(&mail.client) {
        return Ok(address.clone());
    }
    let relayed = way == Way::Mailbox || settings.relays.contains(&mail.client);
    let envelope = Envelope {
        helo: Some(mail.helo.clone()),
        mail_from: Some(mail.mail_from.clone()),
        rcpt_to: None,
        client_ip: (!relayed).then_some(mail.client),
        received_at: Some(now),
    };
    let found = ask(answers, &from, headers, &envelope, &mail.bytes, now);
    judged(&found).map(|()| address.clone())
}

fn judged(found: &Authentication) -> Result<(), Reply> {
    let dmarc = found.dmarc.as_ref();
    if dmarc.is_some_and(|dmarc| dmarc.dkim_aligned || dmarc.spf_aligned) {
        return Ok(());
    }
    let unanswered = |answer: &Option<Answer>| matches!(answer, None | Some(Answer::Failed));
    if found.dns.iter().any(|used| unanswered(&used.answer)) {
        return Err(Reply::new(
            451,
            "4.7.0",
            "The DNS gives no answer about the sender, try again",
        ));
    }
    Err(Reply::new(
        550,
        "5.7.1",
        "Neither SPF nor DKIM of the sender's domain proves that this mail is from there",
    ))
}

/// Authenticates, asking for whatever DNS answers are lacking.
fn ask(
    answers: &Answers,
    from: &Sender,
    headers: &Headers<'_>,
    envelope: &Envelope,
    bytes: &[u8],
    now: Timestamp,
) -> Authentication {
    let once = || authenticate(bytes, headers, from.domain.as_ref(), envelope, answers, now);
    let mut found = once();
    for _ in 0..ROUNDS_MAX {
        let lacking = found.dns.iter().filter(|used| used.answer.is_none());
        let lacking: Vec<DnsQuestion> = lacking.map(|used| used.question.clone()).collect();
        if lacking.is_empty() {
            break;
        }
        answers.ask(&lacking);
        found = once();
    }
    found
}
