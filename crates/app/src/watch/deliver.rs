//! Sends what is due on the channels, and remembers what went out.

use anyhow::{Context, Result};
use sellkeep_connect::channels::{
    ANSWER_WITHIN, Channels, Patience, Receipt, SendError, Wire, send,
};
use sellkeep_model::{Account, Alert, Timestamp};
use sellkeep_respond::delivery::{self, Delivery, Sent};
use sellkeep_respond::message::{self, Letter, Telling};

/// The channels with their connections.
pub struct Outbox {
    channels: Channels,
    wire: Wire,
    patience: Patience,
}

/// What came of one delivery.
pub struct Delivered {
    /// Taken by the service, or why not.
    pub outcome: Result<Receipt, SendError>,
}

impl Outbox {
    /// Ready to send on these channels.
    pub fn new(channels: Channels, patience: Patience) -> Result<Outbox> {
        let wire = Wire::new(ANSWER_WITHIN).context("preparing the connections of the channels")?;
        Ok(Outbox {
            channels,
            wire,
            patience,
        })
    }

    /// The channels.
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Everything that will be due, in the order of time, if nothing else happens.
    pub fn plan(&self, alerts: &[&Alert], sent: &[Sent], now: Timestamp) -> Vec<Delivery> {
        delivery::plan(
            &self.channels.routes(),
            &self.channels.ladder,
            alerts,
            sent,
            now,
        )
    }

    /// Sends one delivery, which tells of some of these alerts of one account. `None`
    /// where it has nothing to tell any more.
    pub async fn send(
        &self,
        delivery: &Delivery,
        alerts: &[Alert],
        account: Option<&Account>,
        now: Timestamp,
    ) -> Option<Delivered> {
        let settings = self.channels.get(&delivery.channel)?;
        let mut tellings = Vec::with_capacity(delivery.parts.len());
        for part in &delivery.parts {
            if let Some(alert) = alerts.iter().find(|alert| alert.id == part.alert) {
                tellings.push(Telling {
                    alert,
                    account,
                    why: part.why,
                });
            }
        }
        let letter = Letter {
            id: &delivery.id,
            thread: delivery.thread(),
            detail: settings.route.detail,
            console: self.channels.console.as_deref(),
            now,
        };
        let message = message::write(&tellings, &letter)?;
        let outcome = send(
            &self.wire,
            &delivery.channel,
            settings.channel.as_ref(),
            &message,
            self.patience,
        )
        .await;
        Some(Delivered { outcome })
    }
}
