//! Pages: one file and one template each, one line in [`PAGES`].
//!
//! The list feeds router, navigation, guard and tests; nothing is registered twice.

mod account;
mod account_pictures;
mod account_report;
mod accounts;
mod alert;
mod alerts;
mod assets;
mod audit;
mod check;
mod contacts;
mod evidence;
mod health;
mod incident;
mod incidents;
mod leaving;
mod live;
mod mail;
mod mails;
mod people;
mod playbook;
mod playbooks;
mod portfolio;
mod preparation;
mod preparation_check;
mod report;
mod resources;
mod rule;
mod rules;
mod second_step;
mod settings;
mod sheet;
mod sign_in;
mod sign_out;
mod sources;
mod today;
mod welcome;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;

pub(crate) use alerts::filter as alert_filter;
pub(crate) use check::{What, examine};
pub use contacts::confirmed as confirmed_contacts;
pub(crate) use sources::{SourceLine, act as act_on_source, lines as source_lines};

use crate::api;
use crate::console::Console;
use crate::trouble::Trouble;
use crate::{dress, guard};

/// A form of words: far more than anybody types.
const FORM_BYTES_MAX: usize = 64 << 10;

/// Who may see a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody: it shows nothing of a tenant.
    Anyone,
    /// Whoever has signed in, and whoever sits at this machine.
    Check,
    /// Whoever has given a password, though the second step is missing.
    Half,
    /// Whoever has signed in.
    Person,
    /// Whoever has signed in; changing something is for those who may act.
    Act,
    /// Owners.
    Owner,
}

/// One page or endpoint.
pub struct Page {
    /// Its address, with names in braces.
    pub path: &'static str,
    /// Its name.
    pub title: &'static str,
    /// It stands in the navigation.
    pub nav: bool,
    /// Who may see it.
    pub access: Access,
    /// It takes forms.
    pub posts: bool,
    /// Bytes of what may be sent to it.
    pub bytes_max: usize,
    /// Its handlers.
    pub methods: fn() -> MethodRouter<Console>,
}

impl Page {
    const fn new(
        path: &'static str,
        title: &'static str,
        access: Access,
        methods: fn() -> MethodRouter<Console>,
    ) -> Page {
        Page {
            path,
            title,
            nav: false,
            access,
            posts: false,
            bytes_max: FORM_BYTES_MAX,
            methods,
        }
    }

    const fn in_nav(mut self) -> Page {
        self.nav = true;
        self
    }

    const fn with_forms(mut self) -> Page {
        self.posts = true;
        self
    }

    const fn up_to(mut self, bytes: usize) -> Page {
        self.bytes_max = bytes;
        self
    }

    pub(crate) const fn endpoint(
        path: &'static str,
        access: Access,
        methods: fn() -> MethodRouter<Console>,
    ) -> Page {
        Page::new(path, "", access, methods)
    }

    pub(crate) const fn taking(self, bytes: usize) -> Page {
        self.with_forms().up_to(bytes)
    }
}

/// Every page and endpoint, in the order of the navigation.
pub static PAGES: &[Page] = &[
    today::PAGE,
    check::PAGE,
    alerts::PAGE,
    alert::PAGE,
    accounts::PAGE,
    account::PAGE,
    account_report::PAGE,
    portfolio::PAGE,
    leaving::PAGE,
    mails::PAGE,
    mail::PAGE,
    preparation::PAGE,
    preparation_check::PAGE,
    contacts::PAGE,
    sheet::PAGE,
    playbooks::PAGE,
    playbook::PAGE,
    incidents::PAGE,
    incident::PAGE,
    evidence::PAGE,
    sources::PAGE,
    sources::ONE,
    rules::PAGE,
    rule::PAGE,
    resources::PAGE,
    resources::SHARE,
    people::PAGE,
    audit::PAGE,
    settings::PAGE,
    welcome::PAGE,
    sign_in::PAGE,
    second_step::PAGE,
    sign_out::PAGE,
    assets::STYLE,
    assets::SCRIPT,
    assets::ICON,
    health::PAGE,
    live::PAGE,
    api::alerts::LIST,
    api::alerts::ONE,
    api::accounts::LIST,
    api::accounts::ONE,
    api::preparation::PAGE,
    api::incidents::LIST,
    api::incidents::ONE,
    api::openapi::PAGE,
    api::sources::LIST,
    api::sources::ONE,
    api::events::LIST,
    api::check::PAGE,
    api::metrics::PAGE,
];

/// The whole console.
pub fn router(console: Console) -> Router {
    let mut router = Router::new();
    for page in PAGES {
        let guarded = (page.methods)().route_layer(from_fn_with_state(page, guard::pass));
        router = router.route(page.path, guarded);
    }
    router
        .fallback(|| async { Trouble::NotFound })
        .layer(axum::extract::DefaultBodyLimit::disable())
        .layer(from_fn_with_state(console.clone(), dress::around))
        .with_state(console)
}
