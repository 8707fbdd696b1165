//! Every kind of mistake in the knowledge is named with file, record and field.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::collections::BTreeMap;

use sellkeep_knowledge::Knowledge;

const PROOF: &str = "source = \"s\"\nseen = \"2026\"\nconfidence = \"high\"\n";
const BRAND: &str = "id = \"x\"\nname = \"X\"\nkind = \"payments\"\n";

/// All mistakes of these files alone, one a line.
fn mistakes(files: &[(&str, &str)]) -> String {
    let files: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    match Knowledge::load(&files) {
        Ok(_) => String::new(),
        Err(problems) => {
            let lines: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
            lines.join("\n")
        }
    }
}

/// One file; the expectation leaves out `knowledge/<path>: `.
fn check(path: &str, text: &str, expected: &[&str]) {
    let expected: Vec<String> = expected
        .iter()
        .map(|line| format!("knowledge/{path}: {line}"))
        .collect();
    assert_eq!(mistakes(&[(path, text)]), expected.join("\n"));
}

/// One table of a brand that has no other mistake.
fn check_in_brand(tables: &str, expected: &[&str]) {
    check("brands/x/brand.toml", &format!("{BRAND}{tables}"), expected);
}

fn zone(domain: &str) -> String {
    format!(
        "[[zone]]\ndomain = \"{domain}\"\nowner = \"o\"\npublic_suffix = \"no\"\nwhy = \"w\"\n{PROOF}"
    )
}

fn sender(domain: &str, matching: &str) -> String {
    format!(
        "[[mail_domain]]\ndomain = \"{domain}\"\nmatch = \"{matching}\"\nrole = \"notification\"\n{PROOF}"
    )
}

fn contact(id: &str) -> String {
    format!(
        "[[contact]]\nid = \"{id}\"\norganisation = \"o\"\nservice = \"s\"\nregion = \"global\"\npurpose = \"report-phishing\"\nchannel = \"email\"\nvalue = \"a@x.example\"\n{PROOF}"
    )
}

#[test]
fn sound_files_have_none() {
    check("zones.toml", &zone("a.example"), &[]);
    check("contacts/bank.toml", &contact("c"), &[]);
    check_in_brand(&sender("x.example", "suffix"), &[]);
}

#[test]
fn a_file_that_is_no_toml_or_has_no_place() {
    check(
        "elsewhere.toml",
        "",
        &["file: no such file belongs to the knowledge"],
    );
    let broken = mistakes(&[("zones.toml", "[[zone")]);
    assert!(
        broken.starts_with("knowledge/zones.toml: file: "),
        "{broken}"
    );
    check("zones.toml", "zone = 1\n", &["zone: write it as [[zone]]"]);
    check(
        "zones.toml",
        "[[contact]]\n",
        &["contact: only `zone` may stand in this file"],
    );
    check("zones.toml", "zone = [1]\n", &["zone 1: must be a table"]);
}

#[test]
fn all_mistakes_of_a_record_are_named() {
    check(
        "zones.toml",
        "[[zone]]\ndomain = \"a b.example\"\npublic_suffix = \"perhaps\"\nwhy = 1\ncolour = \"red\"\nsource = \" \"\nseen = \"soon\"\n",
        &[
            "zone 1: `colour` is no field of it",
            "zone 1: `domain` is no domain name (the domain name holds a character or an empty label that no host name may hold): \"a b.example\"",
            "zone 1: `owner` is missing",
            "zone 1: `public_suffix` must be one of yes, no, partial, wildcard: \"perhaps\"",
            "zone 1: `why` must be a text",
            "zone 1: `source` is empty",
            "zone 1: `seen` is no date (YYYY, YYYY-MM, YYYY-MM-DD or unknown): \"soon\"",
            "zone 1: `confidence` is missing: no fact without a source and a date",
        ],
    );
}

#[test]
fn a_domain_is_written_as_it_is_compared() {
    check(
        "zones.toml",
        &zone("A.example."),
        &["zone 1: `domain` must be written a.example: \"A.example.\""],
    );
}

#[test]
fn words_of_a_closed_list() {
    check_in_brand(
        &format!(
            "[[mail_domain]]\ndomain = \"x.example\"\nmatch = \"prefix\"\nrole = \"boss\"\nsource = \"s\"\nseen = \"2026\"\nconfidence = \"sure\"\n[[dmarc]]\ndomain = \"x.example\"\npolicy = \"deny\"\n{PROOF}"
        ),
        &[
            "mail_domain 1: `match` must be one of exact, suffix: \"prefix\"",
            "mail_domain 1: `role` must be one of notification, marketing, corporate, affiliate, relay, tenant, envelope, transport: \"boss\"",
            "mail_domain 1: `confidence` must be one of low, medium, high: \"sure\"",
            "dmarc 1: `policy` must be one of none, quarantine, reject: \"deny\"",
        ],
    );
    check(
        "contacts/bank.toml",
        &contact("c").replace("\"email\"", "\"fax\"").replace(
            "value =",
            "how_to_send = \"soon\"\nrequires_login = 1\nvalue =",
        ),
        &[
            "contact c: `channel` must be one of email, phone, form, chat: \"fax\"",
            "contact c: `how_to_send` must be one of attach-original, forward-inline-not-as-attachment, forward-unchanged, forward-with-full-headers, attach-or-forward-full-message, arf: \"soon\"",
            "contact c: `requires_login` must be true or false",
        ],
    );
}

#[test]
fn a_brand_itself() {
    check(
        "brands/x/brand.toml",
        "id = \"y\"\nkind = \"shop\"\ncomplete = 1\ndisplay_aliases = \"X\"\nmail_domain = 1\ncolour = 1\n",
        &[
            "brand: `colour` is no field of it",
            "brand: `name` is missing",
            "brand: `kind` must be one of marketplace, payments, cloud, adjacent, mailbox, carrier: \"shop\"",
            "brand: `complete` must be true or false",
            "brand: `display_aliases` must be a list of texts",
            "brand: `mail_domain` must be written as [[…]]",
            "brand: `id` must be the folder's name, \"x\"",
        ],
    );
    check_in_brand(
        "display_aliases = [\"X Pay\"]\ncommon_aliases = [\"X\"]\n",
        &["brand: `common_aliases`: \"X\" is none of `display_aliases`"],
    );
}

#[test]
fn a_complete_brand_that_is_not() {
    check_in_brand(
        "complete = true\n",
        &[
            "brand: `complete`, but without a mail_domain with the role notification",
            "brand: `complete`, but without a web_host with the role sign-in",
            "brand: `complete`, but without a contact with the purpose report-phishing",
        ],
    );
}

/// A notice without a mistake, but for the lines given.
fn notice(lines: &str) -> String {
    format!("id = \"n\"\nclass = \"security\"\nsenders = [\"a@x.example\"]\n{PROOF}{lines}")
}

#[test]
fn a_notice() {
    let path = "brands/x/notices/n/notice.toml";
    check(
        path,
        &notice("kind = \"payout.stolen\"\nown_words = 1\n"),
        &[
            "notice: `kind` names no event of the vocabulary: \"payout.stolen\"",
            "notice: `own_words` must be a text",
        ],
    );
    let details = "[[detail]]\nfield = \"colour\"\nform = \"tail\"\n";
    check(
        path,
        &notice(&format!("kind = \"mail.notice\"\n{details}")),
        &["notice: `detail` 1: `field` names no detail of an event: \"colour\""],
    );
    check(
        "brands/nobody/notices/m/notice.toml",
        &notice("kind = \"mail.notice\"\nown_words = \"theft\"\n[[words]]\nlanguage = \"en\"\n"),
        &[
            "notice: `id` is \"n\", but the place is \"m\"",
            "notice: `words` must hold `subjects` or `phrases`",
            "notice: `own_words`: there is no deed \"theft\"",
            "notice: there is no brand \"nobody\"",
        ],
    );
    let senders = notice("kind = \"mail.notice\"\n").replace("a@x.example", "x.example");
    let found = mistakes(&[(path, &senders)]);
    assert!(found.contains("must hold addresses"), "{found}");
    let nobody = notice("kind = \"mail.notice\"\n").replace("\"a@x.example\"", "");
    let found = mistakes(&[(path, &nobody)]);
    assert!(found.contains("`senders` is empty"), "{found}");
}

#[test]
fn a_deed_and_a_topic() {
    let deed = |details: &str| {
        format!("id = \"d\"\nkind = \"user.added\"\ntitle = \"t\"\nwords = []\n{PROOF}{details}")
    };
    check("deeds/d.toml", &deed(""), &[]);
    check(
        "deeds/d.toml",
        &deed(
            "[[detail]]\nfield = \"tail\"\nform = \"tail\"\n[[detail]]\nfield = \"status\"\nform = \"fixed\"\n",
        ),
        &[
            "deed: `detail` tail: `after` is missing",
            "deed: `detail` status: `value` and the form fixed belong together",
        ],
    );
    check(
        "topics/weather.toml",
        &format!("id = \"weather\"\ntitle = \"t\"\nwords = []\n{PROOF}"),
        &["topic: `id` must be one of business, money, security, stranger: \"weather\""],
    );
}

#[test]
fn what_belongs_to_no_brand() {
    check(
        "brands/nobody/notices/n/notice.toml",
        &notice("kind = \"mail.notice\"\n"),
        &["notice: there is no brand \"nobody\""],
    );
    check(
        "brands/nobody/contacts.toml",
        &contact("c"),
        &["file: there is no brand \"nobody\""],
    );
    check(
        "zones.toml",
        &format!("{}looks_like_brand = \"nobody\"\n", zone("a.example")),
        &["zone a.example: `looks_like_brand`: there is no brand \"nobody\""],
    );
}

#[test]
fn the_same_id_or_name_twice() {
    let (first, second) = (contact("c"), contact("c"));
    assert_eq!(
        mistakes(&[("contacts/a.toml", &first), ("contacts/b.toml", &second)]),
        "knowledge/contacts/b.toml: contact c: `id` stands in knowledge/contacts/a.toml already"
    );
    let x = format!("{BRAND}{}", sender("x.example", "exact"));
    let y = x.replace("id = \"x\"", "id = \"y\"");
    assert_eq!(
        mistakes(&[("brands/x/brand.toml", &x), ("brands/y/brand.toml", &y)]),
        "knowledge/brands/y/brand.toml: mail_domain x.example: the name stands in brand \"x\" already"
    );
}

#[test]
fn a_sender_of_notices_among_strangers() {
    let zones = zone("hosts.example");
    let check = |domain: &str, matching: &str, expected: &str| {
        let brand = format!("{BRAND}{}", sender(domain, matching));
        let found = mistakes(&[("brands/x/brand.toml", &brand), ("zones.toml", &zones)]);
        assert_eq!(found, expected, "for {domain} {matching}");
    };
    check("hosts.example", "exact", "");
    check(
        "hosts.example",
        "suffix",
        "knowledge/brands/x/brand.toml: mail_domain hosts.example: `role` is notification, but strangers live below hosts.example",
    );
    check(
        "x.hosts.example",
        "exact",
        "knowledge/brands/x/brand.toml: mail_domain x.hosts.example: `role` is notification, but strangers live below hosts.example",
    );
}

#[test]
fn a_lure() {
    let head = format!("id = \"l\"\ntitle = \"t\"\nwhy = \"w\"\n{PROOF}");
    check(
        "lures/l.toml",
        &format!(
            "{head}[[words]]\nlanguage = \"\"\nphrases = [1]\nloud = true\n[[words]]\nlanguage = \"en\"\n"
        ),
        &[
            "lure: `words` 1: `loud` is no field of it",
            "lure: `words` 1: `language` is empty",
            "lure: `words` 1: `phrases` must be a list of texts",
            "lure: `words` 2: `phrases` is missing",
        ],
    );
    check(
        "lures/other.toml",
        &format!("{head}words = []\n"),
        &["lure: `id` is \"l\", but the place is \"other\""],
    );
}
