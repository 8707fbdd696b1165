//! The operations that may be called: a closed list, with rate, role and path of each.
//!
//! Invariant: whatever is not on this list cannot be asked, because a question is made of
//! one of these and nothing else, and the gate compares the finished request with the list
//! once more. Every one is a GET, but for [`Operation::CreateReport`], which asks for
//! a table of one's own listings and has no field that could say anything else.
//! Paths, rates and bursts: Amazon's models of the Selling Partner API (2026-08). Roles:
//! <https://developer-docs.amazon.com/sp-api/docs/role-mappings> (seen 2026-11-25).

use std::fmt;

/// How an operation is called. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Asks for a report.
    PostReport,
}

impl Verb {
    /// The word of HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::PostReport => "POST",
        }
    }
}

/// An operation by its official name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "the names are Amazon's, and each has a row below"
)]
pub enum Operation {
    GetPaymentMethods,
    ListExpectedPayouts,
    ListPayouts,
    ListBalances,
    ListFinancialEventGroups,
    ListFinancialEvents,
    GetMarketplaceParticipations,
    GetAccount,
    SearchListingsItems,
    GetOrderMetrics,
    SearchOrders,
    GetReports,
    CreateReport,
    GetReport,
    GetReportDocument,
    GetSubscriptions,
}

/// What is known of an operation.
#[derive(Debug)]
pub struct Facts {
    /// Which one.
    pub operation: Operation,
    /// Amazon's name of it.
    pub name: &'static str,
    /// How it is called.
    pub verb: Verb,
    /// Its path; `{…}` stands for one part.
    pub path: &'static str,
    /// Calls a second that are given back.
    pub rate: f64,
    /// Calls that may be made at once.
    pub burst: u32,
    /// The parameter that a page's token is sent in, and where it stands in an answer.
    pub paging: Option<(&'static str, &'static str)>,
    /// Any one of these roles lets an application call it.
    pub roles: &'static str,
    /// What a seller gains by it, in plain words.
    pub gives: &'static str,
}

const FINANCE: &str = "Finance and Accounting";
const LISTING: &str = "Product Listing";
const ORDERS: &str = "Inventory and Order Tracking";

/// Every operation.
pub const OPERATIONS: &[Facts] = &[
    Facts {
        operation: Operation::GetPaymentMethods,
        name: "getPaymentMethods",
        verb: Verb::Get,
        path: "/finances/transfers/2024-06-01/paymentMethods",
        rate: 0.5,
        burst: 30,
        paging: None,
        roles: FINANCE,
        gives: "a bank account that is added or becomes the one in use",
    },
    Facts {
        operation: Operation::ListExpectedPayouts,
        name: "listExpectedPayouts",
        verb: Verb::Get,
        path: "/finances/transfers/2024-06-01/payouts/expected",
        rate: 0.5,
        burst: 10,
        paging: Some(("nextToken", "/nextToken")),
        roles: FINANCE,
        gives: "where and when the next payout goes",
    },
    Facts {
        operation: Operation::ListPayouts,
        name: "listPayouts",
        verb: Verb::Get,
        path: "/finances/transfers/2024-06-01/payouts",
        rate: 0.5,
        burst: 10,
        paging: Some(("nextToken", "/nextToken")),
        roles: FINANCE,
        gives: "payouts that were started, above all those nobody scheduled",
    },
    Facts {
        operation: Operation::ListBalances,
        name: "listBalances",
        verb: Verb::Get,
        path: "/finances/2024-06-19/balances",
        rate: 0.5,
        burst: 10,
        paging: Some(("nextToken", "/nextToken")),
        roles: FINANCE,
        gives: "how much is at stake",
    },
    Facts {
        operation: Operation::ListFinancialEventGroups,
        name: "listFinancialEventGroups",
        verb: Verb::Get,
        path: "/finances/v0/financialEventGroups",
        rate: 0.5,
        burst: 30,
        paging: Some(("NextToken", "/payload/NextToken")),
        roles: FINANCE,
        gives: "where past payouts went",
    },
    Facts {
        operation: Operation::ListFinancialEvents,
        name: "listFinancialEvents",
        verb: Verb::Get,
        path: "/finances/v0/financialEvents",
        rate: 0.5,
        burst: 30,
        paging: Some(("NextToken", "/payload/NextToken")),
        roles: FINANCE,
        gives: "loans, payments outside the schedule, stock taken out",
    },
    Facts {
        operation: Operation::GetMarketplaceParticipations,
        name: "getMarketplaceParticipations",
        verb: Verb::Get,
        path: "/sellers/v1/marketplaceParticipations",
        rate: 0.016,
        burst: 15,
        paging: None,
        roles: "Product Listing or Selling Partner Insights",
        gives: "stores that are opened, closed or switched off",
    },
    Facts {
        operation: Operation::GetAccount,
        name: "getAccount",
        verb: Verb::Get,
        path: "/sellers/v1/account",
        rate: 0.016,
        burst: 15,
        paging: None,
        roles: "Finance and Accounting; Europe only",
        gives: "a business or contact that is exchanged, and the selling plan",
    },
    Facts {
        operation: Operation::SearchListingsItems,
        name: "searchListingsItems",
        verb: Verb::Get,
        path: "/listings/2021-08-01/items/{sellerId}",
        rate: 5.0,
        burst: 5,
        paging: Some(("pageToken", "/pagination/nextToken")),
        roles: LISTING,
        gives: "new and changed listings, prices and stock, within minutes",
    },
    Facts {
        operation: Operation::GetOrderMetrics,
        name: "getOrderMetrics",
        verb: Verb::Get,
        path: "/sales/v1/orderMetrics",
        rate: 0.5,
        burst: 15,
        paging: None,
        roles: "Inventory and Order Tracking or Product Listing",
        gives: "orders an hour, without any order",
    },
    Facts {
        operation: Operation::SearchOrders,
        name: "searchOrders",
        verb: Verb::Get,
        path: "/orders/2026-01-01/orders",
        rate: 0.0056,
        burst: 20,
        paging: Some(("paginationToken", "/pagination/nextToken")),
        roles: ORDERS,
        gives: "orders on goods that were never sold, and promises weeks away; never a buyer",
    },
    Facts {
        operation: Operation::GetReports,
        name: "getReports",
        verb: Verb::Get,
        path: "/reports/2021-06-30/reports",
        rate: 0.0222,
        burst: 10,
        paging: None,
        roles: LISTING,
        gives: "a table of all listings that is there already",
    },
    Facts {
        operation: Operation::CreateReport,
        name: "createReport",
        verb: Verb::PostReport,
        path: "/reports/2021-06-30/reports",
        rate: 0.0167,
        burst: 15,
        paging: None,
        roles: LISTING,
        gives: "the daily table of all listings: the truth behind what was missed",
    },
    Facts {
        operation: Operation::GetReport,
        name: "getReport",
        verb: Verb::Get,
        path: "/reports/2021-06-30/reports/{reportId}",
        rate: 2.0,
        burst: 15,
        paging: None,
        roles: LISTING,
        gives: "whether the table is ready",
    },
    Facts {
        operation: Operation::GetReportDocument,
        name: "getReportDocument",
        verb: Verb::Get,
        path: "/reports/2021-06-30/documents/{reportDocumentId}",
        rate: 0.0167,
        burst: 15,
        paging: None,
        roles: LISTING,
        gives: "where the table lies",
    },
    Facts {
        operation: Operation::GetSubscriptions,
        name: "getSubscriptions",
        verb: Verb::Get,
        path: "/notifications/v1/subscriptions",
        rate: 1.0,
        burst: 5,
        paging: None,
        roles: "any",
        gives: "whether notifications still reach us",
    },
];

impl Operation {
    /// What is known of it.
    pub fn facts(self) -> &'static Facts {
        // The list is in the order of the enum; a test holds it to that.
        &OPERATIONS[self as usize]
    }

    /// Amazon's name of it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The operation that a finished request is; `None` where it is none of ours, which means
/// that it must not be sent.
pub fn allowed(method: &str, path: &str) -> Option<Operation> {
    let is = |facts: &&Facts| facts.verb.as_str() == method && matches(facts.path, path);
    OPERATIONS.iter().find(is).map(|facts| facts.operation)
}

/// Part by part; `{…}` takes one part that is not empty and goes nowhere else.
fn matches(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.split('/');
    let mut path = path.split('/');
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted.starts_with('{') => {
                if matches!(part, "" | "." | "..") {
                    return false;
                }
            }
            (Some(wanted), Some(part)) if wanted == part => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_the_enum() {
        for (index, facts) in OPERATIONS.iter().enumerate() {
            assert_eq!(facts.operation as usize, index, "{}", facts.name);
        }
    }

    #[test]
    fn only_a_report_is_posted() {
        let posted: Vec<&str> = OPERATIONS
            .iter()
            .filter(|facts| facts.verb != Verb::Get)
            .map(|facts| facts.name)
            .collect();
        assert_eq!(posted, ["createReport"]);
    }

    #[test]
    fn what_moves_money_or_writes_is_not_allowed() {
        for (method, path) in [
            ("POST", "/finances/transfers/2024-06-01/payouts"),
            ("PUT", "/listings/2021-08-01/items/A1/SKU"),
            ("GET", "/listings/2021-08-01/items/A1/SKU"),
            ("DELETE", "/reports/2021-06-30/reports/1"),
            ("POST", "/reports/2021-06-30/schedules"),
            ("POST", "/tokens/2021-03-01/restrictedDataToken"),
            ("GET", "/orders/2026-01-01/orders/1/buyerInfo"),
            ("get", "/sellers/v1/account"),
            ("GET", "/sellers/v1/account/"),
            ("GET", "/listings/2021-08-01/items/.."),
            ("GET", "//sellers/v1/account"),
        ] {
            assert_eq!(allowed(method, path), None, "{method} {path}");
        }
    }
}
