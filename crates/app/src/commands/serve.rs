//! `sellkeep serve`: the console, and the keeper's work behind it, until it is told to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::serve::ListenerExt;
use clap::Args;
use jiff::Timestamp;
use sellkeep_connect::channels;
use sellkeep_connect::channels::Patience;
use sellkeep_console::{Console, Settings, first_link, router};
use sellkeep_store::{Store, Tenant};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::answers::Answers;
use crate::data::{DataArguments, runtime};
use crate::desk::Bench;
use crate::hooks::{self, Receiver};
use crate::keep::{Keeper, Teller, ended, work};
use crate::knowledge;
use crate::mail_desk;
use crate::secured::{self, Secured};
use crate::sources;
use crate::watch::Flow;
use crate::watch::deliver::Outbox;

/// How long open requests may take after we were told to stop.
const PATIENCE_AT_END: Duration = Duration::from_secs(10);

/// Serve the console, watch the accounts, tell people
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    data: DataArguments,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// The address that people type: `https://keep.example`; TLS by your certificate or a proxy's
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// Speak TLS with this certificate and its chain (PEM); a renewed one is read within an hour
    #[arg(long, value_name = "FILE", requires_all = ["tls_key", "address"])]
    tls_certificate: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Send alerts on the channels of this file
    #[arg(long, value_name = "FILE")]
    channels: Option<PathBuf>,
    /// Open the check@ desk that this file describes: forwarded mails are answered with a verdict
    #[arg(long, value_name = "FILE")]
    desk: Option<PathBuf>,
    /// Where keys and policies of mails come from: `live`, `none`, or a recorded zone (JSON)
    #[arg(long, default_value = "live", value_name = "live|none|FILE")]
    dns: String,
    /// Folder that adds to or replaces the built-in knowledge
    #[arg(long, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    runtime()?.block_on(serve(arguments))
}

async fn serve(arguments: &Arguments) -> Result<ExitCode> {
    let settings = settings(arguments)?;
    let store = arguments.data.open().await?;
    let key = store
        .digest_key(&Tenant::new(sellkeep_model::TENANT_DEFAULT))
        .await?;
    let knowledge = knowledge::load(arguments.knowledge.as_deref())?;
    let flow = Flow::new(knowledge, Answers::new(&arguments.dns, None)?, key)?;
    let flow = Arc::new(flow);
    let outbox = outbox(arguments)?;
    let ways = outbox
        .as_ref()
        .map_or(0, |outbox| outbox.channels().channels.len());
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("listening on {} (is it taken?)", arguments.listen))?;
    let (at, listener) = (listener.local_addr()?, doorway(listener, arguments)?);
    let desk = Arc::new(Bench::new(Arc::clone(&flow), ways));
    let (stop, stopped) = watch::channel(false);
    let console = Console::new(store.clone(), desk, settings.clone()).until(stopped.clone());
    let mail_desk = match &arguments.desk {
        Some(path) => Some(mail_desk::open(path, Arc::clone(&flow)).await?),
        None => None,
    };
    welcome(&store, &settings, at).await?;
    let keeper = Keeper::new(
        Arc::new(store.clone()),
        flow,
        Arc::new(Teller::new(outbox.clone())),
        &format!("serve at {}", arguments.listen),
    );
    keeper.begin().await?;
    let receiver = Arc::new(Receiver::new(store.clone(), keeper.clone())?);
    let asked = signalled()?;
    tokio::spawn(async move {
        asked.await;
        let _ = stop.send(true);
    });
    let app = router(console).merge(hooks::router(Arc::clone(&receiver)));
    let desk_ends = stopped.clone();
    let desk_runs = async {
        if let Some(desk) = mail_desk {
            desk.run(desk_ends).await;
        }
    };
    let (served, (), (), (), read) = tokio::join!(
        pages(listener, app, stopped.clone()),
        receiver.run(stopped.clone()),
        desk_runs,
        work(keeper.clone(), store.clone(), outbox, stopped.clone()),
        sources::run(store.clone(), keeper, stopped),
    );
    served?;
    read?;
    store.close().await;
    println!("sellkeep has stopped.");
    Ok(ExitCode::SUCCESS)
}

/// Where people come in.
enum Doorway {
    /// Over loopback, or behind a proxy that speaks TLS.
    Plain(TcpListener),
    /// With a certificate of the owner's.
    Secured(Secured),
}

fn doorway(listener: TcpListener, arguments: &Arguments) -> Result<Doorway> {
    let (chain, key) = (&arguments.tls_certificate, &arguments.tls_key);
    Ok(match secured::paths(chain.as_deref(), key.as_deref()) {
        Some(paths) => Doorway::Secured(Secured::new(listener, paths)?),
        None => Doorway::Plain(listener),
    })
}

/// Serves until told to stop, then lets open requests end.
async fn pages(doorway: Doorway, app: axum::Router, stopped: watch::Receiver<bool>) -> Result<()> {
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let ends = ended(stopped.clone());
    let serving: Pin<Box<dyn Future<Output = io::Result<()>>>> = match doorway {
        Doorway::Plain(listener) => Box::pin(async {
            axum::serve(listener, app)
                .with_graceful_shutdown(ends)
                .await
        }),
        // Tapped, because only then the address of who connects is passed on.
        Doorway::Secured(listener) => {
            let listener = listener.tap_io(|_| {});
            Box::pin(async {
                axum::serve(listener, app)
                    .with_graceful_shutdown(ends)
                    .await
            })
        }
    };
    let late = async {
        ended(stopped).await;
        tokio::time::sleep(PATIENCE_AT_END).await;
    };
    tokio::select! {
        served = serving => served.context("serving pages"),
        () = late => Ok(()),
    }
}

fn settings(arguments: &Arguments) -> Result<Settings> {
    let address = arguments.address.clone();
    if let Some(address) = &address {
        anyhow::ensure!(
            address.starts_with("https://") || address.starts_with("http://"),
            "--address takes the whole address, such as https://keep.example, not {address:?}"
        );
    }
    let is_https = |address: &String| address.starts_with("https://");
    anyhow::ensure!(
        arguments.tls_certificate.is_none() || address.as_ref().is_some_and(is_https),
        "with a certificate, --address must begin with https://"
    );
    anyhow::ensure!(
        arguments.listen.ip().is_loopback() || address.is_some(),
        "listening on {} lets others in: say under which address with --address https://NAME, and give a certificate with --tls-certificate and --tls-key or put a proxy with TLS before it",
        arguments.listen
    );
    Ok(Settings { address })
}

fn outbox(arguments: &Arguments) -> Result<Option<Arc<Outbox>>> {
    let Some(path) = &arguments.channels else {
        return Ok(None);
    };
    let channels = channels::file(path)
        .with_context(|| format!("reading the channels file {}", path.display()))?;
    for caution in &channels.cautions {
        eprintln!("sellkeep: {caution}");
    }
    Ok(Some(Arc::new(Outbox::new(channels, Patience::default())?)))
}

async fn welcome(store: &Store, settings: &Settings, at: SocketAddr) -> Result<()> {
    let address = settings.address.clone();
    let address = address.unwrap_or_else(|| format!("http://{at}"));
    let address = address.trim_end_matches('/');
    match first_link(store, Timestamp::now()).await? {
        Some(key) => println!(
            "Open this link within an hour to become the owner:\n\n  {address}/welcome?key={key}\n\nOr check a mail at once: {address}/check"
        ),
        None => println!("The console is at {address}"),
    }
    Ok(())
}

/// Ends when Ctrl-C is pressed or the system asks us to stop.
#[cfg(unix)]
fn signalled() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate()).context("listening for signals")?;
    Ok(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = ended.recv() => {}
        }
    })
}

/// Ends when Ctrl-C is pressed.
#[cfg(not(unix))]
fn signalled() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
