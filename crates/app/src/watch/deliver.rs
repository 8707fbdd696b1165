//! Sends what is due on the channels, and remembers what went out.

use anyhow::{Context, Result, anyhow};
use sellkeep_connect::channels::{
    ANSWER_WITHIN, Channels, Patience, Receipt, SendError, Wire, send,
};
use sellkeep_connect::deadman::Signal;
use sellkeep_model::{Account, Alert, Timestamp, id_of};
use sellkeep_respond::delivery::{self, Delivery, Sent};
use sellkeep_respond::message::{self, Letter, Telling, Week};

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

    /// Tells a channel how the week was. The same week carries the same id on every try.
    pub async fn tell_week(
        &self,
        channel: &str,
        week: &Week,
        due: Timestamp,
        now: Timestamp,
    ) -> Result<()> {
        let settings = self.channels.get(channel);
        let settings = settings.with_context(|| format!("there is no channel {channel:?}"))?;
        let id = id_of(&["week", channel, &due.to_string()]);
        let letter = Letter {
            id: &id,
            thread: &id,
            detail: settings.route.detail,
            console: self.channels.console.as_deref(),
            now,
        };
        let message = message::week(week, &letter);
        let channel_of = settings.channel.as_ref();
        send(&self.wire, channel, channel_of, &message, self.patience)
            .await
            .map_err(|error| anyhow!("{error}"))
            .with_context(|| format!("telling of the week on channel {channel:?}"))?;
        Ok(())
    }

    /// Tells the watch outside, for ever, whether we live; at once where there is none.
    pub async fn sign(&self, health: impl Fn() -> Signal) {
        let Some(deadman) = &self.channels.deadman else {
            return;
        };
        let told = |_, sent: Result<Receipt, SendError>| {
            if let Err(error) = sent {
                eprintln!("sellkeep: the sign of life did not arrive: {error}");
            }
        };
        deadman.run(&self.wire, self.patience, health, told).await;
    }
}
