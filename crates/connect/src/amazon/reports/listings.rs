//! `GET_MERCHANT_LISTINGS_…`: every listing of a store, the truth behind lost notifications.
//!
//! Column names differ by store and language; those of Amazon's English, British and
//! Japanese tables are known. A table without a column for the SKU is not read.

use sellkeep_model::{Field, Fields, Reading, StateGroup};

use super::table::{Row, Table};
use crate::amazon::frame::{Frame, Items};

/// The one report that leaves no listing out.
const ALL: &str = "GET_MERCHANT_LISTINGS_ALL_DATA";

const SKU: &[&str] = &["seller-sku", "sku", "出品者sku"];
const TITLE: &[&str] = &["item-name", "商品名"];
const PRICE: &[&str] = &["price", "価格"];
const QUANTITY: &[&str] = &["quantity", "数量"];
const CREATED: &[&str] = &["open-date", "出品日"];
const ASIN: &[&str] = &["asin1", "asin-1", "product-id", "商品id"];
const IMAGE: &[&str] = &["image-url"];
const FULFILMENT: &[&str] = &[
    "fulfillment-channel",
    "fulfilment-channel",
    "フルフィルメント・チャンネル",
];
const SHIPPING: &[&str] = &["merchant-shipping-group", "merchant-shipping-group-name"];
const STATUS: &[&str] = &["status", "ステータス"];

/// Whether the columns are those of this report.
pub(super) fn has_columns(columns: &[String]) -> bool {
    let has = |names: &[&str]| {
        columns
            .iter()
            .any(|column| names.contains(&column.as_str()))
    };
    has(SKU) && (has(PRICE) || has(QUANTITY))
}

/// One state of the listings.
pub(super) fn read(frame: &Frame<'_>, reading: &mut Reading) {
    let Some(table) = Table::of(frame, has_columns) else {
        return;
    };
    let is_all = frame.operation.trim().eq_ignore_ascii_case(ALL);
    let mut items = Items::new(table.whole && is_all);
    for row in table.rows() {
        if let Some(sku) = row.text(SKU) {
            items.push(sku, fields(&row));
        } else {
            row.problem(SKU, "is empty; the row was left out");
            items.complete = false;
        }
    }
    if !items.says_nothing() {
        reading
            .states
            .push(frame.state(StateGroup::Listings, frame.asked_store(), items));
    }
}

fn fields(row: &Row<'_, '_>) -> Fields {
    let mut fields = Fields::new();
    fields.set_if(Field::Title, row.text(TITLE));
    fields.set_if(Field::Asin, row.text(ASIN));
    fields.set_if(Field::Price, row.number(PRICE));
    fields.set_if(Field::Quantity, row.number(QUANTITY));
    fields.set_if(Field::Created, row.time(CREATED));
    fields.set_if(Field::Image, row.text(IMAGE));
    fields.set_if(Field::Fulfilment, row.text(FULFILMENT));
    fields.set_if(Field::ShippingGroup, row.text(SHIPPING));
    fields.set_if(Field::Status, row.text(STATUS).map(|word| status(&word)));
    fields
}

/// The table's words for what answers call `BUYABLE` and the lack of it. `Active [*]` is
/// an active listing that Amazon has a remark about.
fn status(word: &str) -> String {
    let plain = word.to_ascii_lowercase();
    match plain.trim_end_matches([' ', '[', '*', ']']) {
        "active" => "BUYABLE".to_owned(),
        "inactive" | "incomplete" | "closed" => "INACTIVE".to_owned(),
        "deleted" => "DELETED".to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::Field;

    use crate::amazon::sample::report;

    const US: &str = "\u{feff}item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\tasin1\tfulfillment-channel\tmerchant-shipping-group\tstatus\n\
        Case \"large\"\tfor all\t1\tS1\t1,299.00\t10\t2022-05-31 17:21:53 PDT\tB1\tDEFAULT\tStandard\tActive\n\
        Bag\t\t2\tS2\t5.00\t\t2022-06-01 00:00:00 PST\tB2\tAMAZON_NA\t\tInactive\n";

    #[test]
    fn the_american_table() {
        let reading = report("GET_MERCHANT_LISTINGS_ALL_DATA", US);
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let state = &reading.states[0];
        assert!(state.complete);
        let fields = &state.items[0].fields;
        assert_eq!(state.items[0].id, "S1");
        assert_eq!(fields.number(Field::Price), Some(1299.0));
        assert_eq!(fields.text(Field::Created), Some("2022-06-01T00:21:53Z"));
        assert_eq!(fields.text(Field::Status), Some("BUYABLE"));
        assert_eq!(fields.text(Field::ShippingGroup), Some("Standard"));
        assert_eq!(fields.text(Field::Title), Some("Case \"large\""));
        assert_eq!(state.items[1].fields.number(Field::Quantity), None);
        assert_eq!(state.items[1].fields.text(Field::Status), Some("INACTIVE"));
    }

    #[test]
    fn the_british_table_with_deprecated_columns() {
        let reading = report(
            "GET_MERCHANT_LISTINGS_ALL_DATA",
            "item-name\tseller-sku\tprice\tquantity\topen-date\tDeprecated column\tDeprecated column\tasin1\tfulfilment-channel\tstatus\r\n\
             Case\tS1\t129.99\t142\t08/12/2024 10:00:00 GMT\tx\ty\tB0\tDEFAULT\tActive [*]\r\n",
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let fields = &reading.states[0].items[0].fields;
        assert_eq!(fields.text(Field::Fulfilment), Some("DEFAULT"));
        assert_eq!(fields.text(Field::Status), Some("BUYABLE"));
        assert_eq!(fields.text(Field::Created), Some("2024-12-08T10:00:00Z"));
        assert_eq!(fields.text(Field::Asin), Some("B0"));
    }

    #[test]
    fn the_japanese_table_is_known_by_its_columns() {
        let reading = report(
            "",
            "商品名\t出品ID\t出品者SKU\t価格\t数量\t出品日\t商品ID\tフルフィルメント・チャンネル\tステータス\nケース\t1\tS1\t5980\t3\t2022/05/31 17:21:53 JST\tB1\tDEFAULT\tActive\n",
        );
        assert!(reading.problems.is_empty(), "{:?}", reading.problems);
        let state = &reading.states[0];
        assert_eq!(state.items[0].id, "S1");
        assert_eq!(state.items[0].fields.number(Field::Price), Some(5980.0));
        assert_eq!(
            state.items[0].fields.text(Field::Created),
            Some("2022-05-31T08:21:53Z")
        );
        assert!(!state.complete, "its type was not told");
    }

    #[test]
    fn a_table_without_rows_is_an_empty_shop() {
        let header = US.lines().next().expect("a header");
        for text in [
            header.to_owned(),
            format!("{header}\n"),
            format!("{header}\r\n\r\n"),
        ] {
            let reading = report("get_merchant_listings_all_data", &text);
            assert!(reading.problems.is_empty(), "{:?}", reading.problems);
            assert!(reading.states[0].complete && reading.states[0].items.is_empty());
        }
    }

    #[test]
    fn what_is_cut_off_or_unreadable_is_not_complete() {
        let cut = report("GET_MERCHANT_LISTINGS_ALL_DATA", &US[..US.len() - 30]);
        assert!(!cut.states[0].complete && cut.states[0].items.len() == 1);
        assert!(cut.problems[0].says.contains("cut off"));
        let no_sku = report(
            "GET_MERCHANT_LISTINGS_ALL_DATA",
            &US.replace("\tS2\t", "\t\t"),
        );
        assert!(!no_sku.states[0].complete);
        assert_eq!(no_sku.problems[0].place, "row 2 seller-sku");
        let strange = report("GET_MERCHANT_LISTINGS_ALL_DATA", "Artikel\tPreis\nx\t1\n");
        assert!(strange.states.is_empty() && strange.problems.len() == 1);
        let odd = report(
            "GET_MERCHANT_LISTINGS_ALL_DATA",
            &US.replace("PDT", "XYZ").replace("5.00", "five"),
        );
        let places: Vec<&str> = odd
            .problems
            .iter()
            .map(|problem| problem.place.as_str())
            .collect();
        assert_eq!(places, ["row 1 open-date", "row 2 price"]);
        assert!(odd.states[0].complete, "the listings are all there");
    }

    #[test]
    fn a_report_of_some_listings_is_never_complete() {
        assert!(!report("GET_MERCHANT_LISTINGS_INACTIVE_DATA", US).states[0].complete);
    }
}
