//! Verdicts on real mails, as one table; every wrong mail by name.
//!
//! The mails lie outside the repository. Where they are absent the table says
//! so and measures what it can: the re-created notices and their mutations.

pub mod dice;
mod folder;
mod mutate;
mod notices;
mod save;
mod spoofs;
mod table;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::Examiner;

use self::table::Table;

struct Options {
    folder: PathBuf,
    mutations: usize,
    wrong: bool,
    save: Option<PathBuf>,
}

/// Runs all measures; fails where one misses what it must be.
pub fn run(arguments: &[String]) -> Result<()> {
    let options = options(arguments)?;
    let knowledge = Knowledge::builtin().context("the built-in knowledge cannot be loaded")?;
    let examiner = Examiner::new(knowledge);
    if let Some(file) = &options.save {
        return save::write(&examiner, &options.folder, file);
    }
    let mut table = Table::default();
    genuine(&examiner, &options, &mut table)?;
    if options.folder.is_dir() {
        spoofs::measure(&options.folder, &mut table)?;
        folder::measure(&examiner, &options.folder, &mut table)?;
    } else {
        println!("skipped: no corpus at {}", options.folder.display());
    }
    table.print(options.wrong);
    if table.has_missed() {
        bail!("a measure misses what it must be");
    }
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options {
        folder: "../shared/corpus".into(),
        mutations: 1_000_000,
        wrong: false,
        save: None,
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--wrong" => options.wrong = true,
            "--save" => {
                let file = rest.next().context("--save needs a file")?;
                options.save = Some(file.into());
            }
            "--mutations" => {
                let number = rest.next().context("--mutations needs a number")?;
                options.mutations = number
                    .parse()
                    .with_context(|| format!("--mutations: {number:?} is no number"))?;
            }
            folder if !folder.starts_with("--") => options.folder = folder.into(),
            other => bail!("there is no option {other:?}"),
        }
    }
    Ok(options)
}

/// Re-created notices must be genuine; no mutation of them may be.
fn genuine(examiner: &Examiner, options: &Options, table: &mut Table) -> Result<()> {
    let (notices, zone) = notices::signed()?;
    let (right, wrong) = notices::judge(examiner, &notices, &zone);
    table.at_least(
        "re-created notices of complete brands: genuine, with caution",
        right,
        notices.len(),
        100.0,
        wrong,
    );
    let wrong = mutate::measure(examiner, &notices, &zone, options.mutations);
    table.none(
        &format!("genuine on {} mutations", options.mutations),
        wrong,
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_genuine_and_their_mutations_are_not() {
        let examiner = Examiner::new(Knowledge::builtin().unwrap());
        let (notices, zone) = notices::signed().unwrap();
        assert!(notices.len() > 180);
        let (_, wrong) = notices::judge(&examiner, &notices, &zone);
        assert!(wrong.is_empty(), "{wrong:#?}");
        let wrong = mutate::measure(&examiner, &notices, &zone, 10_000);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
