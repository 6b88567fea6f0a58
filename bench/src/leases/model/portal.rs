//! The server in process, on a store that can be left behind as a killed program leaves it.

use std::{
    fs,
    future::Future,
    path::Path,
    pin::Pin,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::{
    body::{MessageBody as _, to_bytes},
    dev::Service as _,
    http::Method,
    middleware::from_fn,
    test::{TestRequest, init_service},
    web::Data,
};
use backend::{
    app::App,
    clock::Clock,
    config::{Config, PasswordCost},
    http::{edge::edge, routes},
    keys::{Keyring, MasterKey},
    rng::Rng,
    store::{
        Store, StoreError,
        sqlite::{Options, SqliteEngine},
    },
};
use serde_json::Value;

use crate::Outcome;

/// The store's files; what else lies beside them is made anew.
const FILES: [&str; 2] = ["passgate.db", "passgate.db-wal"];

type Answering = Pin<Box<dyn Future<Output = Outcome<Answer>>>>;

/// A running server.
pub(super) struct Portal {
    pub(super) app: App,
    call: Rc<dyn Fn(TestRequest) -> Answering>,
}

/// A request that can be sent as often as it takes.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    /// The cookie that it sets.
    pub(super) cookie: Option<String>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What lasts when the program is killed: its key, and the time.
#[derive(Clone)]
pub(super) struct Lasting {
    pub(super) key: String,
    pub(super) clock: Clock,
    pub(super) rng: Rng,
}

impl Portal {
    /// Starts on the store in `folder`.
    pub(super) async fn start(folder: &Path, lasting: &Lasting) -> Outcome<Self> {
        let engine = SqliteEngine::open(folder.join("passgate.db"), Options::for_tests())?;
        let keys = Keyring::new(MasterKey::parse(&lasting.key)?, lasting.rng.clone());
        let config = Config {
            public_url: "https://licenses.example.com".to_owned(),
            trusted_proxies: Vec::new(),
            rate_limits: false,
            test_payments: true,
            vendor_sign_up: true,
            private_webhooks: true,
            mail: None,
            operations: backend::config::Operations::default(),
            mail_kept_days: None,
            demo: false,
            password_cost: PasswordCost::CHEAPEST,
        };
        let app = App::new(Store::new(engine), lasting.clock.clone(), lasting.rng.clone(), keys, config);
        let service = actix_web::App::new().app_data(Data::new(app.clone())).configure(routes).wrap(from_fn(edge));
        let service = Rc::new(init_service(service).await);
        let call = move |request: TestRequest| -> Answering {
            let answering = service.call(request.to_request());
            Box::pin(async move {
                let answer = answering.await.map_err(|error| error.to_string())?;
                let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
                let cookie = cookie.and_then(|line| line.split(';').next()).map(str::to_owned);
                let status = answer.status().as_u16();
                let body = to_bytes(answer.into_body().boxed()).await.map_err(|error| error.to_string())?;
                Ok(Answer { status, body: String::from_utf8(body.to_vec())?, cookie })
            })
        };
        Ok(Self { app, call: Rc::new(call) })
    }

    pub(super) async fn send(&self, ask: &Ask) -> Outcome<Answer> {
        let mut request = TestRequest::default().method(ask.method.clone()).uri(&ask.path);
        request = request.peer_addr(([192, 0, 2, 1], 5000).into());
        for (name, value) in &ask.headers {
            request = request.append_header((*name, value.as_str()));
        }
        request = request.append_header(("content-type", "application/json")).set_payload(ask.body.clone());
        (self.call)(request).await
    }

    /// Sends a request, and leaves the store in `into` as it lies at some instant meanwhile, as a killed program leaves it: the
    /// answer, if it was there by then.
    pub(super) async fn leave(&self, ask: &Ask, patience: usize, from: &Path, into: &Path) -> Outcome<Option<Answer>> {
        let is_answered = Arc::new(AtomicBool::new(false));
        let asking = async {
            let answer = self.send(ask).await;
            is_answered.store(true, Ordering::SeqCst);
            answer
        };
        let leaving = async {
            for _ in 0..patience {
                tokio::task::yield_now().await;
            }
            // On the writer's thread, so that nothing is written while it is copied; what its transaction holds is not committed.
            let (from, into, is_answered) = (from.to_owned(), into.to_owned(), Arc::clone(&is_answered));
            let left = self.app.store.write(move |_| {
                let was_answered = is_answered.load(Ordering::SeqCst);
                copy(&from, &into).map_err(|error| StoreError::Fault(error.to_string()))?;
                Ok(was_answered)
            });
            left.await
        };
        let (answer, left) = tokio::join!(asking, leaving);
        let answer = answer?;
        Ok(left?.then_some(answer))
    }
}

fn copy(from: &Path, into: &Path) -> std::io::Result<()> {
    for name in FILES {
        if from.join(name).exists() {
            fs::copy(from.join(name), into.join(name))?;
        }
    }
    Ok(())
}
