//! One tab: what a person does and sees in it.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Browser;

/// Whatever a person waits for comes within that, or never.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the system asks pages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Its word in CSS.
    pub fn word(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Pixels of width.
    pub width: u32,
    /// The theme.
    pub theme: Theme,
}

impl Look {
    /// The widths of a small phone, a phone, a desk.
    pub const WIDTHS: [u32; 3] = [320, 390, 1440];

    /// Both themes at these widths.
    pub fn all(widths: &[u32]) -> Vec<Look> {
        let both = |width: &u32| {
            let width = *width;
            [Theme::Light, Theme::Dark].map(|theme| Look { width, theme })
        };
        widths.iter().flat_map(both).collect()
    }
}

/// One tab.
pub struct Tab<'b> {
    browser: &'b mut Browser,
    session: String,
}

impl<'b> Tab<'b> {
    pub(super) fn new(browser: &'b mut Browser, session: String) -> Tab<'b> {
        let mut tab = Tab { browser, session };
        tab.call("Page.enable", &json!({}));
        tab.call("Runtime.enable", &json!({}));
        tab
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.browser.call(Some(&self.session), method, parameters)
    }

    /// Opens an address and waits until it is there.
    pub fn open(&mut self, address: &str) {
        self.loading(|tab| {
            let gone = tab.call("Page.navigate", &json!({"url": address}));
            let trouble = gone["errorText"].as_str().unwrap_or_default();
            // A file for download is no page; everything else must open.
            assert!(
                trouble.is_empty() || trouble == "net::ERR_ABORTED",
                "{address}: {trouble}"
            );
        });
    }

    /// Does something that leads to another page, and waits for that.
    pub fn loading(&mut self, deed: impl FnOnce(&mut Tab<'b>)) {
        let loaded = |said: &Value| said["method"] != "Page.loadEventFired";
        self.browser.events.retain(loaded);
        deed(self);
        let session = self.session.clone();
        self.browser.wait_for(&session, "Page.loadEventFired");
    }

    /// Takes a session that was begun elsewhere.
    pub fn wear(&mut self, address: &str, cookie: &str) {
        let (name, value) = cookie.split_once('=').expect("a cookie");
        let cookie = json!({"url": address, "name": name, "value": value, "httpOnly": true, "sameSite": "Lax"});
        self.call("Network.setCookie", &cookie);
    }

    /// The value of an expression.
    pub fn value(&mut self, expression: &str) -> Value {
        let wish = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let said = self.call("Runtime.evaluate", &wish);
        let trouble = &said["exceptionDetails"];
        assert!(trouble.is_null(), "{expression}: {trouble}");
        said["result"]["value"].clone()
    }

    /// What a reader sees.
    pub fn text(&mut self) -> String {
        let text = self.value("document.body.innerText");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The path of the page that is shown.
    pub fn path(&mut self) -> String {
        let path = self.value("location.pathname");
        path.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an expression is true; looks again whenever the page has painted.
    pub fn until(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression) != json!(true) {
            let shown = self.text();
            assert!(begun.elapsed() < PATIENCE, "never: {expression}\n{shown}");
            self.value("new Promise((done) => setTimeout(done, 25))");
        }
    }

    /// Types into a field, by the keyboard.
    pub fn type_into(&mut self, selector: &str, text: &str) {
        let found = self.value(&format!(
            "(() => {{ const field = document.querySelector({selector:?}); if (field) field.focus(); return !!field; }})()"
        ));
        assert_eq!(found, json!(true), "no field {selector}");
        self.call("Input.insertText", &json!({"text": text}));
    }

    /// Presses one key.
    pub fn press(&mut self, key: &str) {
        let letter = key.chars().count() == 1;
        let text = if letter {
            key
        } else if key == "Enter" {
            "\r"
        } else {
            ""
        };
        let code = if letter {
            u32::from(key.to_ascii_uppercase().as_bytes()[0])
        } else {
            virtual_key(key)
        };
        let mut down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code});
        if !text.is_empty() {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", &down);
        let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", &up);
    }

    /// Presses a button or follows a link by the text on it, with the mouse.
    pub fn click(&mut self, text: &str) {
        let place = self.value(&format!(
            "(() => {{ const all = [...document.querySelectorAll('a,button,summary')]; \
             const found = all.find((each) => each.innerText.trim() === {text:?} && each.getClientRects().length); \
             if (!found) return null; found.scrollIntoView({{block: 'center'}}); \
             const at = found.getBoundingClientRect(); return [at.x + at.width / 2, at.y + at.height / 2]; }})()"
        ));
        let shown = if place.is_null() {
            self.text()
        } else {
            String::new()
        };
        assert!(!place.is_null(), "nothing to press says {text:?}\n{shown}");
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Presses something and waits for the page it leads to.
    pub fn follow(&mut self, text: &str) {
        self.loading(|tab| tab.click(text));
    }

    /// Sends the form with Enter and waits for the next page.
    pub fn enter(&mut self) {
        self.loading(|tab| tab.press("Enter"));
    }

    /// Chooses a file for an upload.
    pub fn choose(&mut self, selector: &str, file: &Path) {
        let root = self.call("DOM.getDocument", &json!({}))["root"]["nodeId"].clone();
        let wish = json!({"nodeId": root, "selector": selector});
        let field = self.call("DOM.querySelector", &wish)["nodeId"].clone();
        self.call(
            "DOM.setFileInputFiles",
            &json!({"nodeId": field, "files": [file]}),
        );
    }

    /// Looks at pages in another width or theme.
    pub fn look(&mut self, look: Look) {
        let screen = json!({"width": look.width, "height": 844, "deviceScaleFactor": 1, "mobile": look.width < 600});
        self.call("Emulation.setDeviceMetricsOverride", &screen);
        let feature = json!({"name": "prefers-color-scheme", "value": look.theme.word()});
        self.call(
            "Emulation.setEmulatedMedia",
            &json!({"features": [feature]}),
        );
    }

    /// Looks at pages as they are printed.
    pub fn look_printed(&mut self) {
        self.call("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    }

    /// The page as PDF, printed on A4.
    pub fn printed(&mut self) -> Vec<u8> {
        let wish = json!({"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": false});
        let data = self.call("Page.printToPDF", &wish)["data"].clone();
        STANDARD
            .decode(data.as_str().unwrap_or_default())
            .expect("base 64")
    }

    /// Turns the pages' scripts on or off; our own questions are still answered.
    pub fn scripts(&mut self, on: bool) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            &json!({"value": !on}),
        );
    }

    /// A picture of the whole page.
    pub fn picture(&mut self) -> Vec<u8> {
        let wish = json!({"format": "png", "captureBeyondViewport": true});
        let data = self.call("Page.captureScreenshot", &wish)["data"].clone();
        STANDARD
            .decode(data.as_str().unwrap_or_default())
            .expect("base 64")
    }

    /// What the pages complained about so far: broken policies, failed loads, script errors.
    pub fn complaints(&mut self) -> Vec<String> {
        let bad = ["Runtime.exceptionThrown", "Log.entryAdded"];
        let events = self.browser.events.iter();
        let session = &self.session;
        events
            .filter(|said| {
                said["sessionId"] == *session && bad.iter().any(|bad| said["method"] == *bad)
            })
            .map(|said| said["params"].to_string())
            .collect()
    }

    /// Begins to note what pages complain about.
    pub fn note_complaints(&mut self) {
        self.call("Log.enable", &json!({}));
    }
}

fn virtual_key(key: &str) -> u32 {
    match key {
        "Enter" => 13,
        "Escape" => 27,
        "Tab" => 9,
        other => panic!("no key is called {other:?} here"),
    }
}
