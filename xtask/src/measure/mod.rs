//! The shape of the code in figures; fails where a bound of the house is passed.
//!
//! Tests count only where it is said. A line count of a function begins at its
//! signature and ends at its closing brace.

mod counts;
mod items;

use anyhow::{Result, bail};

use self::counts::Lines;
use self::items::{Function, Items};
use crate::source;
use crate::tidy::{self, layers};

/// A function longer than this does more than one thing.
const FUNCTION_LINES_MAX: usize = 70;

/// Measures all code and prints the table.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("measure takes no arguments, not {argument:?}");
    }
    let root = source::root();
    let sources = source::all(&root)?;
    let mut items = Items::default();
    let mut lines = Lines::default();
    let mut files = Vec::new();
    for source in &sources {
        items.read(source);
        lines.read(source);
        files.push(source.text.lines().count());
    }
    let depth = layers::depth(&layers::graph(&root, &[])?);
    let functions: Vec<usize> = items.functions.iter().map(|f| f.lines).collect();
    print_functions(functions);
    print_files(files.clone());
    print_rest(&items, &lines, depth);
    let long: Vec<&Function> = items
        .functions
        .iter()
        .filter(|function| function.lines > FUNCTION_LINES_MAX)
        .collect();
    for function in &long {
        println!("too long: {} lines, {}", function.lines, function.name);
    }
    let long_files = files.iter().filter(|lines| **lines > tidy::LINES_MAX);
    let long_files = long_files.count();
    if !long.is_empty() || long_files > 0 {
        bail!(
            "{} functions and {long_files} files are too long",
            long.len()
        );
    }
    Ok(())
}

fn print_functions(mut lines: Vec<usize>) {
    lines.sort_unstable();
    println!(
        "functions          {:>8}   median {} lines, 95 % {}, longest {}",
        lines.len(),
        quantile(&lines, 50),
        quantile(&lines, 95),
        quantile(&lines, 100),
    );
}

fn print_files(mut lines: Vec<usize>) {
    lines.sort_unstable();
    println!(
        "files              {:>8}   median {} lines, 95 % {}, longest {}",
        lines.len(),
        quantile(&lines, 50),
        quantile(&lines, 95),
        quantile(&lines, 100),
    );
}

fn print_rest(items: &Items, lines: &Lines, depth: usize) {
    println!(
        "public items       {:>8}   documented {} %",
        items.public,
        tenths(items.documented * 100, items.public),
    );
    println!(
        "code lines         {:>8}   comment lines for each {}",
        lines.code,
        hundredths(lines.comment, lines.code),
    );
    println!(
        "test lines         {:>8}   of all lines {} %",
        lines.test,
        tenths(lines.test * 100, lines.all()),
    );
    println!(
        "unwrap and expect  {:>8}   for 1,000 code lines {}",
        items.unwraps,
        hundredths(items.unwraps * 1000, lines.code),
    );
    println!("crate graph depth  {depth:>8}");
}

/// The value below which that share of a sorted list lies; 0 for an empty one.
fn quantile(sorted: &[usize], percent: usize) -> usize {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(0)
}

fn tenths(part: usize, whole: usize) -> String {
    let value = (part * 10).checked_div(whole).unwrap_or(0);
    format!("{}.{}", value / 10, value % 10)
}

fn hundredths(part: usize, whole: usize) -> String {
    let value = (part * 100).checked_div(whole).unwrap_or(0);
    format!("{}.{:02}", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_of_the_list() {
        let list: Vec<usize> = (1..=100).collect();
        assert_eq!(quantile(&list, 50), 50);
        assert_eq!(quantile(&list, 95), 95);
        assert_eq!(quantile(&list, 100), 100);
        assert_eq!(quantile(&[], 50), 0);
    }

    #[test]
    fn shares_are_cut_and_never_divide_by_nothing() {
        assert_eq!(tenths(200, 3), "66.6");
        assert_eq!(hundredths(1, 3), "0.33");
        assert_eq!(tenths(1, 0), "0.0");
    }
}
