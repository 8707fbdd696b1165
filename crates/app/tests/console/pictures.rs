//! Pictures of every page, for people to look at: both themes, a phone and a desk.
//!
//! Not part of the tests: `cargo test -p sellkeep --test console pictures -- --ignored`
//! writes them to `target/screenshots`.

use std::path::Path;

use crate::browser::{Browser, Look};
use crate::walk::addresses;

#[test]
#[ignore = "writes pictures for people to look at"]
fn pictures_of_every_page() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let (server, owner) = crate::routes::full();
    let mut tab = browser.tab();
    tab.wear(&server.address("/"), &owner.cookie);
    let mut count = 0;
    for address in addresses(&server, &owner) {
        if address.contains('?') {
            continue;
        }
        tab.open(&server.address(&address));
        for look in Look::all(&[390, 1440]) {
            tab.look(look);
            let name = address.trim_matches('/').replace('/', "-");
            let name: String = name.chars().take(40).collect();
            let name = if name.is_empty() {
                "today".to_owned()
            } else {
                name
            };
            let file = format!("{name}-{}-{}.png", look.width, look.theme.word());
            std::fs::write(folder.join(file), tab.picture()).unwrap();
            count += 1;
        }
    }
    println!("{count} pictures in {}", folder.display());
    assert!(count > 80);
}
