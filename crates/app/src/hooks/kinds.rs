//! The kinds of sources that hooks are brought to: one list.

use sellkeep_connect::ebay;
use sellkeep_connect::hook::Scheme;
use sellkeep_connect::paypal;

use super::settings::Settings;

/// A kind of hook.
pub struct Kind {
    /// Its name, which is also the name of the records' source.
    pub name: &'static str,
    /// The words for its secret where a person is asked for it; none where it needs none.
    pub secret: Option<&'static str>,
    /// Whether the address that the marketplace calls must be known.
    pub needs_url: bool,
    /// How it signs.
    pub scheme: for<'a> fn(&'a Settings, &'a Known<'a>) -> Scheme<'a>,
}

/// Keys and certificates at hand.
pub struct Known<'a> {
    /// eBay's keys.
    pub ebay: ebay::Keys,
    /// What a hook of PayPal's is checked against.
    pub paypal: paypal::Trust<'a>,
}

/// Every kind, alphabetically.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "ebay.webhook",
        secret: Some("Verification token, as entered at eBay: "),
        needs_url: true,
        scheme: |_, known| Scheme::Ebay(&known.ebay),
    },
    Kind {
        name: "etsy.webhook",
        secret: Some("Signing secret of the webhook (whsec_…): "),
        needs_url: false,
        scheme: |_, _| Scheme::Etsy,
    },
    Kind {
        name: "generic.webhook",
        secret: Some("Signing secret (whsec_…): "),
        needs_url: false,
        scheme: |_, _| Scheme::Generic,
    },
    Kind {
        name: "paypal.webhook",
        secret: None,
        needs_url: false,
        scheme: |_, known| Scheme::Paypal(&known.paypal),
    },
    Kind {
        name: "shopify.webhook",
        secret: Some("Client secret of the app: "),
        needs_url: false,
        scheme: |_, _| Scheme::Shopify,
    },
    Kind {
        name: "square.webhook",
        secret: Some("Signature key of the subscription: "),
        needs_url: true,
        scheme: |settings, _| Scheme::Square {
            url: settings.url.as_deref().unwrap_or_default(),
        },
    },
    Kind {
        name: "stripe.webhook",
        secret: Some("Signing secret of the endpoint (whsec_…): "),
        needs_url: false,
        scheme: |_, _| Scheme::Stripe,
    },
    Kind {
        name: "walmart.webhook",
        secret: Some("Secret of the subscription: "),
        needs_url: false,
        scheme: |_, _| Scheme::Walmart,
    },
];

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_reader_of_its_records() {
        for pair in KINDS.windows(2) {
            assert!(pair[0].name < pair[1].name);
        }
        for kind in KINDS {
            let read = sellkeep_connect::READERS;
            assert!(
                read.iter()
                    .any(|reader| kind.name.starts_with(reader.prefix)),
                "{}",
                kind.name
            );
        }
    }
}
