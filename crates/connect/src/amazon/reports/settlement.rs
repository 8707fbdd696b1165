//! Settlement reports: how much was paid out and when. They name no bank account.

use sellkeep_model::{EventKind, Field, Object, Reading};

use super::table::Table;
use crate::amazon::frame::Frame;

/// What a settlement is called among movements of money.
const TYPE: &str = "SETTLEMENT";

/// Whether the columns are those of this report.
pub(super) fn has_columns(columns: &[String]) -> bool {
    let has = |name: &str| columns.iter().any(|column| column == name);
    has("settlement-id") && has("total-amount")
}

/// One event a settlement: the rows that name a total.
pub(super) fn read(frame: &Frame<'_>, reading: &mut Reading) {
    let Some(table) = Table::of(frame, has_columns) else {
        return;
    };
    for row in table.rows() {
        let Some(total) = row.number(&["total-amount"]) else {
            continue;
        };
        let Some(id) = row.text(&["settlement-id"]) else {
            row.problem(&["settlement-id"], "is empty; the row was left out");
            continue;
        };
        let paid = row.time(&["deposit-date"]);
        let mut event = frame.event(EventKind::TransactionPosted, &[TYPE, &id], paid);
        event.store = frame.asked_store();
        let fields = &mut event.after;
        fields.set(Field::Type, TYPE);
        fields.set(Field::Settlement, id.as_str());
        fields.set(Field::Amount, total);
        fields.set_if(Field::Currency, row.text(&["currency"]));
        fields.set_if(Field::Scheduled, paid);
        fields.set_if(Field::Since, row.time(&["settlement-start-date"]));
        fields.set_if(Field::Until, row.time(&["settlement-end-date"]));
        event.object = Some(Object::new("settlement", id));
        reading.events.push(event);
    }
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field};

    use crate::amazon::sample::report;

    #[test]
    fn a_settlement_is_one_event_whatever_rows_follow() {
        for (start, total) in [
            ("2026-03-01 00:00:00 UTC", "1,847.32"),
            ("01.03.2026 00:00:00 UTC", "1847,32"),
        ] {
            let text = format!(
                "settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\torder-id\tamount\n\
                 18906543210\t{start}\t2026-03-15T00:00:00+00:00\t2026-03-17\t{total}\tGBP\t\t\t\n\
                 18906543210\t\t\t\t\t\tOrder\t206-1\t29.99\n"
            );
            let reading = report("GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2", &text);
            assert!(reading.problems.is_empty(), "{:?}", reading.problems);
            let [event] = &reading.events[..] else {
                panic!("one event");
            };
            assert_eq!(event.kind, EventKind::TransactionPosted);
            assert_eq!(event.after.number(Field::Amount), Some(1847.32));
            assert_eq!(event.after.text(Field::Since), Some("2026-03-01T00:00:00Z"));
            assert_eq!(event.happened.to_string(), "2026-03-17T00:00:00Z");
            assert_eq!(report("", &text).events[0].after, event.after);
        }
    }
}
