//! `passgate demo`: the portal with something to look at.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use render::Farm;

use super::serve::{announce, prepare, run_beside};
use super::{CommandError, Outcome, Printer, say};
use crate::app::App;
use crate::config::{Demo, Settings, demo_password};
use crate::demo::farm::renew_token;
use crate::demo::{COUPON, CUSTOMER_EMAIL, OWNER_EMAIL, fill_store_with_history};

/// Where the render farm is.
const FARM_PATH: &str = "/demo/render";

/// How long it takes for a page, at least, so that one sees it work.
const PACE: Duration = Duration::from_millis(800);

/// As `serve`, after filling an empty store.
pub(super) async fn serve(settings: &Settings, _: &Printer) -> Outcome {
    let (app, listener) = prepare(settings, Demo::Yes)?;
    let given = demo_password();
    let password = given.clone().unwrap_or_else(|| URL_SAFE_NO_PAD.encode(app.rng.bytes::<12>()));
    app.keys.check_master_key(&app.store).await?;
    let is_new = fill_store_with_history(&app, &password).await?;
    let address = listener.local_addr()?;
    let farm = start_farm(&app, address).await?;
    announce(&listener)?;
    let url = app.config.public_url.clone();
    say(&format!("  portal    {url}"))?;
    say(&format!("  demo app  {url}/demo/"))?;
    say(&format!("  accounts  {CUSTOMER_EMAIL}, {OWNER_EMAIL}"))?;
    say(&format!("  coupon    {COUPON}"))?;
    match (is_new, given) {
        (true, None) => say(&format!("  password  {password} (shown this once)"))?,
        (true, Some(_)) => say("  password  as in PASSGATE_DEMO_PASSWORD")?,
        (false, _) => say("  password  as when the store was made")?,
    }
    run_beside(app, listener, move |cfg| {
        if let Some(farm) = &farm {
            render::add_routes(cfg, FARM_PATH, farm);
        }
    })
    .await
}

/// The render farm that Sketchpad uses: a service like any vendor's, which reaches the portal over HTTP and is reached beside
/// the demo app, so that nothing comes from another origin. Nothing where the store is not the demo's.
async fn start_farm(app: &App, address: SocketAddr) -> Result<Option<Arc<Farm>>, CommandError> {
    let Some((token_id, token)) = renew_token(app).await? else { return Ok(None) };
    let host = if address.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { address.ip() };
    let url = format!("http://{}", SocketAddr::new(host, address.port()));
    let farm = Farm::new(&url, token.reveal(), &token_id.to_string(), PACE);
    farm.map(Some).map_err(|error| CommandError::new(format!("the render farm cannot start: {error}")))
}
