//! Nothing is sent into a private network unless the setting says so.

use sellkeep_connect::channels::{Trouble, parse, send};

use crate::kinds::CASES;
use crate::peer::{Peer, reply};
use crate::smtp::{Authority, Server};
use crate::{QUICK, channel, message, wire};

#[test]
fn no_channel_takes_http_or_a_private_number_by_itself() {
    for case in CASES {
        for url in [
            "http://hook.example",
            "https://127.0.0.1",
            "https://[::1]",
            "https://169.254.169.254",
            "https://10.0.0.1",
        ] {
            let settings = case.settings.replace("URL", url);
            let text = format!("[[channel]]\nname='one'\nkind='{}'\n{settings}", case.kind);
            assert!(parse(&text).is_err(), "{} {url}", case.kind);
        }
    }
}

/// `localhost` is a name, so it is known only when it is resolved.
#[tokio::test]
async fn a_name_that_leads_into_a_private_network_is_not_connected_to() {
    let wire = wire();
    for case in CASES {
        let peer = Peer::start(vec![reply(200, "ok")]).await;
        let url = peer.url.replace("http://127.0.0.1", "https://localhost");
        let settings = case.settings.replace("URL", &url);
        let channel = channel(&format!("kind = '{}'\n{settings}", case.kind));
        let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
        let error = sent.expect_err("closed");
        assert!(
            matches!(error.trouble, Trouble::Forbidden { .. }),
            "{}: {error}",
            case.kind
        );
        assert_eq!(error.tries, 1);
        assert!(
            error.to_string().contains("allow_private = true"),
            "{error}"
        );
        assert!(peer.seen().is_empty());
    }
}

#[tokio::test]
async fn a_name_in_a_private_network_is_reached_where_the_setting_says_so() {
    let wire = wire();
    let peer = Peer::start(vec![reply(200, "ok")]).await;
    let url = peer.url.replace("127.0.0.1", "localhost");
    let settings = format!("kind = 'slack'\nurl = '{url}/x'\nallow_private = true");
    let channel = channel(&settings);
    let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
    assert!(sent.is_ok(), "{sent:?}");
    assert_eq!(peer.seen().len(), 1);
}

/// A TLS server with a certificate of an authority that nobody knows.
#[tokio::test]
async fn nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for() {
    let authority = Authority::new();
    let Some(server) = Server::start("tls", Some(&authority)) else {
        return;
    };
    let settings = format!(
        "kind = 'slack'\nurl = 'https://localhost:{}/s3cret'\nallow_private = true",
        server.port
    );
    let channel = channel(&settings);
    let wire = wire();
    let sent = send(&wire, "one", channel.channel.as_ref(), &message(), QUICK).await;
    let error = sent.expect_err("an unknown authority").to_string();
    assert!(
        error.contains("no secure connection could be made"),
        "{error}"
    );
    assert!(!error.contains("s3cret"), "{error}");
}
