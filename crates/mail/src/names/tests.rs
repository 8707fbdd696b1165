//! Names and lures as one index finds them; each file tests its own part too.

use sellkeep_knowledge::{Brand, BrandKind, Confidence, Knowledge, Lure, LureWords, Source, Zone};
use sellkeep_model::Domain;

use super::NameIndex;

fn brand(id: &str, kind: BrandKind, aliases: &[&str], words: &[&str]) -> Brand {
    let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Brand {
        id: id.to_owned(),
        name: aliases[0].to_owned(),
        kind,
        complete: true,
        common_word: ["wise", "target"].contains(&id),
        display_aliases: owned(aliases),
        common_aliases: Vec::new(),
        sister_brands: Vec::new(),
        lookalike_words: owned(words),
        relay_first_labels: Vec::new(),
        notes: None,
        mail_domains: Vec::new(),
        web_hosts: Vec::new(),
        shorteners: Vec::new(),
        signatures: Vec::new(),
        dmarc: Vec::new(),
        abused_channels: Vec::new(),
        notices: Vec::new(),
    }
}

fn brands() -> Vec<Brand> {
    use BrandKind::{Adjacent, Marketplace, Payments};
    vec![
        brand(
            "amazon",
            Marketplace,
            &[
                "Amazon",
                "Amazon.com",
                "Amazon Seller Central",
                "FBA",
                "アマゾン",
            ],
            &[
                "amazon",
                "amazom",
                "arnazon",
                "seller-central",
                "amz",
                "marketplace",
            ],
        ),
        brand(
            "ebay",
            Marketplace,
            &["eBay", "eBay Inc"],
            &["ebay", "e-bay"],
        ),
        brand("etsy", Marketplace, &["Etsy"], &["etsy"]),
        brand("google", Adjacent, &["Google"], &["google", "g00gle"]),
        brand(
            "mercadolibre",
            Marketplace,
            &["Mercado Libre", "Mercado Livre", "Mercado Envios"],
            &["mercadolibre", "mercadolivre"],
        ),
        brand("otto", Marketplace, &["OTTO"], &["otto"]),
        brand(
            "paypal",
            Payments,
            &["PayPal", "PayPal Support"],
            &["paypal", "pay-pal"],
        ),
        brand("payoneer", Payments, &["Payoneer"], &["payoneer"]),
        brand("shopify", Marketplace, &["Shopify", "Shop"], &["shopify"]),
        brand("stripe", Payments, &["Stripe"], &["stripe"]),
        brand(
            "target",
            Marketplace,
            &["Target", "Target Plus"],
            &["targetplus"],
        ),
        brand(
            "walmart",
            Marketplace,
            &["Walmart", "Wal-Mart"],
            &["walmart"],
        ),
        brand("wise", Payments, &["Wise"], &["wise"]),
        brand("zalando", Marketplace, &["Zalando"], &["zalando"]),
    ]
}

fn source() -> Source {
    Source {
        source: "test".to_owned(),
        seen: "2026".to_owned(),
        confidence: Confidence::High,
    }
}

fn index() -> NameIndex {
    let phrases = ["verify your account", "アカウントを確認", "compte suspendu"];
    let words = LureWords {
        language: "en".to_owned(),
        phrases: phrases.map(str::to_owned).to_vec(),
    };
    let lure = Lure {
        id: "verify-now".to_owned(),
        title: String::new(),
        why: String::new(),
        words: vec![words],
        source: source(),
    };
    let zone = Zone {
        domain: Domain::parse("firebaseapp.com").unwrap(),
        owner: "tenants".to_owned(),
        public_suffix: "yes".to_owned(),
        why: String::new(),
        looks_like_brand: None,
        source: source(),
    };
    let mut knowledge = Knowledge::default();
    knowledge.brands.extend(brands());
    knowledge.lures.push(lure);
    knowledge.zones.push(zone);
    NameIndex::new(&knowledge)
}

/// `brand` of the hits, `!` behind a disguised one, `=` behind a whole one.
fn shown(text: &str, hits: &[super::NameHit]) -> String {
    let show = |hit: &super::NameHit| {
        assert!(text.get(hit.range.clone()).is_some(), "{text:?} {hit:?}");
        let disguised = if hit.disguised { "!" } else { "" };
        let whole = if hit.whole { "=" } else { "" };
        format!("{}{disguised}{whole}", hit.brand)
    };
    hits.iter().map(show).collect::<Vec<String>>().join(" ")
}

fn check_all(cases: &[(&str, &str)], found: impl Fn(&str) -> String) {
    for (text, expected) in cases {
        assert_eq!(found(text), *expected, "for {text:?}");
    }
}

#[test]
fn names_in_short_texts() {
    let index = index();
    check_all(
        &[
            ("Amazon", "amazon="),
            ("AMAZON.COM", "amazon="),
            ("\"Amazon\" <", "amazon="),
            ("Your Amazon Seller Central account", "amazon"),
            ("PayPal-Support", "paypal="),
            ("PayPal-Hilfe", "paypal"),
            ("PayPalSecurity", "paypal"),
            ("eBay*", "ebay="),
            ("eBay24 Amazon.de", "ebay amazon"),
            ("wal-mart", "walmart="),
            ("Mercado_Livre", "mercadolibre="),
            ("PayPalSupport", "paypal="),
            ("Amazonas river", ""),
            ("etsyland", ""),
            ("Wise", "wise="),
            ("wise", "wise="),
            ("WISE: your transfer", ""),
            ("Your Wise card", "wise"),
            ("a wise choice", ""),
            ("Target audience", ""),
            ("target audience", ""),
            ("Target Plus partner", "target"),
            ("square meters", ""),
            ("FBA", "amazon="),
            ("FBA shipments explained", ""),
            ("Amazon FBA", "amazon amazon"),
            ("Shop now", ""),
            ("Otto Schmidt", ""),
        ],
        |text| shown(text, &index.names_in(text)),
    );
}

#[test]
fn names_in_disguise() {
    let index = index();
    check_all(
        &[
            ("\u{410}m\u{430}z\u{43e}n", "amazon!="),
            ("A\u{73f}m\u{73f}a\u{73f}zon", "amazon!="),
            ("Pay\u{200b}Pal", "paypal!="),
            (
                "\u{1d5d4}\u{1d5fa}\u{1d5ee}\u{1d607}\u{1d5fc}\u{1d5fb} team",
                "amazon!",
            ),
            (
                "\u{ff21}\u{ff4d}\u{ff41}\u{ff5a}\u{ff4f}\u{ff4e}",
                "amazon!=",
            ),
            ("A\u{e2}m\u{e0}zon", ""),
            ("\u{c2}m\u{e0}z\u{f6}n", "amazon!="),
            ("Paypa1 Inc", "paypal!"),
            ("PaypaI", "paypal!="),
            ("Arnaz0n", "amazon!="),
            ("e\u{432}ay \u{435}\u{432}\u{430}\u{443}", "ebay! ebay!"),
            ("Amazon\u{200b}\u{a0}", "amazon="),
            ("Mercado Env\u{ed}os", "mercadolibre="),
            ("Wal\u{2011}Mart", "walmart="),
        ],
        |text| shown(text, &index.names_in(text)),
    );
}

#[test]
fn other_languages_are_no_disguise() {
    let index = index();
    check_all(
        &[
            ("アマゾン", "amazon="),
            ("アマゾンからのお知らせ", "amazon"),
            ("ｱﾏｿﾞﾝ", "amazon!="),
            ("Ａｍａｚｏｎからのお知らせ", "amazon"),
            ("アマソン", ""),
            ("\u{41e}\u{442}\u{442}\u{43e} \u{434}\u{43e}\u{43c}", ""),
            ("Привет, это письмо о выборе", ""),
        ],
        |text| shown(text, &index.names_in(text)),
    );
}

#[test]
fn long_texts_are_scanned_for_names_and_lures() {
    let index = index();
    let text = "Dear seller,\r\n  please verify\r\n   your   account at Amazon. Target your customers.\n\
        Votre compte suspendu. \u{30a2}\u{30ab}\u{30a6}\u{30f3}\u{30c8}\u{3092}\u{78ba}\u{8a8d}\u{3057}\u{3066}";
    let (names, lures) = index.scan(text);
    assert_eq!(shown(text, &names), "amazon");
    let quotes: Vec<&str> = lures.iter().map(|hit| &text[hit.range.clone()]).collect();
    assert_eq!(
        quotes,
        [
            "verify\r\n   your   account",
            "compte suspendu",
            "アカウントを確認"
        ]
    );
}

#[test]
fn many_hits_hide_no_other() {
    let index = index();
    let text = "PayPal ".repeat(10_000) + "Zalando";
    let (names, _) = index.scan(&text);
    assert_eq!(names.len(), usize::from(super::HITS_EACH_MAX) + 1);
    assert_eq!(names.last().unwrap().brand, "zalando");
}

#[test]
fn hosts_that_imitate() {
    let index = index();
    check_all(
        &[
            ("arnazon.com", "amazon Confusable"),
            ("amaz0n-help.net", "amazon Confusable"),
            ("\u{430}mazon.com", "amazon Confusable"),
            ("p\u{e0}ypal-secure.com", "paypal Confusable"),
            ("pay-pal.com", "paypal Confusable"),
            ("amazon-verify.com", "amazon AddedWord"),
            ("secure-ebay.net", "ebay AddedWord"),
            ("wise-support.com", "wise AddedWord"),
            ("amazon.com.evil.org", "amazon Subdomain"),
            ("signin.ebay.de.evil.org", "ebay Subdomain"),
            ("zalando1.evil.org", "zalando Subdomain"),
            ("paypal.firebaseapp.com", "paypal Subdomain"),
            ("mypaypal7.firebaseapp.com", "paypal Inside"),
            ("mercadolivre.br", "mercadolibre OtherSuffix"),
            ("mercadolivre", "mercadolibre OtherSuffix"),
            ("757772922452171zalando.de", "zalando Inside"),
            ("amazom.com", "amazon Typo"),
            ("amazom-help.com", "amazon Typo"),
            ("walmrat.com", "walmart Typo"),
            ("payonneir.com", "payoneer Typo"),
            ("sellercentral-login.com", "amazon AddedWord"),
            ("ebaysupport.com", "ebay Inside"),
            ("etsy24.net", "etsy Inside"),
            ("g00gle.com", "google Confusable"),
            ("google-login.net", "google AddedWord"),
        ],
        |host| verdict(&index, host),
    );
}

#[test]
fn hosts_that_imitate_nobody() {
    let index = index();
    for host in [
        "example.com",
        "modern.org",
        "googlegroups.com",
        "stripes.com",
        "stripe.example.com",
        "likewise.com",
        "wise-choice.com",
        "otherwise.org",
        "targetmarketing.com",
        "amazone.de",
        "bancoamazonia.com.br",
        "amazonas.example.org",
        "walnut.com",
        "pioneer.com",
        "shopping.com",
        "squarespace.com",
        "otto.example.com",
        "ebaymotorblog.example.com",
        "betsy.com",
        "marketplace.example.com",
        "mail.firebaseapp.com",
        "co.uk",
    ] {
        assert_eq!(verdict(&index, host), "nobody", "for {host}");
    }
}

fn verdict(index: &NameIndex, host: &str) -> String {
    let found = index.lookalike(&Domain::parse(host).unwrap());
    found.map_or_else(
        || "nobody".to_owned(),
        |alike| format!("{} {:?}", alike.brand, alike.kind),
    )
}

/// Hostile text of every kind of character: nothing panics, every range is sound.
#[test]
fn any_text_is_read() {
    let index = index();
    let mut seed = 7_u64;
    let pieces = [
        "Amazon",
        "\u{200b}",
        "\u{ff21}",
        "\u{301}",
        "\u{fdfa}",
        "\u{3099}",
        "\u{ac00}",
        " \r\n",
        "\0",
        "\u{1f170}",
        "ｱ",
        "\u{e9}",
        "rn",
        "xn--",
        "\u{1e9e}",
        "\u{130}",
    ];
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let pick = usize::try_from(seed >> 33).unwrap();
            text.push_str(pieces[pick % pieces.len()]);
            text.extend(char::from_u32(u32::try_from(pick % 0x2_ffff).unwrap()));
        }
        let (names, lures) = index.scan(&text);
        shown(&text, &names);
        shown(&text, &index.names_in(&text));
        assert!(
            lures
                .iter()
                .all(|hit| text.get(hit.range.clone()).is_some())
        );
        let folded = super::Folded::of(&text);
        let read = folded.as_str();
        for (at, c) in read.char_indices() {
            let range = folded.original(at..at + c.len_utf8());
            assert!(text.get(range).is_some(), "{text:?} at {at}");
        }
        let whole = folded.original(0..read.len());
        assert!(text.get(whole).is_some());
    }
}
