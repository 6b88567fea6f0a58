//! The token by which the demo's render farm checks licenses out. The farm itself is a crate of its own, `demo/render`.

use serde_json::json;
use shared::id::{EventId, TokenId};
use shared::slug::Slug;
use shared::team::Permission;

use crate::app::App;
use crate::auth::member::TOKEN_PREFIX;
use crate::auth::secret::Secret;
use crate::error::Failure;
use crate::store::records::Event;
use crate::store::team::TokenRecord;

/// What the token is called among the vendor's.
const NAME: &str = "Render farm";

/// Who made it.
const ACTOR: &str = "operator";

/// A new token in place of the one of the last start, since none can be read again: its id, and itself. Nothing where the store has
/// no vendor of the demo's.
pub async fn renew_token(app: &App) -> Result<Option<(TokenId, Secret)>, Failure> {
    let vendor: Slug = "acme".parse().map_err(|_| Failure::fault("the demo's vendor has no name"))?;
    let (secret, token_id, event_id) =
        (Secret::new(TOKEN_PREFIX, &app.rng), app.new_id(TokenId::new), app.new_id(EventId::new));
    let (made, now) = (secret.clone(), app.clock.now());
    let found = app.store.write(move |tx| {
        let Some(vendor) = tx.vendor(&vendor)? else { return Ok(false) };
        let vendor_id = vendor.vendor_id;
        let old = tx.tokens(vendor_id, None, 100)?;
        for record in old.into_iter().filter(|record| record.name == NAME && record.created_by == ACTOR) {
            tx.revoke_token(vendor_id, record.token_id, now)?;
        }
        let record = TokenRecord {
            vendor_id,
            token_id,
            secret_hash: made.hash(),
            name: NAME.to_owned(),
            scopes: vec![Permission::EditLeases],
            hint: made.hint(),
            created_by: ACTOR.to_owned(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
        };
        tx.add_token(&record)?;
        tx.append_event(&Event {
            event_id,
            vendor_id,
            at: now,
            kind: "token.created".to_owned(),
            actor: ACTOR.to_owned(),
            subject: token_id.to_string(),
            body: json!({ "name": NAME, "scopes": record.scopes, "expires_at": null }).to_string(),
        })?;
        Ok(true)
    });
    Ok(found.await?.then_some((token_id, secret)))
}
