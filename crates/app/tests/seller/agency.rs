//! For those who look after several accounts: the board, leaving, reports, resources, rules.

use crate::http::get;
use crate::people::between;
use crate::place::ACCOUNT;
use crate::shop::opened;

#[test]
fn the_board_names_what_is_urgent_and_leads_to_it() {
    let (server, owner) = opened();
    let board = server.page(&owner, "/portfolio");
    assert!(
        board.contains("tag act-now"),
        "the takeover is on it: {board}"
    );
    for link in [
        format!("/accounts/{ACCOUNT}"),
        format!("/preparation?account={ACCOUNT}"),
        format!("/accounts/{ACCOUNT}/report"),
    ] {
        assert!(board.contains(&format!("href=\"{link}\"")), "{link}");
    }
    let report = server.page(&owner, &format!("/accounts/{ACCOUNT}/report"));
    assert!(report.contains("somebody had to act now"), "{report}");
    assert!(report.contains("<svg"), "alerts are drawn");
    assert_eq!(
        server
            .asked_by(&owner, get("/accounts/nobody/report"))
            .status,
        404
    );
}

#[test]
fn whoever_leaves_is_taken_out_item_by_item_with_proof() {
    let (server, owner) = opened();
    server.page(&owner, "/portfolio/leaving");
    let page = server.page(&owner, "/portfolio/leaving?person=Rolf%20M");
    assert!(page.contains("7 of 7 things are open"), "{page}");
    let fields = [
        ("person", "Rolf M"),
        ("account", ACCOUNT),
        ("item", "user"),
        ("proof", "not on the list of users any more"),
    ];
    server.done_by(&owner, "/portfolio/leaving", &fields);
    let page = server.page(&owner, "/portfolio/leaving?person=rolf+m");
    assert!(page.contains("6 of 7 things are open"), "{page}");
    assert!(page.contains("not on the list of users any more"));
    let other = server.page(&owner, "/portfolio/leaving?person=anna");
    assert!(
        other.contains("7 of 7 things are open"),
        "another person's list is her own"
    );
    let wrong = [
        ("person", "x"),
        ("account", "nobody"),
        ("item", "user"),
        ("proof", "x"),
    ];
    assert_eq!(
        server.sent_by(&owner, "/portfolio/leaving", &wrong).status,
        404
    );
}

#[test]
fn official_pages_are_found_by_marketplace_and_topic() {
    let (server, owner) = opened();
    let all = server.page(&owner, "/resources");
    let count = |page: &str| page.matches("<li class=\"card\">").count();
    assert!(count(&all) > 100);
    let some = server.page(&owner, "/resources?platform=amazon&topic=bank");
    assert!(count(&some) >= 1 && count(&some) < 10, "{}", count(&some));
    assert!(some.contains("sellercentral.amazon.com"));
    assert_eq!(
        server
            .asked_by(&owner, get("/resources?topic=nonsense"))
            .status,
        404
    );
    let share = server.page(&owner, "/resources/share?platform=amazon&topic=bank");
    assert!(share.contains("To discuss with your security adviser"));
    assert!(
        share.contains("Does everybody who signs in use a second step?"),
        "{share}"
    );
}

#[test]
fn a_rule_is_tried_on_the_past_and_drawn() {
    let (server, owner) = opened();
    let rules = server.page(&owner, "/rules");
    let links: Vec<&str> = rules.split("href=\"/rules/try?rule=").skip(1).collect();
    assert!(links.len() > 20, "{}", links.len());
    let mut drawn = 0;
    for link in links {
        let rule = link.split('"').next().unwrap();
        let page = server.page(&owner, &format!("/rules/try?rule={rule}"));
        assert!(page.contains("On your past"), "{rule}");
        let found = between(&page, "found something ", " times");
        let found: u32 = found.parse().unwrap();
        assert_eq!(page.contains("<svg"), found > 0, "{rule}: {found}");
        drawn += u32::from(found > 0);
    }
    assert!(drawn >= 3, "the takeover is found by {drawn} rules");
    assert_eq!(
        server.asked_by(&owner, get("/rules/try?rule=none")).status,
        404
    );
}

#[test]
fn an_account_is_drawn_with_the_same_numbers_in_a_table() {
    let (server, owner) = opened();
    let page = server.page(&owner, &format!("/accounts/{ACCOUNT}"));
    let pictures = page.matches("<figure").count();
    assert!(pictures >= 2, "{pictures}");
    assert_eq!(
        page.matches("<table>").count(),
        pictures,
        "a table for each"
    );
    assert_eq!(page.matches("<desc").count(), pictures);
    assert!(page.contains("What happened, a day"));
}
