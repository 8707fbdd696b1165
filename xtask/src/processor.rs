//! Processor time: the clock would count the neighbours of a shared machine too.

use std::fs;

/// Seconds that this thread has run so far.
pub fn seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}

/// Clock ticks of `/proc/*/stat` in a second on every Linux of today (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

/// Seconds that finished child processes have run so far.
pub fn children_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in parentheses: fields 16 and 17 of proc(5), counted from 1.
    let rest = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = rest
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    fields.iter().sum::<f64>() / TICKS
}
