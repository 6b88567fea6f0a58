//! OpenID Connect providers: what they say of themselves, where people are sent to, and what the code that these bring back is
//! worth. Nothing here knows a vendor's customers.
//!
//! What a provider says is kept for a while; a key that is not known is looked for again, once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Deserialize;
use serde_json::{Map, Value};
use shared::time::Timestamp;
use url::Url;

use crate::keys::foreign::{ForeignFault, ForeignKey, open_foreign, read_keys};

mod claims;
mod fetch;
mod token;

pub use claims::holds;
pub use fetch::{Fetch, check_issuer};
pub use token::{TokenFault, Wanted, check_claims};

/// How long what a provider says of itself is believed.
const KEPT_SECONDS: i64 = 600;

/// How often a provider's keys are looked for again because of one that is not known: nobody makes this server knock more.
const KEYS_AGAIN_SECONDS: i64 = 60;

/// How many providers are kept in mind.
const MAX_KEPT: usize = 1000;

/// Why a provider's word could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderFault {
    /// It could not be reached, or said nothing of use; with a sentence for the vendor's team.
    Unreachable(String),
    /// It does not take the code: too late, or a second time.
    Refused(String),
    /// What it signed is not for us, not now, or not signed.
    Token(TokenFault),
}

/// A provider's discovery document, as far as it is used (OpenID Connect Discovery 1.0, section 3).
#[derive(Clone, Debug, Deserialize)]
pub struct Discovery {
    issuer: String,
    /// Where people are sent to.
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
}

/// What is known of a provider.
#[derive(Clone)]
struct Known {
    discovery: Arc<Discovery>,
    keys: Arc<Vec<ForeignKey>>,
    since: Timestamp,
    keys_since: Timestamp,
}

/// The providers that were asked lately.
#[derive(Default)]
pub struct Providers(RwLock<HashMap<String, Known>>);

/// This portal, as a provider's client.
#[derive(Clone)]
pub struct Client {
    /// The provider's issuer identifier.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// What we show it; nothing for a public client.
    pub secret: Option<String>,
    /// Where people come back to.
    pub redirect_uri: String,
}

/// What a person on their way carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey<'a> {
    /// Comes back with them.
    pub state: &'a str,
    /// Comes back in what the provider signs.
    pub nonce: &'a str,
    /// What the code is worth nothing without (RFC 7636).
    pub verifier: &'a str,
}

impl Providers {
    /// What the provider says of itself, now or a little while ago.
    pub async fn discover(&self, fetch: Fetch, issuer: &str, now: Timestamp) -> Result<Arc<Discovery>, ProviderFault> {
        Ok(self.known(fetch, issuer, now).await?.discovery)
    }

    /// Asks anew: the document, and how many of its keys can sign what is accepted here.
    pub async fn look(
        &self,
        fetch: Fetch,
        issuer: &str,
        now: Timestamp,
    ) -> Result<(Arc<Discovery>, usize), ProviderFault> {
        self.forget(issuer);
        let known = self.known(fetch, issuer, now).await?;
        Ok((known.discovery, known.keys.len()))
    }

    /// What the code that somebody brought back is worth: the claims of the provider about them, judged.
    pub async fn redeem(
        &self,
        fetch: Fetch,
        client: &Client,
        code: &str,
        journey: &Journey<'_>,
        now: Timestamp,
    ) -> Result<Map<String, Value>, ProviderFault> {
        let known = self.known(fetch, &client.issuer, now).await?;
        let tokens = exchange(fetch, &known.discovery, client, code, journey.verifier).await?;
        let mut opened = open_foreign(&tokens.id_token, &known.keys);
        if opened == Err(ForeignFault::UnknownKey) && now.as_unix() - known.keys_since.as_unix() >= KEYS_AGAIN_SECONDS {
            opened = open_foreign(&tokens.id_token, &self.keys_again(fetch, &client.issuer, &known, now).await?);
        }
        let claims = opened.map_err(|fault| ProviderFault::Token(TokenFault::Foreign(fault)))?;
        let wanted = Wanted { issuer: &client.issuer, client_id: &client.client_id, nonce: journey.nonce, now };
        let subject = check_claims(&claims, &wanted).map_err(ProviderFault::Token)?;
        let more = ask_userinfo(fetch, &known.discovery, tokens.access_token.as_deref(), &subject).await;
        // What was signed counts before what was only said.
        Ok(more.into_iter().chain(claims).collect())
    }

    async fn known(&self, fetch: Fetch, issuer: &str, now: Timestamp) -> Result<Known, ProviderFault> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        let is_new = |known: &Known| (0..KEPT_SECONDS).contains(&(now.as_unix() - known.since.as_unix()));
        if let Some(known) = kept.filter(is_new) {
            return Ok(known);
        }
        let discovery = Arc::new(discover(fetch, issuer).await?);
        let keys = Arc::new(fetch_keys(fetch, &discovery).await?);
        let known = Known { discovery, keys, since: now, keys_since: now };
        self.keep(issuer, known.clone());
        Ok(known)
    }

    async fn keys_again(
        &self,
        fetch: Fetch,
        issuer: &str,
        known: &Known,
        now: Timestamp,
    ) -> Result<Arc<Vec<ForeignKey>>, ProviderFault> {
        // Noted before asking: who comes meanwhile does not ask too.
        self.keep(issuer, Known { keys_since: now, ..known.clone() });
        let keys = Arc::new(fetch_keys(fetch, &known.discovery).await?);
        self.keep(issuer, Known { keys: Arc::clone(&keys), keys_since: now, ..known.clone() });
        Ok(keys)
    }

    fn keep(&self, issuer: &str, known: Known) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT && !kept.contains_key(issuer) {
            kept.clear();
        }
        kept.insert(issuer.to_owned(), known);
    }

    fn forget(&self, issuer: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(issuer);
    }
}

impl Discovery {
    /// Where the person is sent to (RFC 6749, section 4.1.1, with PKCE S256). Errors: an endpoint that is no address.
    pub fn authorize(&self, client: &Client, scopes: &str, journey: &Journey<'_>) -> Result<String, ProviderFault> {
        let mut url = Url::parse(&self.authorization_endpoint).map_err(|_| no_endpoint("authorization_endpoint"))?;
        let challenge = shared::thumbprint::sha256_base64url(journey.verifier.as_bytes());
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.client_id)
            .append_pair("redirect_uri", &client.redirect_uri)
            .append_pair("scope", scopes)
            .append_pair("state", journey.state)
            .append_pair("nonce", journey.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// What it says against signing in here, each as a sentence.
    pub fn objections(&self) -> Vec<String> {
        let methods = self.code_challenge_methods_supported.as_ref();
        let lacks_pkce = methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256"));
        let pkce = "The provider does not take PKCE with S256, which this portal always uses.";
        lacks_pkce.then(|| pkce.to_owned()).into_iter().collect()
    }
}

fn no_endpoint(name: &str) -> ProviderFault {
    ProviderFault::Unreachable(format!("The provider's {name} is not an address that people may be sent to."))
}

async fn discover(fetch: Fetch, issuer: &str) -> Result<Discovery, ProviderFault> {
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let (status, body) = fetch.get(&address, None).await.map_err(ProviderFault::Unreachable)?;
    if status != 200 {
        let sentence = format!("The provider answered {status} instead of its discovery document, at {address}.");
        return Err(ProviderFault::Unreachable(sentence));
    }
    let document: Discovery = serde_json::from_slice(&body).map_err(|_| {
        ProviderFault::Unreachable(format!("What is at {address} is not a discovery document of OpenID Connect."))
    })?;
    // Who may say who somebody is must be who the vendor named, letter for letter.
    if document.issuer != issuer {
        let named: String = document.issuer.chars().take(200).collect();
        let sentence = format!("The provider calls itself {named}: the issuer must be written exactly so.");
        return Err(ProviderFault::Unreachable(sentence));
    }
    fetch.check(&document.authorization_endpoint).map_err(|_| no_endpoint("authorization_endpoint"))?;
    Ok(document)
}

async fn fetch_keys(fetch: Fetch, discovery: &Discovery) -> Result<Vec<ForeignKey>, ProviderFault> {
    let (status, body) = fetch.get(&discovery.jwks_uri, None).await.map_err(ProviderFault::Unreachable)?;
    let keys = (status == 200).then(|| read_keys(&body)).flatten();
    keys.ok_or_else(|| ProviderFault::Unreachable("The provider's keys could not be read at its jwks_uri.".to_owned()))
}

/// What the token endpoint answers (OpenID Connect Core 1.0, section 3.1.3.3).
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

async fn exchange(
    fetch: Fetch,
    discovery: &Discovery,
    client: &Client,
    code: &str,
    verifier: &str,
) -> Result<Tokens, ProviderFault> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", verifier),
    ];
    let methods = discovery.token_endpoint_auth_methods_supported.as_ref();
    let takes_basic = methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
    let basic = match &client.secret {
        Some(secret) if takes_basic => Some((client.client_id.as_str(), secret.as_str())),
        secret => {
            form.push(("client_id", client.client_id.as_str()));
            form.extend(secret.as_deref().map(|secret| ("client_secret", secret)));
            None
        }
    };
    let asked = fetch.post_form(&discovery.token_endpoint, &form, basic).await;
    let (status, body) = asked.map_err(ProviderFault::Unreachable)?;
    if status != 200 {
        let error: Value = serde_json::from_slice(&body).unwrap_or_default();
        let named = error.get("error").and_then(Value::as_str).unwrap_or("without a word");
        let named: String = named.chars().take(100).collect();
        let sentence = format!("The provider refused the code with {status}: {named}.");
        // Everything else is for the vendor's team, or the provider's, to put right.
        let is_over = named == "invalid_grant";
        return Err(if is_over { ProviderFault::Refused(sentence) } else { ProviderFault::Unreachable(sentence) });
    }
    serde_json::from_slice(&body).map_err(|_| ProviderFault::Token(TokenFault::Foreign(ForeignFault::Malformed)))
}

/// What else the provider says of the person; nothing where it cannot be had, or is about somebody else.
async fn ask_userinfo(
    fetch: Fetch,
    discovery: &Discovery,
    access_token: Option<&str>,
    subject: &str,
) -> Map<String, Value> {
    let (Some(endpoint), Some(token)) = (&discovery.userinfo_endpoint, access_token) else { return Map::new() };
    let Ok((200, body)) = fetch.get(endpoint, Some(token)).await else { return Map::new() };
    let said: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    if said.get("sub").and_then(Value::as_str) == Some(subject) { said } else { Map::new() }
}
