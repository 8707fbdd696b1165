//! Alerts on the screen or as JSON lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use sellkeep_knowledge::Technique;
use sellkeep_mail::printable;
use sellkeep_model::{Alert, AlertLevel, TENANT_DEFAULT};
use sellkeep_respond::ocsf::{self, About};
use serde_json::json;

use super::person::{BOLD, PLAIN, paragraph, section};
use super::width;

/// In which words alerts are printed.
pub enum Form {
    /// For a person.
    Person,
    /// Our own JSON lines.
    Json,
    /// OCSF lines.
    Ocsf(Box<Ocsf>),
}

/// What an OCSF line needs beside the alert.
pub struct Ocsf {
    tenants: BTreeMap<String, String>,
    techniques: Vec<Technique>,
}

impl Ocsf {
    /// With the tenant of each account that is known.
    pub fn new(tenants: BTreeMap<String, String>, techniques: Vec<Technique>) -> Ocsf {
        Ocsf {
            tenants,
            techniques,
        }
    }

    fn line(&self, alert: &Alert) -> serde_json::Value {
        let tenant = self.tenants.get(&alert.detection.account);
        let about = About {
            tenant: tenant.map_or(TENANT_DEFAULT, String::as_str),
            version: env!("CARGO_PKG_VERSION"),
            techniques: &self.techniques,
        };
        ocsf::alert(&about, alert)
    }
}

/// Prints alerts as they are raised and revised.
pub struct AlertPrinter<W: Write = anstream::AutoStream<std::io::Stdout>> {
    form: Form,
    out: W,
    counts: [usize; 3],
}

impl AlertPrinter {
    /// A printer for standard output.
    pub fn new(form: Form) -> AlertPrinter {
        AlertPrinter::to(form, anstream::stdout())
    }
}

impl<W: Write> AlertPrinter<W> {
    /// A printer for any output.
    pub fn to(form: Form, out: W) -> AlertPrinter<W> {
        AlertPrinter {
            form,
            out,
            counts: [0; 3],
        }
    }

    /// Prints one alert as it stands now.
    pub fn print(&mut self, alert: &Alert) -> Result<()> {
        if alert.revision == 1 {
            self.counts[alert.detection.level as usize] += 1;
        }
        let text = match &self.form {
            Form::Json => format!("{}\n", as_json(alert)),
            Form::Ocsf(ocsf) => format!("{}\n", ocsf.line(alert)),
            Form::Person => for_person(alert, width()),
        };
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Says how many there were.
    pub fn finish(&mut self) -> Result<()> {
        if matches!(self.form, Form::Person) {
            let [information, today, now] = self.counts;
            writeln!(
                self.out,
                "{now} to act on now, {today} to check today, {information} for information."
            )?;
        }
        self.out.flush()?;
        Ok(())
    }
}

/// The contract of `sellkeep replay --json`.
pub fn as_json(alert: &Alert) -> serde_json::Value {
    let detection = &alert.detection;
    json!({
        "at": alert.changed.to_string(),
        "account": detection.account,
        "rule": detection.rule,
        "level": detection.level.as_str(),
        "title": detection.title,
        "how_we_know": detection.how_we_know,
        "first_step": detection.first_step,
        "deadline": detection.deadline.map(|deadline| deadline.to_string()),
        "object": detection.object.as_ref().map(ToString::to_string),
        "revision": alert.revision,
    })
}

fn for_person(alert: &Alert, width: usize) -> String {
    let detection = &alert.detection;
    let colour = match detection.level {
        AlertLevel::ActNow => "\x1b[1;31m",
        AlertLevel::CheckToday => "\x1b[1;33m",
        AlertLevel::ForInformation => "\x1b[1;36m",
    };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{colour}{}{PLAIN}  {}  {BOLD}{}{PLAIN}  [{}]",
        detection.level.shown().to_uppercase(),
        alert.changed,
        printable::whole(&detection.account),
        detection.rule
    );
    paragraph(&mut out, "", &printable::whole(&detection.title), width);
    section(&mut out, "How we know");
    for sentence in &detection.how_we_know {
        paragraph(&mut out, "  - ", &printable::whole(sentence), width);
    }
    section(&mut out, "First thing to do");
    paragraph(
        &mut out,
        "  ",
        &printable::whole(&detection.first_step),
        width,
    );
    if let Some(deadline) = detection.deadline {
        paragraph(
            &mut out,
            "  ",
            &format!("Time left until {deadline}."),
            width,
        );
    }
    out.push('\n');
    out
}
