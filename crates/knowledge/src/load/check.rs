//! Checks: read, named after their place, with a sample for each answer.

use toml::Value;

use crate::check::{self, Check};

use super::{Input, Loader};

impl Loader {
    /// A file below `checks/`: a check, or a sample, of which only the place counts here.
    pub(super) fn check_file(&mut self, file: &Input<'_>) {
        let path = file.path;
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["checks", theme, name, "check.toml"] => {
                self.check(file, &format!("{theme}/{name}"));
            }
            ["checks", theme, name, folder @ ("pass" | "fail"), _] => {
                self.check_samples
                    .insert((format!("{theme}/{name}"), (*folder).to_owned()));
            }
            _ => self.problem(path, "file", "no such file belongs to a check"),
        }
    }

    fn check(&mut self, file: &Input<'_>, place: &str) {
        let path = file.path;
        let table = file.table().map(Value::Table);
        match table.and_then(Value::try_into::<Check>) {
            Ok(check) => {
                for what in check::mistakes(&check, place) {
                    self.problem(path, "check", what);
                }
                self.knowledge.checks.push(check);
            }
            Err(error) => self.problem(path, "file", error.message().to_owned()),
        }
    }

    /// A check that nobody has seen pass and fail is not loaded.
    pub(super) fn prove_checks(&mut self) {
        let mut missing = Vec::new();
        for check in &self.knowledge.checks {
            for folder in ["pass", "fail"] {
                let sample = (check.id.clone(), folder.to_owned());
                if !self.check_samples.contains(&sample) {
                    let path = format!("checks/{}/check.toml", check.id);
                    missing.push((path, format!("there is no sample in `{folder}/`")));
                }
            }
        }
        for (path, what) in missing {
            self.problem(&path, "check", what);
        }
    }
}
