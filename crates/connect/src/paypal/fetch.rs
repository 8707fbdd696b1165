//! Fetching the certificate that PayPal signed a hook with.
//!
//! The address was judged before ([`super::verify`] names none but PayPal's own), and the
//! wire follows no redirect, so what comes is from there.

use reqwest::Method;

use crate::channels::wire::address::Address;
use crate::channels::{Request, Secret, Trouble, Wire};

/// The certificate with its chain, as PEM, for [`super::Certificates::add`].
pub async fn fetch_certificate(wire: &Wire, url: &str) -> Result<String, Trouble> {
    let address = Address::new(&Secret::new(url), false)
        .map_err(|_| Trouble::Form("the certificate's address cannot be used"))?;
    let request = Request {
        method: Method::GET,
        address,
        headers: Vec::new(),
        body: Vec::new(),
    };
    let answer = wire.ask(&request).await?;
    if answer.status != 200 {
        return Err(Trouble::Broken {
            host: answer.host,
            status: answer.status,
        });
    }
    String::from_utf8(answer.body).map_err(|_| Trouble::Form("the certificate is no text"))
}
