//! Which names are ordinary words, and which words are no typing errors.
//!
//! Lists with reasons; how they are used stands in `index` and `lookalike`.

/// Names of brands that are ordinary words, first names or terms: they count only
/// as they are officially written, or when nothing else stands beside them.
/// `outlook` a prospect, `sofort` German "at once", `stripe` a pattern, `allegro`
/// and `otto` a tempo and a first name, `block` and `shop` what they say, `best
/// buy` and `world first` parts of any advertisement, `seller performance` a
/// term of the trade, `meta` a prefix, `prime` a number.
const ORDINARY: &[&str] = &[
    "allegro",
    "best buy",
    "block",
    "from etsy",
    "marketplace",
    "meta",
    "otto",
    "outlook",
    "prime",
    "seller performance",
    "shop",
    "sofort",
    "square",
    "stripe",
    "target",
    "wise",
    "world first",
];

/// Longest alias, in folded letters, that is too short to mean the brand alone in
/// prose (`FBA`, `AWS`, `bol`).
const NARROW_LETTERS_MAX: usize = 3;

/// How much a name proves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Only with the given case, and in prose only beside a better name of the brand.
    Narrow,
    /// Only with the given case, not as the first word of a sentence.
    Ordinary,
    /// In any case.
    Distinctive,
}

/// How much a folded alias proves; `common` says that the brand's own name is an
/// ordinary word, `is_main` that the alias is that name.
pub fn strength(folded: &str, common: bool, is_main: bool) -> Strength {
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    let is_cjk = folded.chars().any(|c| c > '\u{2e80}');
    let one_word = !folded.contains([' ', '.', '@', '-']);
    let ordinary = is_ordinary(folded) || (common && is_main && one_word);
    if letters == 0 || (letters <= NARROW_LETTERS_MAX && !is_cjk) || (ordinary && !is_main) {
        Strength::Narrow
    } else if ordinary {
        Strength::Ordinary
    } else {
        Strength::Distinctive
    }
}

/// Whether a folded name is an ordinary word or a term of the trade.
pub fn is_ordinary(folded: &str) -> bool {
    ORDINARY.contains(&folded)
}

/// Words that stand beside a brand's name in a false host and rarely beside the
/// same word in its ordinary meaning (`wise-support`, not `wise-choice`).
pub const ACCOUNT_WORDS: &[&str] = &[
    "access",
    "account",
    "accounts",
    "alert",
    "alerts",
    "auth",
    "bank",
    "billing",
    "card",
    "cases",
    "central",
    "centre",
    "center",
    "check",
    "claim",
    "confirm",
    "customer",
    "help",
    "helpdesk",
    "id",
    "inc",
    "invoice",
    "konto",
    "kunden",
    "login",
    "logon",
    "market",
    "notice",
    "notification",
    "notifications",
    "partner",
    "pay",
    "payment",
    "payments",
    "payout",
    "portal",
    "recovery",
    "refund",
    "refunds",
    "reward",
    "rewards",
    "secure",
    "security",
    "seller",
    "sellers",
    "service",
    "services",
    "signin",
    "support",
    "survey",
    "team",
    "transfer",
    "unlock",
    "update",
    "updates",
    "user",
    "verification",
    "verify",
    "verified",
    "wallet",
    "web",
    "x",
];

/// Words that must not be read as a brand's: parts of host names that say what a
/// host is for, or ordinary words whatever stands beside them.
pub const NEVER_HOST_WORDS: &[&str] = &["marketplace", "shop", "block"];

/// Labels close to a brand's word that mean something else: ordinary words of the
/// languages we serve, places, surnames and other well-known firms. Plain slips of
/// the keyboard do not belong here.
pub const NO_TYPING_ERRORS: &[&str] = &[
    // amazon: a farm machine maker (also the French spelling), the river's forms
    "amazone",
    "amazonas",
    "amazons",
    "amazonia",
    "amazing",
    "amazonian",
    // paypal: the pope's, two other wallets
    "papal",
    "paypay",
    "paypoint",
    // walmart: a nut, rivals, a surname
    "walnut",
    "kmart",
    "valmart",
    // google: glasses, a number
    "goggle",
    "goggles",
    "googol",
    "gaggle",
    // shopee, shopify, wayfair: ordinary words and other shops
    "shoppe",
    "shopper",
    "shoppers",
    "shopped",
    "shopware",
    "wayfarer",
    "mayfair",
    // facebook, rakuten, klarna, kaufland
    "casebook",
    "notebook",
    "facebooks",
    "klara",
    "auckland",
    // payoneer
    "pioneer",
    "pioneers",
    "engineer",
    "auctioneer",
    // cdiscount: what every shop gives
    "discount",
    "discounts",
    "discounter",
    "rediscount",
    "miscount",
    // alibaba, aliexpress
    "airexpress",
    "express",
    // lazada, zalando, shein: towns and first names
    "orlando",
    "rolando",
    "yolanda",
    "stein",
    "sheen",
    "schein",
    "rhein",
    "skein",
    "sheikh",
    "their",
    "shelf",
    "shell",
    "shine",
    "shina",
    "sheena",
    // newegg, tiktok: other spellings of a clock's sound
    "newage",
    "ticktock",
    "tictoc",
    "ticktack",
    "tictac",
    // microsoft, instagram
    "macrosoft",
    "microport",
    "anagram",
    "microscope",
    // bestbuy
    "bestboy",
    "bestbuys",
    // mercadolibre: a bookshop
    "mercadolivros",
    "mercadolivro",
];
