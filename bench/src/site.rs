//! A server with the demo's menu, a signed-in customer, and as many licenses and terminals as are wanted.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use actix_web::dev::ServerHandle;
use backend::{
    app::App,
    http::server,
    rng::Rng,
    store::records::{LicenseRecord, Pass},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use shared::{
    id::{AccountId, PassId, VendorId},
    license::{License, PassBinding},
    thumbprint::{p256_thumbprint, sha256_base64url},
    verdict::PassStatus,
};

use crate::{Outcome, issue::block_on};

pub(crate) use licenses::{add_licenses, add_licenses_of};
pub(crate) use opening::Setup;

mod licenses;
mod opening;

/// The demo's vendor.
pub(crate) const ACME: &str = "acme";

/// More uses than a benchmark counts.
pub(crate) const MANY: u64 = 1_000_000_000;

/// A running server.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) account_id: AccountId,
    /// Vendors beside the demo's.
    pub(crate) others: Vec<(VendorId, String)>,
    cookie: String,
    _serving: Option<Serving>,
}

/// What serves a site, until it is dropped.
struct Serving {
    handle: ServerHandle,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let handle = self.handle.clone();
        let _ = block_on(async move {
            handle.stop(false).await;
            Ok(())
        });
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A terminal with a license of its own, or a share of one.
#[derive(Clone)]
pub(crate) struct Terminal {
    pub(crate) license: LicenseRecord,
    /// The pass that it has or would get.
    pub(crate) pass: Pass,
    pub(crate) key: Arc<Key>,
}

/// A terminal's key pair, and proofs by it.
pub(crate) struct Key {
    secret: SigningKey,
    x: [u8; 32],
    y: [u8; 32],
}

impl Key {
    fn new(rng: &Rng) -> Outcome<Self> {
        let secret = SigningKey::from_slice(&rng.bytes::<32>())?;
        let point = secret.verifying_key().to_encoded_point(false);
        let (x, y) = ((*point.x().ok_or("no x")?).into(), (*point.y().ok_or("no y")?).into());
        Ok(Self { secret, x, y })
    }

    /// A proof for a POST to `url`, with `token` when it is presented there.
    pub(crate) fn proof(&self, app: &App, url: &str, token: Option<&str>) -> String {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let header = serde_json::json!({ "typ": "dpop+jwt", "alg": "ES256",
            "jwk": { "kty": "EC", "crv": "P-256", "x": encode(&self.x), "y": encode(&self.y) } });
        let mut claims = serde_json::json!({ "htm": "POST", "htu": url, "iat": app.clock.now().as_unix(),
            "jti": format!("{:032x}", app.rng.u128()) });
        if let (Some(token), Some(members)) = (token, claims.as_object_mut()) {
            members.insert("ath".to_owned(), sha256_base64url(token.as_bytes()).into());
        }
        let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature: Signature = self.secret.sign(signed.as_bytes());
        format!("{signed}.{}", encode(&signature.to_bytes()))
    }
}

impl Site {
    /// Starts a server on the store in `folder`, which is made where there is none.
    pub(crate) fn start(folder: &Path) -> Outcome<Self> {
        Self::start_with(folder, |_| {})
    }

    /// The same, set up otherwise.
    pub(crate) fn start_with(folder: &Path, change: impl FnOnce(&mut Setup)) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut setup = Setup::new(format!("http://{}", listener.local_addr()?));
        change(&mut setup);
        let site = Self::prepare(folder, listener.local_addr()?, setup)?;
        let (app, (tell, told)) = (site.app.clone(), mpsc::channel());
        let serve = async move {
            let server = server::serve(app, listener)?;
            let _ = tell.send(server.handle());
            server.await
        };
        let thread = thread::spawn(move || actix_web::rt::System::new().block_on(serve));
        let serving = Serving { handle: told.recv()?, thread: Some(thread) };
        Ok(Self { _serving: Some(serving), ..site })
    }

    /// The store in `folder`, to be made ready for the server that will be at `address`.
    pub(crate) fn prepare(folder: &Path, address: SocketAddr, setup: Setup) -> Outcome<Self> {
        let app = opening::open(folder, setup)?;
        let (account_id, cookie) = block_on(opening::sign_in(&app))?;
        Ok(Self { app, address, account_id, others: Vec::new(), cookie, _serving: None })
    }

    /// Closes the store, and goes on making requests to whoever serves it; its clock and its dice are those of an idle store in
    /// `folder`.
    pub(crate) fn leave(self, folder: &Path) -> Outcome<Self> {
        self.settle()?;
        let setup = Setup::new(self.app.config.public_url.clone());
        Ok(Self { app: opening::open(folder, setup)?, ..self })
    }

    /// Waits until the store's threads have let go of all that they were told to write: then it closes with its last handle.
    pub(crate) fn settle(&self) -> Outcome<()> {
        block_on(async { Ok(self.app.store.write(|_| Ok(())).await?) })
    }

    /// `count` terminals, each with a license of its own in the store.
    pub(crate) fn add_terminals(&self, count: usize) -> Outcome<Vec<Terminal>> {
        block_on(async {
            let mut terminals = Vec::new();
            for _ in 0..count.div_ceil(256) {
                let left = 256.min(count - terminals.len());
                let licenses = self.add_licenses(left).await?;
                for license in licenses {
                    terminals.push(self.terminal(license)?);
                }
            }
            Ok(terminals)
        })
    }

    /// Licenses of the customer for a year and three devices, with more renders than a benchmark makes.
    pub(crate) async fn add_licenses(&self, count: usize) -> Outcome<Vec<LicenseRecord>> {
        self.add_licenses_with(count, |_| {}).await
    }

    /// The same, changed.
    pub(crate) async fn add_licenses_with(
        &self,
        count: usize,
        change: fn(&mut License),
    ) -> Outcome<Vec<LicenseRecord>> {
        add_licenses(&self.app, self.account_id, count, change).await
    }

    /// A terminal with a key of its own.
    pub(crate) fn terminal(&self, license: LicenseRecord) -> Outcome<Terminal> {
        let key = Arc::new(Key::new(&self.app.rng)?);
        let now = self.app.clock.now();
        let pass = Pass {
            pass_id: self.app.new_id(PassId::new),
            vendor_id: license.vendor_id,
            license_id: license.license_id,
            jkt: p256_thumbprint(&key.x, &key.y),
            name: "Chromium on Linux".to_owned(),
            status: PassStatus::Valid,
            reason: None,
            ended_at: None,
            epoch: 0,
            predecessor: None,
            status_list: 1,
            status_index: 0,
            connected_at: now,
            last_seen_at: now,
            expires_at: license.license.pass_expires_at(now),
            refreshes: 0,
            refresh_key: None,
            browser: None,
            origin: None,
        };
        Ok(Terminal { license, pass, key })
    }

    /// What a pass of the terminal says beside its license.
    pub(crate) fn binding(&self, terminal: &Terminal) -> PassBinding {
        let other = self.others.iter().find(|(vendor_id, _)| *vendor_id == terminal.license.vendor_id);
        let vendor = other.map_or(ACME, |(_, slug)| slug);
        let issuer = format!("{}/v/{vendor}", self.app.config.public_url);
        PassBinding {
            audience: format!("{vendor}/sketchpad"),
            customer_id: terminal.license.customer_id,
            pass_id: terminal.pass.pass_id,
            license_id: terminal.license.license_id,
            jkt: terminal.pass.jkt.clone(),
            status: PassStatus::Valid,
            status_uri: format!("{issuer}/status/1"),
            status_index: terminal.pass.status_index,
            refreshes: 0,
            issuer,
        }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.config.public_url)
    }

    /// A signed-in customer's cookie.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The request that costs nothing but being answered.
    pub(crate) fn empty_request(&self) -> Vec<u8> {
        format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", self.address).into_bytes()
    }
}
