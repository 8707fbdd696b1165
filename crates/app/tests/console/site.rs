//! The site as a visitor finds it: every address that pages lead to, every form on them.
//!
//! Tests walk over what is found here, so that a new page is in them by itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sellkeep_console::{PAGES, Page};

use crate::http::get;
use crate::people::Person;
use crate::server::Server;

/// Addresses that are visited of one route: the first ones stand for the rest.
const EACH: usize = 3;

/// What one person can reach.
pub struct Site {
    /// Addresses of each route.
    pub addresses: BTreeMap<&'static str, Vec<String>>,
    /// Every page that was seen: address and text.
    pub pages: Vec<(String, String)>,
    /// Every form that was seen.
    pub forms: Vec<Form>,
}

/// One form as a browser would send it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Names and values; what must be filled in is filled in.
    pub fields: Vec<(String, String)>,
    /// It has a file.
    pub multipart: bool,
}

impl Site {
    /// Walks over everything that links lead to.
    pub fn of(server: &Server, person: &Person) -> Site {
        let mut site = Site {
            addresses: BTreeMap::new(),
            pages: Vec::new(),
            forms: Vec::new(),
        };
        let mut seen = BTreeSet::from(["/".to_owned()]);
        let mut waiting = VecDeque::from(["/".to_owned()]);
        while let Some(address) = waiting.pop_front() {
            let Some(page) = route(&address) else {
                panic!("a link leads to {address}, which is no page");
            };
            let known = site.addresses.entry(page.path).or_default();
            if known.len() >= EACH {
                continue;
            }
            known.push(address.clone());
            let answer = server.asked_by(person, get(&address));
            let status = answer.status;
            assert!(matches!(status, 200 | 303), "{address}: {status}");
            let is_file = answer
                .header("content-disposition")
                .starts_with("attachment");
            let is_page = answer.header("content-type").starts_with("text/html") && !is_file;
            if status != 200 || !is_page {
                continue;
            }
            let text = answer.text();
            for link in links(&text, &address) {
                if seen.insert(link.clone()) {
                    waiting.push_back(link);
                }
            }
            site.forms.extend(forms(&text, &address));
            site.pages.push((address, text));
        }
        site.forms.sort();
        site.forms.dedup();
        site
    }

    /// An address for every route, with real ids; those of the API are like the pages'.
    pub fn examples(&self, page: &Page) -> Vec<String> {
        if let Some(found) = self.addresses.get(page.path) {
            return found.clone();
        }
        if !page.path.contains('{') {
            return vec![page.path.to_owned()];
        }
        let like = page.path.strip_prefix("/api").unwrap_or_default();
        let found = self.addresses.get(like).cloned().unwrap_or_default();
        assert!(
            !found.is_empty(),
            "no page of the filled data leads to {}: link it from a page, so that it is tested",
            page.path
        );
        found
            .iter()
            .map(|address| format!("/api{address}"))
            .collect()
    }
}

/// The route that answers an address.
pub fn route(address: &str) -> Option<&'static Page> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |page: &&Page| {
        let known: Vec<&str> = page.path.split('/').collect();
        known.len() == segments.len()
            && known
                .iter()
                .zip(&segments)
                .all(|(known, given)| known.starts_with('{') || known == given)
    };
    // A fixed segment wins over a name in braces, as in the router.
    PAGES
        .iter()
        .filter(fits)
        .min_by_key(|page| page.path.matches('{').count())
}

/// Addresses of our own that a page leads to.
fn links(text: &str, from: &str) -> Vec<String> {
    let links = text.split("href=\"").skip(1);
    links
        .filter_map(|rest| rest.split('"').next())
        .map(unescaped)
        .filter(|link| link.starts_with('/') || link.starts_with('?'))
        .map(|link| {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let path = from.split('?').next().unwrap_or_default();
            if link.starts_with('?') {
                format!("{path}{link}")
            } else {
                link
            }
        })
        .collect()
}

/// Forms of a page, once for each of their buttons.
pub fn forms(text: &str, from: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for part in text.split("<form").skip(1) {
        let (head, rest) = part.split_once('>').expect("a form's tag ends");
        let (body, _) = rest.split_once("</form>").expect("a form ends");
        if attribute(head, "method").as_deref() != Some("post") {
            continue;
        }
        let action = attribute(head, "action").unwrap_or_else(|| from.to_owned());
        let multipart = head.contains("multipart/form-data");
        let fields = fields(body);
        let mut buttons = buttons(body);
        if buttons.is_empty() {
            buttons.push(None);
        }
        for button in buttons {
            let mut fields = fields.clone();
            fields.extend(button);
            found.push(Form {
                action: action.clone(),
                fields,
                multipart,
            });
        }
    }
    found
}

fn fields(body: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for tag in body.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap_or((tag, ""));
        let Some(name) = attribute(tag, "name").filter(|_| !tag.starts_with("button")) else {
            continue;
        };
        let value = attribute(tag, "value");
        let value = match tag.split_whitespace().next() {
            Some("select") => last_option(body, &name),
            Some("textarea") => filled(text),
            _ => filled(&value.unwrap_or_default()),
        };
        fields.push((name, value));
    }
    fields
}

fn filled(value: &str) -> String {
    if value.is_empty() {
        "7".to_owned()
    } else {
        unescaped(value)
    }
}

/// The last choice of a list: the first is often "none".
fn last_option(body: &str, name: &str) -> String {
    let (_, list) = body
        .split_once(&format!("name=\"{name}\""))
        .unwrap_or_default();
    let (list, _) = list.split_once("</select>").unwrap_or((list, ""));
    let option = list.rsplit("<option").next().unwrap_or_default();
    let (tag, text) = option.split_once('>').unwrap_or_default();
    let text = text.split('<').next().unwrap_or_default();
    unescaped(&attribute(tag, "value").unwrap_or_else(|| text.to_owned()))
}

fn buttons(body: &str) -> Vec<Option<(String, String)>> {
    let tags = body.split("<button").skip(1);
    tags.map(|tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        Some((attribute(tag, "name")?, attribute(tag, "value")?))
    })
    .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    let text = text
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
