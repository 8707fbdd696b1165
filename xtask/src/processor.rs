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

/// Seconds that a process and all below it that are still alive have run so far.
pub fn tree_seconds(root: u32) -> f64 {
    let processes = processes();
    let mut tree = vec![root];
    let mut at = 0;
    while let Some(parent) = tree.get(at).copied() {
        let children = processes.iter().filter(|process| process.parent == parent);
        tree.extend(children.map(|process| process.id));
        at += 1;
    }
    let own = processes
        .iter()
        .filter(|process| tree.contains(&process.id));
    own.map(|process| process.seconds).sum()
}

struct Process {
    id: u32,
    parent: u32,
    seconds: f64,
}

fn processes() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| process(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

fn process(id: u32) -> Option<Process> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    // Behind the name: fields 4 (parent), 14 and 15 (user and system time) of proc(5).
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Process {
        id,
        parent: fields.get(1)?.parse().ok()?,
        seconds: (ticks(11)? + ticks(12)?) / TICKS,
    })
}
