//! Every page in a real browser: nothing that keeps people out (axe-core, WCAG 2.2 AA),
//! nothing that runs out of a narrow screen, nothing that needs script, no complaint.

use serde_json::Value;

use crate::browser::{Browser, Look, Tab, axe};
use crate::people::Person;
use crate::place::ACCOUNT;
use crate::server::Server;
use crate::site::Site;

/// What WCAG 2.2 asks at level AA, and axe's own good practice.
const TAGS: &str = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

/// Pages of the site that are looked at, and those that one sees before signing in.
pub fn addresses(server: &Server, person: &Person) -> Vec<String> {
    let site = Site::of(server, person);
    let mut addresses: Vec<String> = site.pages.into_iter().map(|(address, _)| address).collect();
    addresses.extend(["/check", "/sign-in", "/nothing", "/accounts/nobody"].map(str::to_owned));
    addresses.sort();
    addresses.dedup();
    addresses
}

/// Violations of the page that is shown, in words.
fn violations(tab: &mut Tab<'_>) -> Vec<String> {
    let found = tab.value(&format!(
        "axe.run(document, {{resultTypes: ['violations'], runOnly: {{type: 'tag', values: {TAGS}}}}}).then((found) => \
         found.violations.map((each) => each.id + ': ' + each.help + ' ' + \
         each.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' (' + node.failureSummary + ')').join('; ')))"
    ));
    let texts = found.as_array().expect("a list").iter();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// How far a page runs out of the screen to the right, and by what.
fn runs_out(tab: &mut Tab<'_>) -> Option<String> {
    let what = tab.value(
        "(() => { const root = document.scrollingElement; if (root.scrollWidth <= innerWidth) return null; \
         const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1); \
         return root.scrollWidth + ' px: ' + wide.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)).join(' | '); })()",
    );
    what.as_str().map(str::to_owned)
}

/// Looks at every page in every look and says what is wrong.
fn walked(
    server: &Server,
    owner: &Person,
    browser: &mut Browser,
    axe: &str,
) -> (usize, Vec<String>) {
    let addresses = addresses(server, owner);
    let mut tab = browser.tab();
    tab.note_complaints();
    tab.wear(&server.address("/"), &owner.cookie);
    let mut wrong = Vec::new();
    for address in &addresses {
        tab.open(&server.address(address));
        tab.value(&format!("{axe}; true"));
        for look in Look::all(&Look::WIDTHS) {
            tab.look(look);
            let told = format!("{address} at {} px, {}", look.width, look.theme.word());
            let out = runs_out(&mut tab).map(|out| format!("runs out of the screen: {out}"));
            let found = violations(&mut tab).into_iter().chain(out);
            wrong.extend(found.map(|found| format!("{told}: {found}")));
        }
    }
    let expected = |said: &String| said.contains("/nothing") || said.contains("/accounts/nobody");
    let complaints = tab.complaints().into_iter().filter(|said| !expected(said));
    wrong.extend(complaints.map(|said| format!("the browser complains: {said}")));
    (addresses.len(), wrong)
}

#[test]
fn every_page_of_a_full_console_is_open_to_everybody() {
    let (Some(mut browser), Some(axe)) = (Browser::start(), axe()) else {
        return;
    };
    let (server, owner) = crate::routes::full();
    let (pages, wrong) = walked(&server, &owner, &mut browser, &axe);
    assert!(
        wrong.is_empty(),
        "{} of {pages} pages:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{pages} pages in 6 looks: 0 violations");
    assert!(pages > 20, "only {pages} pages");
}

#[test]
fn every_page_of_an_empty_console_is_open_to_everybody() {
    let (Some(mut browser), Some(axe)) = (Browser::start(), axe()) else {
        return;
    };
    let server = Server::empty();
    let owner = server.owner();
    let (pages, wrong) = walked(&server, &owner, &mut browser, &axe);
    assert!(
        wrong.is_empty(),
        "{} of {pages} pages:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    println!("{pages} empty pages in 6 looks: 0 violations");
}

#[test]
fn everything_works_without_script() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = crate::routes::full();
    let mut tab = browser.tab();
    tab.scripts(false);
    tab.wear(&server.address("/"), &owner.cookie);
    for address in addresses(&server, &owner) {
        tab.open(&server.address(&address));
        let text = tab.text();
        assert!(text.contains("I typed my password"), "{address}: {text}");
    }
    tab.open(&server.address("/check"));
    tab.type_into(
        "#text",
        "Your Amazon account is suspended, send us your password",
    );
    tab.follow("Check it");
    assert!(tab.text().contains("How we know"), "{}", tab.text());
    tab.open(&server.address("/alerts"));
    let title = tab.value("document.querySelector('main a[data-alert]').innerText");
    tab.follow(title.as_str().unwrap());
    tab.follow("I am on it");
    assert!(tab.text().contains("mia is on it"), "{}", tab.text());
    tab.open(&server.address("/incidents"));
    tab.type_into("#title", "A stranger wrote to our buyers");
    tab.follow("Open it");
    assert!(tab.path().starts_with("/incidents/"), "{}", tab.path());
    tab.follow("Sign out");
    assert_eq!(tab.path(), "/sign-in");
}

#[test]
fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = crate::routes::full();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/alerts"));
    tab.press("Tab");
    let first = tab.value("document.activeElement.innerText");
    assert_eq!(first, "Skip to the content");
    tab.press("Enter");
    assert_eq!(tab.value("location.hash"), "#content");
    let links = tab.value("[...document.querySelectorAll('main a, main button, main summary')].filter((each) => each.checkVisibility()).length");
    let mut reached = 0;
    for _ in 0..links.as_u64().unwrap() {
        tab.press("Tab");
        let ring = tab.value(
            "document.querySelector('main').contains(document.activeElement) && getComputedStyle(document.activeElement).outlineStyle !== 'none'",
        );
        reached += u64::from(ring == true);
    }
    assert_eq!(reached, links.as_u64().unwrap());
}

#[test]
fn contacts_are_printed_in_black_on_white() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let (server, owner) = crate::routes::full();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    tab.open(&server.address("/contacts"));
    tab.look_printed();
    for gone in ["nav", ".top", "footer", ".skip"] {
        let shown = tab.value(&format!(
            "getComputedStyle(document.querySelector('{gone}')).display"
        ));
        assert_eq!(shown, "none", "{gone} is printed");
    }
    let colours = tab.value(
        "[...new Set([...document.querySelectorAll('main *')].map((each) => getComputedStyle(each).color))]",
    );
    assert_eq!(colours, serde_json::json!(["rgb(0, 0, 0)"]));
    let text = tab.text();
    assert!(text.contains(ACCOUNT) && text.contains("checked"), "{text}");
    let pdf = tab.printed();
    let pages = String::from_utf8_lossy(&pdf)
        .matches("/Type /Page\n")
        .count();
    println!("/contacts prints on {pages} A4 pages; /contacts/sheet-a4.pdf is the one-page sheet");
    assert!(pdf.starts_with(b"%PDF") && pages > 0);
}
