//! The table of measures.

/// Rows under construction.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    measure: String,
    got: String,
    must: String,
    met: bool,
    wrong: Vec<String>,
}

impl Table {
    /// A share that must reach a percentage.
    pub fn at_least(
        &mut self,
        measure: &str,
        right: usize,
        all: usize,
        percent: f64,
        wrong: Vec<String>,
    ) {
        let share = share(right, all);
        self.push(
            measure,
            format!("{right} of {all} = {share:.2} %"),
            format!(">= {percent} %"),
            share >= percent,
            wrong,
        );
    }

    /// A share that must not exceed a percentage.
    pub fn at_most(
        &mut self,
        measure: &str,
        count: usize,
        all: usize,
        percent: f64,
        wrong: Vec<String>,
    ) {
        let share = share(count, all);
        self.push(
            measure,
            format!("{count} of {all} = {share:.2} %"),
            format!("<= {percent} %"),
            share <= percent || all == 0,
            wrong,
        );
    }

    /// Nothing may be wrong.
    pub fn none(&mut self, measure: &str, wrong: Vec<String>) {
        self.push(
            measure,
            wrong.len().to_string(),
            "0".to_owned(),
            wrong.is_empty(),
            wrong,
        );
    }

    /// A figure without a bound.
    pub fn figure(&mut self, measure: &str, got: String) {
        self.push(measure, got, "-".to_owned(), true, Vec::new());
    }

    fn push(&mut self, measure: &str, got: String, must: String, met: bool, wrong: Vec<String>) {
        self.rows.push(Row {
            measure: measure.to_owned(),
            got,
            must,
            met,
            wrong,
        });
    }

    /// Whether some row misses its bound.
    pub fn has_missed(&self) -> bool {
        self.rows.iter().any(|row| !row.met)
    }

    /// Prints all rows, and the wrong mails of those that are not perfect.
    pub fn print(&self, all_wrong: bool) {
        let width = self
            .rows
            .iter()
            .map(|row| row.measure.len())
            .max()
            .unwrap_or_default();
        for row in &self.rows {
            let mark = if row.met { "ok  " } else { "MISS" };
            println!(
                "{mark} {:width$}  {:>26}  must be {}",
                row.measure, row.got, row.must
            );
        }
        for row in self.rows.iter().filter(|row| !row.wrong.is_empty()) {
            println!("\n{}: wrong", row.measure);
            let shown = if all_wrong { usize::MAX } else { 20 };
            for name in row.wrong.iter().take(shown) {
                println!("  {name}");
            }
            if row.wrong.len() > shown {
                println!("  and {} more (--wrong shows all)", row.wrong.len() - shown);
            }
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of mails are far below 2^52"
)]
fn share(count: usize, all: usize) -> f64 {
    if all == 0 {
        100.0
    } else {
        count as f64 * 100.0 / all as f64
    }
}
