//! The stores that the seller takes part in, and the business behind the account.

use serde_json::{Value as Json, json};

use super::{Answer, Question};
use crate::seller::{Seller, Shop};

pub fn participations(seller: &mut Seller, question: &Question) -> Answer {
    let shop = seller.shop(question.seen, question.now);
    (200, json!({"payload": stores(seller, &shop)}))
}

fn stores(seller: &Seller, shop: &Shop) -> Json {
    let store = |id: &String| {
        json!({"marketplace": {"id": id, "name": "Amazon", "countryCode": "DE", "defaultCurrencyCode": seller.currency,
                "defaultLanguageCode": "de_DE", "domainName": "www.amazon.de"},
            "storeName": "Own Shop",
            "participation": {"isParticipating": true, "hasSuspendedListings": shop.suspended}})
    };
    seller.stores.iter().map(store).collect()
}

pub fn account(seller: &mut Seller, question: &Question) -> Answer {
    let shop = seller.shop(question.seen, question.now);
    let address = json!({"addressLine1": "Secret Street 7", "city": "Berlin", "countryCode": "DE", "postalCode": "10115"});
    let body = json!({"payload": {
        "marketplaceParticipationList": stores(seller, &shop),
        "businessType": "PRIVATE_LIMITED", "sellingPlan": "PROFESSIONAL",
        "business": {"name": shop.business, "registeredBusinessAddress": address, "companyRegistrationNumber": "HRB 1"},
        "primaryContact": {"name": "Jane Private", "address": address}}});
    (200, body)
}
