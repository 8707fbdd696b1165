//! The panic path, verdicts and levels in the reader's language; the rest stays English and
//! is marked as such.

use crate::http::{Request, get};
use crate::place::FAKE;
use crate::shop::opened;

#[test]
fn the_red_button_leads_to_the_first_step_in_the_readers_language() {
    let (server, _) = opened();
    let page = |language: &str| {
        let request = get("/playbooks/password-entered/1").with("accept-language", language);
        server.ask(request).text()
    };
    for (language, button, step) in [
        (
            "de-AT,de;q=0.9",
            "Ich habe mein Passwort eingegeben",
            "Benutzen Sie",
        ),
        ("es", "He escrito mi contraseña", "Deje de usar"),
        ("fr", "J’ai saisi mon mot de passe", "N’utilisez plus"),
        ("it", "Ho digitato la mia password", "Non usi più"),
        ("ja", "パスワードを入力してしまった", "疑わしいタブ"),
        ("zh-CN", "我输入了我的密码", "停止使用"),
        ("pl", "I typed my password", "Stop using the suspect tab"),
    ] {
        let page = page(language);
        assert!(page.contains(button), "{language}: {page}");
        assert!(page.contains(step), "{language}: {page}");
    }
    let german = page("de");
    assert!(
        german.contains("<h1 class=\"step\" lang=\"de\">"),
        "{german}"
    );
    assert!(german.contains("5 Minuten nach dem Vorfall"), "{german}");
    let later = get("/playbooks/password-entered/9").with("accept-language", "de");
    let later = server.ask(later).text();
    assert!(later.contains("<h1 class=\"step\" lang=\"en\">"), "{later}");
}

#[test]
fn a_verdict_and_a_level_are_in_the_readers_language() {
    let (server, owner) = opened();
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"m.eml\"\r\n\r\n{FAKE}\r\n--b--\r\n",
        owner.csrf
    );
    let request = Request::new("POST", "/check")
        .with("content-type", "multipart/form-data; boundary=b")
        .with("accept-language", "de")
        .carrying(body);
    let page = server.asked_by(&owner, request).text();
    assert!(page.contains("gefälscht"), "{page}");
    assert!(
        page.contains("Sie gibt vor, von amazon zu kommen"),
        "{page}"
    );
    let alerts = get("/alerts?filter=act-now").with("accept-language", "it");
    let alerts = server.asked_by(&owner, alerts).text();
    assert!(alerts.contains("lang=\"it\">Agire ora</span>"), "{alerts}");
}
