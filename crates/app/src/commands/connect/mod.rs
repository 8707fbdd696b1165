//! `sellkeep connect`: sets an account up with its marketplace, step by step.

mod amazon;
mod ask;
mod guide;
mod queue;
mod shown;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use sellkeep_model::TENANT_DEFAULT;

use crate::data::{DataArguments, runtime};

/// Connect an account: what to grant, a test call, a first reading to confirm
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    marketplace: Marketplace,
    #[command(flatten)]
    data: DataArguments,
    /// Whose account
    #[arg(long, default_value = TENANT_DEFAULT, global = true)]
    tenant: String,
}

#[derive(Subcommand)]
enum Marketplace {
    /// Amazon, by an application of your own that only you authorise
    Amazon(Box<amazon::Arguments>),
    /// Amazon's notifications, out of a queue of your own (SQS): minutes become seconds
    AmazonQueue(Box<queue::Arguments>),
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let tenant = &arguments.tenant;
    runtime()?.block_on(async {
        let store = arguments.data.open().await?;
        match &arguments.marketplace {
            Marketplace::Amazon(amazon) => Box::pin(amazon::connect(&store, tenant, amazon)).await,
            Marketplace::AmazonQueue(queue) => {
                Box::pin(queue::connect(&store, tenant, queue)).await
            }
        }
    })
}
