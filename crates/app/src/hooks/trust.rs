//! Keys and certificates of eBay and PayPal: kept for an hour, fetched when one is named
//! that is not at hand.
//!
//! A stranger may name keys that do not exist, so fetching has a limit for each source.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use sellkeep_connect::channels::{Secret, Wire};
use sellkeep_connect::{ebay, paypal};

use super::settings::Settings;
use crate::rate::Limit;

/// eBay asks to keep keys for an hour
/// (<https://developer.ebay.com/api-docs/commerce/notification/overview.html>).
const KEYS_LAST: Duration = Duration::from_hours(1);
/// eBay and PayPal take a second; a hook waits for it.
const FETCH_WITHIN: Duration = Duration::from_secs(8);
/// Keys that one source may make us fetch at once: they change once in months.
const FETCHES_BURST: u32 = 5;
/// And one more each so long.
const FETCH_EVERY: Duration = Duration::from_secs(20);

/// Keys and certificates at hand.
pub struct Trust {
    wire: Wire,
    /// By the address of the API they came from.
    ebay: Mutex<HashMap<String, (Instant, ebay::Keys)>>,
    paypal: Mutex<paypal::Certificates>,
    fetches: Limit<String>,
}

impl Trust {
    /// Nothing at hand yet.
    pub fn new() -> Result<Trust> {
        Ok(Trust {
            wire: Wire::new(FETCH_WITHIN).context("preparing to fetch keys")?,
            ebay: Mutex::default(),
            paypal: Mutex::default(),
            fetches: Limit::new(FETCHES_BURST, FETCH_EVERY),
        })
    }

    /// eBay's keys that are at hand for a source's API.
    pub fn ebay(&self, settings: &Settings) -> ebay::Keys {
        let Ok(api) = settings.api() else {
            return ebay::Keys::default();
        };
        let mut known = self.ebay.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (since, _)| since.elapsed() < KEYS_LAST);
        let keys = known.get(api.url().as_str()).map(|(_, keys)| keys.clone());
        keys.unwrap_or_default()
    }

    /// PayPal's certificates that are at hand.
    pub fn paypal(&self) -> paypal::Certificates {
        let known = self.paypal.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    /// Fetches the key of eBay's with an id.
    pub async fn fetch_key(
        &self,
        source: &str,
        settings: &Settings,
        secret: &Secret,
        key_id: &str,
    ) -> Result<()> {
        self.may_fetch(source)?;
        let api = settings.api()?;
        let application = ebay::Application {
            api: &api,
            id: settings.client_id.as_deref().unwrap_or_default(),
            secret,
        };
        let answer = ebay::fetch_key(&self.wire, &application, key_id).await?;
        let mut known = self.ebay.lock().unwrap_or_else(PoisonError::into_inner);
        let place = known.entry(api.url().to_string());
        let (_, keys) = place.or_insert_with(|| (Instant::now(), ebay::Keys::default()));
        keys.add(key_id, &answer)?;
        Ok(())
    }

    /// Fetches the certificate at an address of PayPal's.
    pub async fn fetch_certificate(&self, source: &str, url: &str) -> Result<()> {
        self.may_fetch(source)?;
        let pem = paypal::fetch_certificate(&self.wire, url).await?;
        let mut known = self.paypal.lock().map_err(|_| anyhow!("a crash before"))?;
        known.add(url, &pem)?;
        Ok(())
    }

    fn may_fetch(&self, source: &str) -> Result<()> {
        ensure!(
            self.fetches.take(source.to_owned(), Instant::now()),
            "too many unknown keys are named; somebody may be trying"
        );
        Ok(())
    }
}
