//! `sellkeep audit`: how well an account is prepared, and the one best thing to do next.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use sellkeep_detect::audit::{Preparation, Score, audit, domain_facts, domain_questions, score};
use sellkeep_mail::printable;
use sellkeep_model::{Answered, CheckResult, Domain, TENANT_DEFAULT, Timestamp};
use sellkeep_respond::ocsf::{self, About};
use serde_json::json;

use super::Usage;
use crate::answers::Answers;
use crate::output::person::{BOLD, PLAIN};
use crate::{knowledge, time};

/// How well an account is prepared: what is in order, what is not, what to do next
#[derive(Args)]
pub struct Arguments {
    /// What is known and what people said: {"account","marketplace","facts","attestations","exceptions"}
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Your own domain: its SPF, DMARC and DKIM are looked up
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// Selector of your domain's DKIM key (repeatable)
    #[arg(long, value_name = "NAME", requires = "domain")]
    selector: Vec<String>,
    /// Where the DNS answers come from: `live`, `none`, or a recorded zone (JSON)
    #[arg(long, default_value = "live", value_name = "live|none|FILE")]
    dns: String,
    /// Judge as of then (RFC 3339) instead of now
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// One JSON object
    #[arg(long, conflicts_with_all = ["html", "ocsf"])]
    json: bool,
    /// One HTML page that works offline
    #[arg(long, conflicts_with = "ocsf")]
    html: bool,
    /// One line per check in the words of OCSF (Compliance Finding)
    #[arg(long)]
    ocsf: bool,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    let mut known = match &arguments.answers {
        Some(path) => read(path)?,
        None => Preparation::default(),
    };
    if let Some(domain) = &arguments.domain {
        look_up(arguments, domain, &mut known)?;
    }
    let now = arguments.at.unwrap_or_else(time::now);
    let results = audit(&knowledge.checks, &known, now);
    let score = score(&results);
    let text = if arguments.json {
        format!("{}\n", as_json(&known, &results, &score, now))
    } else if arguments.html {
        page(&results, &score, now)
    } else if arguments.ocsf {
        let about = About {
            tenant: TENANT_DEFAULT,
            version: env!("CARGO_PKG_VERSION"),
            techniques: &knowledge.techniques,
        };
        let line = |one| format!("{}\n", ocsf::check(&about, &known.account, one, now));
        results.iter().map(line).collect::<Vec<_>>().concat()
    } else {
        for_person(&results, &score)
    };
    anstream::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Preparation> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading the answers {shown}"))?;
    serde_json::from_str(&text).with_context(|| format!("understanding the answers {shown}"))
}

/// What we read ourselves stands above what the file says.
fn look_up(arguments: &Arguments, domain: &str, known: &mut Preparation) -> Result<()> {
    let Ok(domain) = Domain::parse(domain) else {
        return Err(Usage(format!("--domain takes a domain name, not {domain:?}")).into());
    };
    let dns = Answers::new(&arguments.dns, None)?;
    dns.ask(&domain_questions(&domain, &arguments.selector));
    known
        .facts
        .extend(domain_facts(&domain, &arguments.selector, &dns));
    Ok(())
}

fn as_json(
    known: &Preparation,
    results: &[CheckResult],
    score: &Score,
    now: Timestamp,
) -> serde_json::Value {
    json!({ "at": now, "account": known.account, "score": score, "checks": results })
}

fn mark(answer: Answered) -> &'static str {
    match answer {
        Answered::Pass => "in order",
        Answered::Fail => "NOT in order",
        Answered::Unknown => "not known",
        Answered::AskThePerson => "please answer",
    }
}

fn for_person(results: &[CheckResult], score: &Score) -> String {
    let mut out = format!("{BOLD}{} of {} points{PLAIN}\n", score.points, score.of);
    if let Some(next) = &score.next {
        let _ = writeln!(
            out,
            "Next: {} ({} minutes, {} points)\n",
            next.action, next.minutes, next.points
        );
    }
    for one in results {
        let _ = writeln!(
            out,
            "{BOLD}{}{PLAIN}  {}  [{}]",
            mark(one.answer),
            one.question,
            one.check
        );
        let _ = writeln!(out, "  {}", printable::whole(&one.says));
        if one.answer != Answered::Pass {
            fix(&mut out, one);
        }
    }
    out
}

fn fix(out: &mut String, one: &CheckResult) {
    let _ = writeln!(out, "  Why: {}", one.why);
    for step in &one.steps {
        let page = step.page.as_deref().unwrap_or_default();
        let _ = writeln!(out, "  - {} {page}", step.action);
    }
    if let Some(exception) = &one.exception {
        let _ = writeln!(
            out,
            "  {} answers for it until {}: {}",
            printable::whole(&exception.owner),
            exception.expires,
            printable::whole(&exception.reason)
        );
    }
}

const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Preparation</title>\
<style>body{font:1em/1.5 system-ui,sans-serif;max-width:48rem;margin:auto;padding:1rem;\
color-scheme:light dark}</style>";

fn page(results: &[CheckResult], score: &Score, now: Timestamp) -> String {
    let mut out = format!(
        "{PAGE}<h1>Preparation</h1><p>{} of {} points on {now}.</p>",
        score.points, score.of
    );
    if let Some(next) = &score.next {
        let _ = write!(
            out,
            "<p><strong>Next:</strong> {} ({} minutes, {} points)</p>",
            escaped(&next.action),
            next.minutes,
            next.points
        );
    }
    for one in results {
        section(&mut out, one);
    }
    out.push_str("</html>\n");
    out
}

fn section(out: &mut String, one: &CheckResult) {
    let _ = write!(
        out,
        "<h2>{}: {}</h2><p>{}</p>",
        mark(one.answer),
        escaped(&one.question),
        escaped(&one.says)
    );
    if one.answer == Answered::Pass {
        return;
    }
    let _ = write!(out, "<p>{}</p><ul>", escaped(&one.why));
    for step in &one.steps {
        let _ = write!(out, "<li>{}", escaped(&step.action));
        if let Some(page) = &step.page {
            let _ = write!(
                out,
                " <a rel=\"noreferrer\" href=\"{0}\">{0}</a>",
                escaped(page)
            );
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
    if let Some(exception) = &one.exception {
        let _ = write!(
            out,
            "<p>{} answers for it until {}: {}</p>",
            escaped(&exception.owner),
            exception.expires,
            escaped(&exception.reason)
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_are_never_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
