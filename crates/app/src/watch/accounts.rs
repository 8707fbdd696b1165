//! The accounts file: `{"accounts":[…]}`, and accounts that records name but no file does.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use sellkeep_model::{Account, TENANT_DEFAULT};
use serde::Deserialize;

/// An accounts file larger than this was not written by people or their programs: a
/// million accounts with all their details need less.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

#[derive(Deserialize)]
struct File {
    accounts: Vec<Account>,
}

/// Reads an accounts file. Two accounts of one id are a mistake.
pub fn read(path: &Path) -> Result<BTreeMap<String, Account>> {
    let size = std::fs::metadata(path)
        .with_context(|| format!("reading the accounts file {}", path.display()))?
        .len();
    if size > FILE_BYTES_MAX {
        bail!("the accounts file {} is larger than 2 GiB", path.display());
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("reading the accounts file {}", path.display()))?;
    let file: File = serde_json::from_str(&text).with_context(|| {
        format!(
            "the accounts file {} is not of the form {{\"accounts\":[{{\"id\":…,\"marketplace\":…}}]}}",
            path.display()
        )
    })?;
    let mut accounts = BTreeMap::new();
    for account in file.accounts {
        let id = account.id.clone();
        if accounts.insert(id.clone(), account).is_some() {
            bail!(
                "the accounts file {} names account {id:?} twice",
                path.display()
            );
        }
    }
    Ok(accounts)
}

/// An account that only its records name: nothing is attested, nothing confirmed.
pub fn unknown(id: &str, source: &str) -> Account {
    let marketplace = source.split_once('.').map_or("amazon", |(brand, _)| brand);
    Account {
        id: id.to_owned(),
        tenant: TENANT_DEFAULT.to_owned(),
        marketplace: marketplace.to_owned(),
        name: None,
        stores: Vec::new(),
        time_zone: None,
        addresses: Vec::new(),
        languages: Vec::new(),
        country: None,
        trusted_authserv_ids: Vec::new(),
        deposit_tails: Vec::new(),
        baseline_confirmed: false,
        holds: BTreeMap::new(),
        planned_changes: Vec::new(),
        sources: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file
    }

    #[test]
    fn the_whole_contract_is_read() {
        let text = r#"{"accounts":[{"id":"a","tenant":"t","marketplace":"amazon","stores":["ATVPDKIKX0DER"],
            "time_zone":"Europe/Berlin","addresses":["me@example.org"],"trusted_authserv_ids":["mx.example.org"],
            "deposit_tails":["677"],"baseline_confirmed":true,"holds":{"amazon":"P3D"},
            "planned_changes":[{"kind":"payout.method_added","from":"2026-11-01T00:00:00Z","to":"2026-11-02T00:00:00Z","by":"mia"}],
            "sources":[{"source":"mailbox","expected_every":"PT24H","grace":"PT6H"}]},
            {"id":"b","marketplace":"ebay"}]}"#;
        let accounts = read(file(text).path()).expect("accounts");
        assert_eq!(accounts.len(), 2);
        assert_eq!(accounts["a"].holds["amazon"].0.as_hours(), 72);
        assert_eq!(accounts["b"].tenant, "default");
    }

    #[test]
    fn mistakes_name_the_file_and_the_thing() {
        let twice =
            r#"{"accounts":[{"id":"a","marketplace":"amazon"},{"id":"a","marketplace":"ebay"}]}"#;
        let said = format!("{:#}", read(file(twice).path()).expect_err("a mistake"));
        assert!(said.contains("\"a\" twice"), "{said}");
        let said = format!("{:#}", read(file("[]").path()).expect_err("a mistake"));
        assert!(said.contains("is not of the form"), "{said}");
    }
}
