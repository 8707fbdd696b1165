//! What a message asks for, promises or threatens: one flag a lure.
//!
//! The words lie in `knowledge/lures/`, per language; here stands what they weigh.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;

/// It asks for a password.
pub const PASSWORD: Flag = Flag {
    id: "asks-password",
    title: "It asks for a password",
    level: Level::Strong,
    why: "No marketplace asks for your password in a mail, a message or a call.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look: |facts| {
        look(
            facts,
            "asks-password",
            Level::Strong,
            "It asks for your password.",
        )
    },
};

/// It asks for a sign-in code.
pub const CODE: Flag = Flag {
    id: "asks-code",
    title: "It asks for a sign-in code",
    level: Level::Strong,
    why: "A one-time code opens your account to whoever reads it. Nobody honest asks for it.",
    source: "https://www.payoneer.com/resources/navigating-phishing-attacks-a-guide-to-keeping-your-payoneer-account-secure",
    look: |facts| {
        look(
            facts,
            "asks-code",
            Level::Strong,
            "It asks for a one-time code.",
        )
    },
};

/// It asks for card or bank data.
pub const CARD: Flag = Flag {
    id: "asks-card",
    title: "It asks for card or bank data",
    level: Level::Strong,
    why: "Card numbers, security codes and bank data are never asked for by mail.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look: |facts| {
        look(
            facts,
            "asks-card",
            Level::Strong,
            "It asks for card or bank data.",
        )
    },
};

/// It asks for proof of identity.
pub const IDENTITY: Flag = Flag {
    id: "asks-identity",
    title: "It asks for proof of identity",
    level: Level::Strong,
    why: "Documents and tax numbers are uploaded after signing in at the official site, never sent by mail.",
    source: "https://sellercentral.amazon.com/gp/help/external/help.html?itemID=32261&language=en-US",
    look: |facts| {
        look(
            facts,
            "asks-identity",
            Level::Strong,
            "It asks for identity data or documents.",
        )
    },
};

/// It wants into your computer.
pub const REMOTE_ACCESS: Flag = Flag {
    id: "remote-access",
    title: "It wants into your computer",
    level: Level::Strong,
    why: "Whoever may see and steer your screen can do everything you can.",
    source: "https://consumer.ftc.gov/articles/how-recognize-and-avoid-phishing-scams",
    look: |facts| {
        look(
            facts,
            "remote-access",
            Level::Strong,
            "It asks you to let somebody into your computer.",
        )
    },
};

/// It wants gift cards.
pub const GIFT_CARDS: Flag = Flag {
    id: "gift-cards",
    title: "It wants gift cards",
    level: Level::Strong,
    why: "Gift cards are for gifts. Whoever wants to be paid with their codes is a thief.",
    source: "https://www.amazon.com/gp/help/customer/display.html?nodeId=GRGRY7AQ3LMPXVCV",
    look: |facts| {
        look(
            facts,
            "gift-cards",
            Level::Strong,
            "It asks for gift cards or their codes.",
        )
    },
};

/// It wants payment outside the marketplace.
pub const PAY_OUTSIDE: Flag = Flag {
    id: "pay-outside",
    title: "It wants payment outside the marketplace",
    level: Level::Strong,
    why: "Outside the marketplace nothing protects the payment, which is why thieves ask for it.",
    source: "https://www.amazon.com/gp/help/customer/display.html?nodeId=GRGRY7AQ3LMPXVCV",
    look: |facts| {
        look(
            facts,
            "pay-outside",
            Level::Strong,
            "It asks for a payment outside the marketplace.",
        )
    },
};

/// It wants to be kept secret.
pub const SECRECY: Flag = Flag {
    id: "secrecy",
    title: "It wants to be kept secret",
    level: Level::Weak,
    why: "Who tells you not to ask anybody fears the answer.",
    source: "https://consumer.ftc.gov/articles/how-recognize-and-avoid-phishing-scams",
    look: |facts| {
        look(
            facts,
            "secrecy",
            Level::Weak,
            "It asks you not to talk to anybody about it.",
        )
    },
};

/// It promises a prize.
pub const PRIZE: Flag = Flag {
    id: "prize",
    title: "It promises a prize",
    level: Level::Strong,
    why: "Vouchers, surveys and prizes in a marketplace's name are the commonest bait of all.",
    source: "https://consumer.ftc.gov/articles/how-recognize-and-avoid-phishing-scams",
    look: |facts| {
        look(
            facts,
            "prize",
            Level::Strong,
            "It promises a prize, a voucher or a reward.",
        )
    },
};

/// It threatens your account.
pub const THREAT: Flag = Flag {
    id: "account-threat",
    title: "It threatens your account",
    level: Level::Weak,
    why: "A threat is there to make you click before you think. Open your account by typing its address.",
    source: "https://sellercentral.amazon.com/help/hub/reference/external/G40281?locale=en-US",
    look: |facts| {
        look(
            facts,
            "account-threat",
            Level::Weak,
            "It threatens to lock or limit your account.",
        )
    },
};

/// It hurries you.
pub const URGENCY: Flag = Flag {
    id: "urgency",
    title: "It hurries you",
    level: Level::Weak,
    why: "Hurry is the first sign of an impersonation scam.",
    source: "https://www.amazon.com/gp/help/customer/display.html?nodeId=GRGRY7AQ3LMPXVCV",
    look: |facts| look(facts, "urgency", Level::Weak, "It sets a short deadline."),
};

/// A lure weighs only beside a claim, and less where the claimed brand itself is the sender.
fn look(facts: &Facts<'_>, lure: &str, level: Level, says: &str) -> Option<Sign> {
    if !facts.claims_any() {
        return None;
    }
    let quote = facts.lure(lure)?;
    let level = if facts.sender_is_claimed_brand() {
        level.min(Level::Weak)
    } else {
        level
    };
    sign(level, says, quote)
}
