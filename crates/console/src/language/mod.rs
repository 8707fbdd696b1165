//! Languages of the panic path, of verdicts and of levels: what a person reads when there
//! is no time to translate.
//!
//! Catalogues in Fluent, built in. English is complete; a line that another language lacks
//! is shown in English, and pages mark which language a text is in. Not here: the rest of
//! the console, which is English.

mod wanted;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use jiff::SignedDuration;

/// One language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// Italian.
    It,
    /// Japanese.
    Ja,
    /// Chinese (simplified).
    Zh,
}

/// A text and the language it came out in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Its language (BCP 47).
    pub lang: &'static str,
}

type Catalogue = FluentBundle<FluentResource>;

impl Language {
    /// Every language.
    pub const ALL: &'static [Language] = &[
        Language::En,
        Language::De,
        Language::Es,
        Language::Fr,
        Language::It,
        Language::Ja,
        Language::Zh,
    ];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::De => "de",
            Language::Es => "es",
            Language::Fr => "fr",
            Language::It => "it",
            Language::Ja => "ja",
            Language::Zh => "zh",
        }
    }

    fn source(self) -> &'static str {
        match self {
            Language::En => include_str!("../../languages/en.ftl"),
            Language::De => include_str!("../../languages/de.ftl"),
            Language::Es => include_str!("../../languages/es.ftl"),
            Language::Fr => include_str!("../../languages/fr.ftl"),
            Language::It => include_str!("../../languages/it.ftl"),
            Language::Ja => include_str!("../../languages/ja.ftl"),
            Language::Zh => include_str!("../../languages/zh.ftl"),
        }
    }

    /// A line without anything to fill in.
    pub fn say(self, key: &str) -> String {
        self.fill(key, &FluentArgs::new()).text
    }

    /// A line with a name filled in.
    pub fn say_of(self, key: &str, name: &'static str, value: &str) -> String {
        let mut filled = FluentArgs::new();
        filled.set(name, value.to_owned());
        self.fill(key, &filled).text
    }

    /// A line with numbers filled in.
    pub fn count(self, key: &str, numbers: &[(&'static str, i64)]) -> String {
        let mut filled = FluentArgs::new();
        for (name, number) in numbers {
            filled.set(*name, *number);
        }
        self.fill(key, &filled).text
    }

    /// A text of the knowledge where there is a line for it, else the text itself.
    pub fn or(self, key: &str, english: &str) -> Said {
        match lines(self, key, &FluentArgs::new()) {
            Some(text) => Said {
                text,
                lang: self.tag(),
            },
            None => Said {
                text: english.to_owned(),
                lang: Language::En.tag(),
            },
        }
    }

    /// Until when, from when it happened.
    pub fn within(self, length: SignedDuration) -> String {
        let minutes = length.as_mins();
        let (key, count) = match minutes {
            ..60 => ("step-within-minutes", minutes),
            60..1_440 => ("step-within-hours", minutes / 60),
            _ => ("step-within-days", minutes / 1_440),
        };
        self.count(key, &[("count", count)])
    }

    fn fill(self, key: &str, filled: &FluentArgs<'_>) -> Said {
        let languages = [self, Language::En];
        let mut said = languages.iter().filter_map(|language| {
            let text = lines(*language, key, filled)?;
            let lang = language.tag();
            Some(Said { text, lang })
        });
        said.next().unwrap_or_else(|| Said {
            text: key.to_owned(),
            lang: Language::En.tag(),
        })
    }
}

/// A line of one language, where it has it and everything in it could be filled in.
fn lines(language: Language, key: &str, filled: &FluentArgs<'_>) -> Option<String> {
    let catalogue = catalogues().get(&language)?;
    let pattern = catalogue.get_message(key)?.value()?;
    let mut problems = Vec::new();
    let text = catalogue.format_pattern(pattern, Some(filled), &mut problems);
    problems.is_empty().then(|| text.into_owned())
}

/// All catalogues, read at the first use. A broken one is left out; a test looks for that.
fn catalogues() -> &'static BTreeMap<Language, Catalogue> {
    static READ: OnceLock<BTreeMap<Language, Catalogue>> = OnceLock::new();
    READ.get_or_init(|| {
        let read = |language: &Language| Some((*language, catalogue(*language)?));
        Language::ALL.iter().filter_map(read).collect()
    })
}

fn catalogue(language: Language) -> Option<Catalogue> {
    let resource = FluentResource::try_new(language.source().to_owned()).ok()?;
    let mut bundle = FluentBundle::new_concurrent(vec![language.tag().parse().ok()?]);
    // Marks around what is filled in would show as boxes in some browsers' titles.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).ok()?;
    Some(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of a catalogue, as they stand in the file.
    fn keys(language: Language) -> Vec<&'static str> {
        let lines = language.source().lines();
        lines
            .filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase()))
            .filter_map(|line| Some(line.split_once(" =")?.0))
            .collect()
    }

    #[test]
    fn every_language_says_everything_that_english_says() {
        let english = keys(Language::En);
        assert!(english.len() > 30);
        let mut filled = FluentArgs::new();
        filled.set("brand", "amazon");
        for name in ["number", "steps", "count"] {
            filled.set(name, 7);
        }
        for language in Language::ALL {
            assert_eq!(keys(*language), english, "{}", language.tag());
            for key in &english {
                let text = lines(*language, key, &filled);
                let text = text.unwrap_or_else(|| panic!("{} {key}", language.tag()));
                let wants = |name: &str| lines(Language::En, key, &filled).unwrap().contains(name);
                for part in ["amazon", "7"] {
                    assert_eq!(text.contains(part), wants(part), "{} {key}", language.tag());
                }
            }
        }
    }

    #[test]
    fn the_english_steps_are_those_of_the_playbook() {
        let knowledge = sellkeep_knowledge::Knowledge::builtin().unwrap();
        let mut playbooks = knowledge.playbooks.iter();
        let playbook = playbooks.find(|one| one.id == "password-entered").unwrap();
        for step in playbook.steps.iter().take(5) {
            let key = format!("password-entered-{}", step.number);
            assert_eq!(Language::En.say(&key), step.action);
        }
    }

    #[test]
    fn numbers_choose_their_form_and_what_is_missing_stays_english() {
        let within =
            |language: Language, minutes| language.within(SignedDuration::from_mins(minutes));
        assert_eq!(within(Language::De, 1), "1 Minute nach dem Vorfall");
        assert_eq!(within(Language::De, 5), "5 Minuten nach dem Vorfall");
        assert_eq!(within(Language::Ja, 120), "発生から 2 時間以内");
        assert_eq!(within(Language::Fr, 1_440), "1 jour après les faits");
        let missing = Language::De.or("no-such-line", "As it stands.");
        assert_eq!(
            (missing.text.as_str(), missing.lang),
            ("As it stands.", "en")
        );
    }
}
