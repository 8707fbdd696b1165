//! `sellkeep password`: how soon a password is guessed, whether it has leaked, a better one.
//!
//! Typed hidden, looked at here, forgotten: it is never stored, printed or logged, and of
//! its hash at most the first five digits leave the machine, to an address that the user
//! names (k-anonymity: hundreds of other passwords share them).

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use clap::Args;
use sellkeep_model::hexadecimal;
use zeroize::Zeroizing;
use zxcvbn::Score;

use super::Usage;

/// How strong a password is and whether it has leaked; or make a new one
#[derive(Args)]
pub struct Arguments {
    /// Make a new password and print it
    #[arg(long, conflicts_with_all = ["breached", "range_url"])]
    generate: bool,
    /// Letters of the new password
    #[arg(long, default_value_t = 20, requires = "generate", value_parser = clap::value_parser!(u16).range(15..=64))]
    length: u16,
    /// File of leaked passwords: one SHA-1 a line, with or without `:COUNT`
    #[arg(long, value_name = "FILE")]
    breached: Option<PathBuf>,
    /// Address that answers ranges of hashes; the first five digits are appended
    #[arg(long, value_name = "URL", conflicts_with = "breached")]
    range_url: Option<String>,
}

/// A password used alone has at least 15 characters (NIST SP 800-63B-4).
const LENGTH_MIN: usize = 15;

/// Longer ones are cut for guessing: the guesser's time grows fast with the length.
const GUESSED_MAX: usize = 100;

/// Letters that nobody mistakes for one another on paper.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ234679-_.+";

/// How many digits of a hash are told: those that range services ask for.
const PREFIX_DIGITS: usize = 5;

/// Longer than any service takes for a range.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Exit code for a weak or leaked password.
const WEAK: u8 = 10;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    if arguments.generate {
        println!("{}", generate(usize::from(arguments.length))?.as_str());
        return Ok(ExitCode::SUCCESS);
    }
    let password = typed()?;
    if password.is_empty() {
        return Err(Usage("no password was typed".to_owned()).into());
    }
    let strong = tell_strength(&password);
    let leaked = leaked(arguments, &password)?;
    match leaked {
        Some(0) => println!("It is not among the leaked passwords that were looked through."),
        Some(times) => {
            println!("It has leaked {times} times: never use it, change it wherever it is used.");
        }
        None => println!(
            "Whether it has leaked was not looked up (--breached FILE or --range-url URL)."
        ),
    }
    if strong && leaked.unwrap_or(0) == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    println!("A better one: sellkeep password --generate");
    Ok(ExitCode::from(WEAK))
}

fn typed() -> Result<Zeroizing<String>> {
    if stdin().is_terminal() {
        let typed = rpassword::prompt_password("Password (not shown, not stored): ");
        return Ok(Zeroizing::new(typed.context("reading the password")?));
    }
    let mut line = Zeroizing::new(String::new());
    stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the password")?;
    let typed = line.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(typed.to_owned()))
}

/// Says how strong it is; true for one that may be used alone.
fn tell_strength(password: &str) -> bool {
    let letters = password.chars().count();
    let cut: Zeroizing<String> = Zeroizing::new(password.chars().take(GUESSED_MAX).collect());
    let guessed = zxcvbn::zxcvbn(&cut, &["amazon", "seller", "sellercentral"]);
    let words = match guessed.score() {
        Score::Zero | Score::One => "Weak",
        Score::Two => "Guessable",
        Score::Three => "Fair",
        _ => "Strong",
    };
    println!(
        "{words}: somebody who has its hash needs about 10^{:.0} guesses.",
        guessed.guesses_log10()
    );
    if letters < LENGTH_MIN {
        println!(
            "It has {letters} letters; {LENGTH_MIN} or more are advised where it stands alone."
        );
    }
    if let Some(feedback) = guessed.feedback() {
        if let Some(warning) = feedback.warning() {
            println!("{warning}");
        }
        for suggestion in feedback.suggestions() {
            println!("{suggestion}");
        }
    }
    guessed.score() >= Score::Three && letters >= LENGTH_MIN
}

/// How often it has leaked; `None` where nobody was asked.
fn leaked(arguments: &Arguments, password: &str) -> Result<Option<u64>> {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let hash = Zeroizing::new(hexadecimal(hash.as_ref()).to_ascii_uppercase());
    match (&arguments.breached, &arguments.range_url) {
        (Some(path), _) => in_file(path, &hash).map(Some),
        (None, Some(url)) => in_range(url, &hash).map(Some),
        (None, None) => Ok(None),
    }
}

fn in_file(path: &Path, hash: &str) -> Result<u64> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("opening the leaked passwords {shown}"))?;
    for line in BufReader::new(file).lines() {
        let line = line.with_context(|| format!("reading the leaked passwords {shown}"))?;
        if let Some(times) = times(&line, hash) {
            return Ok(times);
        }
    }
    Ok(0)
}

/// The count of a line `HASH:COUNT` or `HASH`, if it is about this hash.
fn times(line: &str, hash: &str) -> Option<u64> {
    let (found, count) = line.split_once(':').unwrap_or((line, "1"));
    let same = found.trim().eq_ignore_ascii_case(hash);
    same.then(|| count.trim().parse().unwrap_or(1))
}

fn in_range(url: &str, hash: &str) -> Result<u64> {
    let here = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    if !url.starts_with("https://") && !here.iter().any(|place| url.starts_with(place)) {
        return Err(Usage("--range-url must begin with https://".to_owned()).into());
    }
    let (prefix, rest) = hash.split_at(PREFIX_DIGITS);
    let address = format!("{}/{prefix}", url.trim_end_matches('/'));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let body = runtime
        .block_on(fetch(&address))
        .context("asking for the range of leaked passwords")?;
    Ok(body.lines().find_map(|line| times(line, rest)).unwrap_or(0))
}

async fn fetch(address: &str) -> Result<String> {
    let client = reqwest::Client::builder().timeout(WAIT_MAX).build()?;
    // Padded answers all have about one length, so that a listener learns nothing.
    let answer = client
        .get(address)
        .header("Add-Padding", "true")
        .send()
        .await?;
    if !answer.status().is_success() {
        bail!("the service answered {}", answer.status());
    }
    Ok(answer.text().await?)
}

fn generate(length: usize) -> Result<Zeroizing<String>> {
    let random = SystemRandom::new();
    let mut made = Zeroizing::new(String::with_capacity(length));
    // Bytes beyond the last whole multiple are thrown away, or some letters came oftener.
    let fair = 256 - 256 % LETTERS.len();
    let mut byte = [0_u8];
    while made.len() < length {
        if random.fill(&mut byte).is_err() {
            bail!("making a password: the system gives no random numbers");
        }
        let drawn = usize::from(byte[0]);
        if drawn < fair {
            made.push(char::from(LETTERS[drawn % LETTERS.len()]));
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_comes_about_equally_often_and_no_password_twice() {
        let mut counts = [0_usize; 128];
        let mut seen = std::collections::HashSet::new();
        for _ in 0..2_000 {
            let made = generate(20).expect("a password");
            assert_eq!(made.len(), 20);
            made.bytes()
                .for_each(|letter| counts[usize::from(letter)] += 1);
            assert!(seen.insert(made.to_string()));
        }
        let expected = 40_000 / LETTERS.len();
        for letter in LETTERS {
            let count = counts[usize::from(*letter)];
            assert!(count > expected / 2 && count < expected * 2, "{count}");
        }
        assert_eq!(
            LETTERS.len(),
            LETTERS
                .iter()
                .collect::<std::collections::HashSet<_>>()
                .len()
        );
    }

    #[test]
    fn a_strong_password_is_long_and_not_guessable() {
        assert!(!tell_strength("password"));
        assert!(!tell_strength("aaaaaaaaaaaaaaaaaaaaaaaaa"));
        assert!(!tell_strength("kG7.vq2+Xe"));
        assert!(tell_strength(&generate(20).expect("a password")));
    }

    #[test]
    fn lines_are_read_with_and_without_a_count() {
        assert_eq!(times("ABC:12", "ABC"), Some(12));
        assert_eq!(times("abc", "ABC"), Some(1));
        assert_eq!(times("ABD:12", "ABC"), None);
        assert_eq!(times("", "ABC"), None);
    }

    #[test]
    fn nothing_is_told_over_an_open_line() {
        let refused = in_range("http://example.com/range", &"A".repeat(40));
        assert!(
            refused
                .expect_err("refused")
                .downcast_ref::<Usage>()
                .is_some()
        );
    }
}
