//! Walmart signs method, path, time and the body's digest: `WM_SEC.SIGNATURE`, base64.
//!
//! Source: <https://developer.walmart.com/us-marketplace/docs/security-and-authenticity>.
//! The names of its headers hold a dot; some servers in front of us drop such names.

use jiff::Timestamp;
use sellkeep_model::sha256;

use crate::hook::{Encoding, HookRequest, Refusal, Secret, Verified, fresh, id_in, signed_by_any};

const TIMESTAMP: &str = "WM_SEC.TIMESTAMP";
const SIGNATURE: &str = "WM_SEC.SIGNATURE";

/// Checks a hook of Walmart's.
pub(crate) fn verify(
    secrets: &[Secret],
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let seconds = request.header(TIMESTAMP)?;
    let signature = Encoding::Base64
        .decode(request.header(SIGNATURE)?)
        .ok_or(Refusal::HeaderUnreadable(SIGNATURE))?;
    let signed = [
        request.method,
        request.path_and_query,
        seconds,
        &sha256(request.body),
    ]
    .join("\n");
    let key = |secret: &Secret| Some(secret.bytes().to_vec());
    signed_by_any(secrets, key, &[signed.as_bytes()], &[signature])?;
    let sent_at = fresh(TIMESTAMP, seconds, now)?;
    Ok(Verified {
        dedupe_id: id_in(request.body, "/source/eventId"),
        sent_at: Some(sent_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "walmart-secret";
    const PATH: &str = "/webhooks/walmart/performance?x=1";
    const BODY: &[u8] = br#"{"source":{"eventType":"OFFER_UNPUBLISHED"}}"#;
    const SIGNED: &str = "2UwojaxmsWZIBGtsvKlGsVKFe4TcU7A1jc+sAInzZOY=";
    const AT: i64 = 1_700_000_000;

    struct Case<'a> {
        secrets: &'a [&'a str],
        method: &'a str,
        path: &'a str,
        seconds: &'a str,
        body: &'a [u8],
        now: i64,
    }

    const GOOD: Case<'static> = Case {
        secrets: &[SECRET],
        method: "POST",
        path: PATH,
        seconds: "1700000000",
        body: BODY,
        now: AT + 10,
    };

    fn check(case: &Case<'_>) -> Result<Verified, Refusal> {
        let secrets: Vec<Secret> = case.secrets.iter().map(|text| Secret::new(text)).collect();
        let request = HookRequest {
            method: case.method,
            path_and_query: case.path,
            headers: &[
                ("wm_sec.timestamp", case.seconds),
                ("wm_sec.signature", SIGNED),
            ],
            body: case.body,
        };
        verify(
            &secrets,
            &request,
            Timestamp::from_second(case.now).expect("a time"),
        )
    }

    #[test]
    fn the_vector() {
        let verified = check(&GOOD).expect("verified");
        assert_eq!(verified.sent_at.map(Timestamp::as_second), Some(AT));
        assert_eq!(verified.dedupe_id, sha256(BODY));
        assert!(
            check(&Case {
                secrets: &["new", SECRET],
                ..GOOD
            })
            .is_ok()
        );
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        let mut changed = BODY.to_vec();
        changed[3] ^= 1;
        let wrong = [
            Case {
                body: &changed,
                ..GOOD
            },
            Case {
                secrets: &["other"],
                ..GOOD
            },
            Case {
                method: "PUT",
                ..GOOD
            },
            Case {
                path: "/webhooks/walmart/performance?x=2",
                ..GOOD
            },
            Case {
                seconds: "1700000001",
                ..GOOD
            },
        ];
        for case in wrong {
            assert_eq!(check(&case), Err(Refusal::WrongSignature));
        }
    }

    #[test]
    fn an_old_one_sent_again() {
        assert_eq!(
            check(&Case {
                now: AT + 301,
                ..GOOD
            }),
            Err(Refusal::TooOld)
        );
        assert_eq!(
            check(&Case {
                now: AT - 301,
                ..GOOD
            }),
            Err(Refusal::TooNew)
        );
    }
}
