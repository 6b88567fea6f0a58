//! `passgate serve`: the portal, until it is told to stop.

use std::net::TcpListener;

use actix_web::web::ServiceConfig;

use super::{CommandError, Outcome, Printer, open_app_with, say, start_log};
use crate::app::App;
use crate::config::{Demo, Settings};
use crate::figures;
use crate::http::{leases, moves, order, server};
use crate::outbox::{expiring, mail, webhooks};
use crate::traces;

/// Listens, opens the store, says where, and serves.
pub(super) async fn serve(settings: &Settings, _: &Printer) -> Outcome {
    let (app, listener) = prepare(settings, Demo::No)?;
    app.keys.check_master_key(&app.store).await?;
    announce(&listener)?;
    run(app, listener).await
}

/// Serves until the process is told to stop; then the store is closed in order.
pub(super) async fn run(app: App, listener: TcpListener) -> Outcome {
    run_beside(app, listener, |_| {}).await
}

/// The same, with what `beside` adds to the addresses.
pub(super) async fn run_beside(
    app: App,
    listener: TcpListener,
    beside: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> Outcome {
    tracing::info!(public_url = app.config.public_url, "serving");
    let sweeping = actix_web::rt::spawn(moves::keep_sweeping(app.clone()));
    let freeing = actix_web::rt::spawn(leases::keep_sweeping(app.clone()));
    let telling = actix_web::rt::spawn(webhooks::keep_telling(app.clone()));
    let mailing = actix_web::rt::spawn(mail::keep_mailing(app.clone()));
    let expiring = actix_web::rt::spawn(expiring::keep_telling(app.clone()));
    let counting = actix_web::rt::spawn(figures::keep_counting(app.clone()));
    let cancelling = actix_web::rt::spawn(order::keep_cancelling(app.clone()));
    let (exporting, traces) = (actix_web::rt::spawn(traces::keep_exporting(app.clone())), app.traces.clone());
    let store = app.store.clone();
    let served = server::serve_beside(app, listener, beside)?.await;
    sweeping.abort();
    freeing.abort();
    telling.abort();
    expiring.abort();
    mailing.abort();
    exporting.abort();
    if let Err(error) = traces.export().await {
        tracing::warn!(error, "the last traces were not sent");
    }
    cancelling.abort();
    counting.abort();
    store.engine().close();
    served?;
    tracing::info!("stopped");
    Ok(())
}

/// A bound listener and an app that knows its address.
pub(super) fn prepare(settings: &Settings, demo: Demo) -> Result<(App, TcpListener), CommandError> {
    start_log(settings);
    let cannot = |error| {
        CommandError::new(format!(
            "cannot listen at {} ({error}): stop what listens there, or give another --listen",
            settings.listen
        ))
    };
    let listener = TcpListener::bind(settings.listen).map_err(cannot)?;
    let config = settings.config(listener.local_addr()?, demo)?;
    Ok((open_app_with(settings, config)?, listener))
}

/// The first line on standard output: programs wait for it.
pub(super) fn announce(listener: &TcpListener) -> Outcome {
    say(&format!("listening on http://{}", listener.local_addr()?))
}
