//! `passgate demo`: the portal with something to look at.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::serve::{announce, prepare, run};
use super::{Outcome, Printer, say};
use crate::config::{Demo, Settings, demo_password};
use crate::demo::{COUPON, CUSTOMER_EMAIL, OWNER_EMAIL, fill_store_with_history};

/// As `serve`, after filling an empty store.
pub(super) async fn serve(settings: &Settings, _: &Printer) -> Outcome {
    let (app, listener) = prepare(settings, Demo::Yes)?;
    let given = demo_password();
    let password = given.clone().unwrap_or_else(|| URL_SAFE_NO_PAD.encode(app.rng.bytes::<12>()));
    app.keys.check_master_key(&app.store).await?;
    let is_new = fill_store_with_history(&app, &password).await?;
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
    run(app, listener).await
}
