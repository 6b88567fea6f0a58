//! The listening server: workers, bounds on what a connection may cost, and a graceful end.

use std::any::Any;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Extensions, Server};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{HttpServer, rt, web};

use super::edge::edge;
use super::routes;
use crate::app::App;

/// A client that takes longer to send its request's head is not one: it would hold a connection for nothing.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_mins(1);
/// How long requests in flight may take when the server stops.
const SHUTDOWN_SECONDS: u64 = 10;
/// Connections a worker holds at once.
const MAX_CONNECTIONS: usize = 10_000;

/// Starts to serve on `listener`. The server stops gracefully on SIGTERM, at once on SIGINT and SIGQUIT; event streams, which
/// would never end by themselves, end at once, and so does waiting for a seat.
pub fn serve(app: App, listener: TcpListener) -> io::Result<Server> {
    serve_beside(app, listener, |_| {})
}

/// The same, with what `beside` adds to the addresses.
pub fn serve_beside(
    app: App,
    listener: TcpListener,
    beside: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> io::Result<Server> {
    let (streams, waiting) = (app.streams.clone(), app.waiting.clone());
    // Heard here and nowhere else: two listeners, one of them later, would let a signal in between stop half of the server.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    let server = answer_at(app, listener, beside)?;
    let handle = server.handle();
    rt::spawn(async move {
        let is_graceful = tokio::select! {
            _ = terminate.recv() => true,
            _ = interrupt.recv() => false,
            _ = quit.recv() => false,
        };
        streams.close();
        waiting.close();
        handle.stop(is_graceful).await;
    });
    Ok(server)
}

/// The same until the server's handle says stop: no signal is heard.
pub fn answer_at(
    app: App,
    listener: TcpListener,
    beside: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> io::Result<Server> {
    let app = web::Data::new(app);
    let server = HttpServer::new(move || {
        actix_web::App::new().app_data(app.clone()).configure(&beside).configure(routes).wrap(from_fn(edge))
    });
    Ok(server
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .max_connections(MAX_CONNECTIONS)
        // Who closes its half has hung up, as for nginx, Go and hyper: otherwise who waits for a seat would be given one for nobody.
        .h1_allow_half_closed(false)
        .on_connect(send_at_once)
        .disable_signals()
        .listen(listener)?
        .run())
}

/// An event is small and waits for nothing: without this it would wait for the acknowledgement of the one before.
fn send_at_once(connection: &dyn Any, _: &mut Extensions) {
    if let Some(connection) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = connection.set_nodelay(true)
    {
        tracing::debug!(%error, "a connection delays what it sends");
    }
}
