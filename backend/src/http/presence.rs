//! Whether whoever asked is still there. A request is worked on to its end, also when nobody waits for the answer: what was
//! committed is told to all who wait for it. Who waits for a seat finds out here that it was for nobody.

use std::convert::Infallible;
use std::future::{Ready, pending, ready};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use tokio::sync::watch;

/// Held by what carries the answer: the server drops that as soon as the connection is closed.
#[derive(Debug)]
pub(super) struct Connection {
    _open: watch::Sender<()>,
}

/// Whether whoever asked is still there, for handlers.
#[derive(Clone, Debug)]
pub struct Presence(Option<watch::Receiver<()>>);

impl Connection {
    /// That of this request, whose handler learns when it is dropped.
    pub(super) fn of(request: &ServiceRequest) -> Self {
        let (open, seen) = watch::channel(());
        request.extensions_mut().insert(Presence(Some(seen)));
        Self { _open: open }
    }
}

impl Presence {
    /// Whether nobody is there any more who could read an answer, as far as is known now.
    pub fn has_gone(&self) -> bool {
        self.0.as_ref().is_some_and(|seen| seen.has_changed().is_err())
    }

    /// Resolves when nobody is there any more.
    pub async fn gone(&self) {
        match &self.0 {
            // Nothing is ever sent: what changes is that the sender goes.
            Some(seen) => drop(seen.clone().changed().await),
            None => pending().await,
        }
    }
}

impl FromRequest for Presence {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request.extensions().get::<Self>().cloned().unwrap_or(Self(None))))
    }
}
