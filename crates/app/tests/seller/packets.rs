//! Evidence and packets: gathered, signed, packed for each reader, checked without us.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;

use crate::people::Person;
use crate::place::{ACCOUNT, FAKE};
use crate::server::Server;
use crate::shop::{opened, ours};

const READERS: [&str; 6] = [
    "marketplace",
    "bank",
    "police",
    "insurer",
    "client",
    "amazon-api",
];

/// An incident of the takeover; its id.
fn incident(server: &Server, owner: &Person) -> String {
    let alerts = format!("/api/alerts?account={ACCOUNT}&limit=200");
    let alerts = server.json(owner, &alerts);
    let items = alerts["items"].as_array().unwrap().clone();
    let alert = items
        .iter()
        .find(|one| {
            one["detection"]["rule"]
                .as_str()
                .unwrap()
                .contains("payout")
        })
        .expect("the takeover was noticed");
    let id = alert["id"].as_str().unwrap();
    let done = server.sent_by(owner, &format!("/alerts/{id}"), &[("answer", "not-me")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let place = done.header("location").to_owned();
    place.strip_prefix("/incidents/").unwrap().to_owned()
}

fn packet(server: &Server, owner: &Person, id: &str, reader: &str) -> Vec<u8> {
    let fields = [
        ("act", "packet"),
        ("reader", reader),
        ("business", "Mia & Co"),
    ];
    let answer = server.parts_by(owner, &format!("/evidence/{id}"), &fields, None);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/zip");
    assert!(answer.header("content-disposition").contains(reader));
    answer.body
}

type Files = BTreeMap<String, Vec<u8>>;

fn unpacked(zip: &[u8]) -> Files {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = Files::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn packed(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(path.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What `sellkeep evidence verify` says, and whether it is content.
fn verified(folder: &Path, zip: &[u8]) -> (bool, String) {
    std::fs::write(folder.join("p.zip"), zip).unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
        .args(["evidence", "verify", "p.zip"])
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let trouble = String::from_utf8_lossy(&said.stderr).into_owned();
    (said.status.success(), text + &trouble)
}

#[test]
fn every_reader_gets_a_packet_that_proves_itself() {
    let (server, owner) = opened();
    let id = incident(&server, &owner);
    let folder = tempfile::tempdir().unwrap();
    for reader in READERS {
        let zip = packet(&server, &owner, &id, reader);
        let (right, says) = verified(folder.path(), &zip);
        assert!(right, "{reader}: {says}");
        let files = unpacked(&zip);
        for name in ["report-a4.pdf", "report-letter.pdf"] {
            assert!(files[name].starts_with(b"%PDF-"), "{reader} {name}");
        }
        let originals = files.keys().filter(|path| path.starts_with("originals/"));
        let handed = originals.count() > 0;
        // This takeover was read from Amazon's own interface: Amazon needs no copy of that.
        assert_eq!(handed, reader == "police", "{reader}");
        let chain = String::from_utf8(files["chain.jsonl"].clone()).unwrap();
        assert!(chain.lines().count() > 1, "{reader}: {chain}");
    }
    let page = server.page(&owner, &format!("/evidence/{id}"));
    assert!(page.contains("Amazon’s 24 hours"), "{page}");
    let audit = server.page(&owner, "/audit");
    assert!(audit.contains("packet-made"));
}

#[test]
fn every_change_to_a_packet_shows() {
    let (server, owner) = opened();
    let id = incident(&server, &owner);
    let files = unpacked(&packet(&server, &owner, &id, "police"));
    let folder = tempfile::tempdir().unwrap();
    let broken = |change: &dyn Fn(&mut Files)| {
        let mut changed = files.clone();
        change(&mut changed);
        let (right, says) = verified(folder.path(), &packed(&changed));
        assert!(!right, "{says}");
        says
    };
    let says = broken(&|files| files.get_mut("timeline.csv").unwrap().push(b'x'));
    assert!(says.contains("timeline.csv was changed"), "{says}");
    let says = broken(&|files| drop(files.insert("more.txt".to_owned(), Vec::new())));
    assert!(says.contains("more.txt was put in later"), "{says}");
    // Whoever changes the sums too is still caught by the chain and its signature.
    let resum = |files: &mut Files| {
        let others = files.iter().filter(|(path, _)| *path != "SHA256SUMS");
        let line = |(path, bytes): (&String, &Vec<u8>)| {
            format!("{}  {path}\n", sellkeep_model::sha256(bytes))
        };
        let sums: String = others.map(line).collect();
        files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
    };
    let says = broken(&|files| {
        let chain = String::from_utf8(files["chain.jsonl"].clone()).unwrap();
        let changed = chain.replacen("\"title\":\"", "\"title\":\"not ", 1);
        files.insert("chain.jsonl".to_owned(), changed.into_bytes());
        resum(files);
    });
    assert!(says.contains("link 1 does not follow"), "{says}");
    let says = broken(&|files| {
        let chain = String::from_utf8(files["chain.jsonl"].clone()).unwrap();
        let mut lines: Vec<&str> = chain.lines().collect();
        lines.pop();
        files.insert(
            "chain.jsonl".to_owned(),
            (lines.join("\n") + "\n").into_bytes(),
        );
        resum(files);
    });
    assert!(says.contains("head does not fit"), "{says}");
    let says = broken(&|files| {
        let heads = String::from_utf8(files["heads.jsonl"].clone()).unwrap();
        let changed = heads.replacen("\"at\":\"20", "\"at\":\"19", 1);
        files.insert("heads.jsonl".to_owned(), changed.into_bytes());
        resum(files);
    });
    assert!(says.contains("signature"), "{says}");
    let says = broken(&|files| drop(files.remove("chain.jsonl")));
    assert!(says.contains("chain.jsonl is missing"), "{says}");
    let (right, says) = verified(folder.path(), b"no zip at all");
    assert!(!right && says.contains("p.zip"), "{says}");
}

/// Runs a tool that the README names; `None` where this machine has none.
fn tool(folder: &Path, program: &str, arguments: &[&str]) -> Option<bool> {
    let done = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output();
    if let Ok(done) = done {
        let says = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{program}: {says}");
        Some(true)
    } else {
        println!("skipped: this machine has no {program}");
        None
    }
}

#[test]
fn the_readme_tells_how_to_check_it_with_tools_of_others() {
    let (server, owner) = opened();
    let id = incident(&server, &owner);
    let files = unpacked(&packet(&server, &owner, &id, "police"));
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &files {
        let place = folder.path().join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, bytes).unwrap();
    }
    let readme = String::from_utf8(files["README.txt"].clone()).unwrap();
    let (_, script) = readme.split_once("import hashlib").expect("a script");
    let (script, _) = script.split_once("print(\"the chain holds\")").unwrap();
    let script: Vec<&str> = script
        .lines()
        .map(|line| line.strip_prefix("     ").unwrap_or(line))
        .collect();
    let script = format!("import hashlib{}\n", script.join("\n"));
    std::fs::write(folder.path().join("check.py"), script).unwrap();
    tool(folder.path(), "python3", &["check.py"]);
    tool(folder.path(), "sha256sum", &["--quiet", "-c", "SHA256SUMS"]);
    let verify = [
        "pkeyutl", "-verify", "-pubin", "-inkey", "head.pem", "-rawin", "-in", "head.txt",
        "-sigfile", "head.sig",
    ];
    tool(folder.path(), "openssl", &verify);
}

#[test]
fn what_people_add_is_a_link_and_goes_to_those_who_get_originals() {
    let (server, owner) = opened();
    let id = incident(&server, &owner);
    let place = format!("/evidence/{id}");
    let picture = b"\x89PNG\r\n\x1a\nnot much of a picture";
    let fields = [("act", "add"), ("title", "the sign-in page of 9:14")];
    let added = server.parts_by(&owner, &place, &fields, Some(picture));
    assert_eq!(added.status, 303, "{}", added.text());
    let nothing = server.parts_by(&owner, &place, &fields, None);
    assert_eq!(nothing.status, 422);
    let page = server.page(&owner, &place);
    assert!(page.contains("the sign-in page of 9:14"), "{page}");
    let has = |reader: &str| {
        let files = unpacked(&packet(&server, &owner, &id, reader));
        files.values().any(|bytes| bytes == picture)
    };
    assert!(has("police"));
    assert!(!has("bank"));
    let log = server.page(&owner, &format!("/incidents/{id}"));
    assert!(log.contains("evidence saved: the sign-in page of 9:14"));
}

#[test]
fn a_mail_of_the_incident_reaches_the_police_as_it_came_in() {
    let (server, owner) = opened();
    let id = incident(&server, &owner);
    let fields = [("act", "add"), ("title", "the mail")];
    let place = format!("/evidence/{id}");
    let added = server.parts_by(&owner, &place, &fields, Some(FAKE.as_bytes()));
    assert_eq!(added.status, 303);
    let files = unpacked(&packet(&server, &owner, &id, "police"));
    assert!(files.values().any(|bytes| bytes == FAKE.as_bytes()));
}

#[test]
fn the_command_writes_the_same_packet_beside_the_running_server() {
    let (server, owner) = opened();
    let id = incident(&server, &owner);
    let run = |arguments: &[&str]| String::from_utf8(server.place.run(arguments)).unwrap();
    assert!(run(&["evidence", "list", "--data", "data"]).contains(&id));
    let out = run(&[
        "evidence",
        "packet",
        &id[..12],
        "--for",
        "bank",
        "--data",
        "data",
        "--out",
        "bank.zip",
    ]);
    assert!(out.contains("bank.zip is written, for the bank"), "{out}");
    let says = run(&["evidence", "verify", "bank.zip"]);
    assert!(says.contains("The chain holds"), "{says}");
    assert!(says.contains("0 of "), "a bank gets no originals: {says}");
    let found = server
        .place
        .with_store(async |store| store.chain_heads(&ours(), &id).await);
    assert_eq!(found.unwrap().len(), 1, "its end is signed and kept");
}
