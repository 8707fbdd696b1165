//! A brand's signature in a mail that the brand did not write.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::authentication::DkimResult;
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "copied-signature",
    title: "A signature copied from another mail",
    level: Level::Strong,
    why: "A signature line can be copied from any mail. It counts for nothing until it verifies, and here the sender is not even the signer.",
    source: "RFC 6376 section 8 (security considerations)",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let copied = facts.authentication.dkim.iter().find(|check| {
        let signer = check.domain.as_ref();
        let brand = signer
            .and_then(|signer| facts.knowledge.sender(signer))
            .filter(|sender| {
                matches!(
                    sender.role,
                    sellkeep_knowledge::MailRole::Notification
                        | sellkeep_knowledge::MailRole::Marketing
                )
            });
        let foreign = brand.is_some_and(|sender| !facts.is_sender(&sender.brand.id));
        foreign && check.result != DkimResult::Pass
    })?;
    let says = format!(
        "It carries a signature line of {}, which does not verify and does not belong to the sender.",
        copied.domain_raw
    );
    sign(
        Level::Strong,
        says,
        format!("d={}; s={}", copied.domain_raw, copied.selector),
    )
}
