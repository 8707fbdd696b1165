//! Alerts by the keyboard alone: the keys that the page names, other keys, and none.

use serde_json::json;

use crate::browser::{Browser, Tab};
use crate::routes::full;

/// The title of the alert that the keyboard is at.
const HERE: &str =
    "document.activeElement.matches('[data-alert]') ? document.activeElement.innerText : ''";
/// The answer whose form the keyboard is in.
const ANSWER: &str = "document.activeElement.closest('form')?.id ?? ''";

fn at_alerts(tab: &mut Tab<'_>, address: &str) -> Vec<String> {
    tab.open(address);
    let titles =
        tab.value("[...document.querySelectorAll('[data-alert]')].map((each) => each.innerText)");
    serde_json::from_value(titles).unwrap()
}

#[test]
fn alerts_are_answered_by_keys_as_the_page_says() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = full();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    let titles = at_alerts(&mut tab, &server.address("/alerts"));
    assert!(titles.len() > 2, "{titles:?}");
    tab.click("Keys");
    let told = tab.text();
    for words in ["next, previous alert", "to “Not me”", "to “It is done”"] {
        assert!(told.contains(words), "{told}");
    }
    tab.press("j");
    assert_eq!(tab.value(HERE), json!(titles[0]));
    tab.press("j");
    tab.press("j");
    tab.press("k");
    assert_eq!(tab.value(HERE), json!(titles[1]));
    tab.loading(|tab| tab.press("a"));
    assert_eq!(
        tab.value("document.querySelector('h1').innerText"),
        json!(titles[1])
    );
    assert_eq!(tab.value(ANSWER), json!("acknowledge"));
    for (key, answer) in [("n", "not-me"), ("m", "it-was-me")] {
        tab.value("document.activeElement.blur()");
        tab.press(key);
        assert_eq!(tab.value(ANSWER), json!(answer));
    }
    // In a field, letters are letters.
    tab.press("s");
    assert_eq!(tab.value(ANSWER), json!("it-was-me"));
    tab.value("document.activeElement.blur()");
    tab.press("a");
    tab.enter();
    assert!(tab.text().contains("mia is on it"), "{}", tab.text());
    tab.loading(|tab| tab.press("u"));
    assert_eq!(tab.path(), "/alerts");
    tab.press("j");
    tab.loading(|tab| tab.press("d"));
    assert_eq!(tab.value(ANSWER), json!("resolve"));
    tab.type_into("#came", "we did it ourselves");
    tab.enter();
    assert!(
        tab.text().contains("over: we did it ourselves"),
        "{}",
        tab.text()
    );
}

#[test]
fn keys_can_be_others_or_none() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = full();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/settings"));
    let chosen = |tab: &mut Tab<'_>, key: &str| {
        tab.value("document.querySelector('#key-next').value = ''");
        tab.type_into("#key-next", key);
        tab.click("Keep these keys");
        tab.value("document.querySelector('[data-choose-keys] [role=status]').innerText")
    };
    let refused = chosen(&mut tab, "k");
    assert!(
        refused.as_str().unwrap().starts_with("Not kept"),
        "{refused}"
    );
    assert_eq!(chosen(&mut tab, "x"), json!("Kept on this device."));
    let titles = at_alerts(&mut tab, &server.address("/alerts"));
    assert_eq!(
        tab.value("document.querySelector('[data-key=next]').textContent"),
        json!("x")
    );
    tab.press("j");
    assert_eq!(tab.value(HERE), json!(""));
    tab.press("x");
    assert_eq!(tab.value(HERE), json!(titles[0]));
    tab.open(&server.address("/settings"));
    tab.value("document.querySelector('[name=on]').click()");
    tab.click("Keep these keys");
    at_alerts(&mut tab, &server.address("/alerts"));
    tab.press("x");
    assert_eq!(tab.value(HERE), json!(""));
    assert_eq!(
        tab.value("document.querySelector('[data-keys]').hidden"),
        json!(true)
    );
}
