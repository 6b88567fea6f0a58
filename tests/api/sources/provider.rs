//! An OpenID Connect provider that says what it is told to say: for faults that real ones do not have.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::shop::Portal;

/// The provider, with what it will answer.
pub(super) struct Provider {
    pub(super) issuer: String,
    said: Arc<Mutex<Said>>,
}

#[derive(Default)]
struct Said {
    /// Codes, with what redeems them.
    codes: BTreeMap<String, Code>,
    /// The key's number, which is its name too.
    key: u8,
    /// The keys that are published.
    published: Vec<u8>,
    /// What the token endpoint answers instead.
    refusal: Option<(u16, String)>,
    /// How often its keys were asked for.
    asked_for_keys: usize,
    codes_made: usize,
}

struct Code {
    challenge: String,
    token: String,
}

impl Provider {
    pub(super) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("its address"));
        let said = Arc::new(Mutex::new(Said { key: 1, published: vec![1], ..Said::default() }));
        let (shared, name) = (Arc::clone(&said), issuer.clone());
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                answer(connection, &name, &shared);
            }
        });
        Self { issuer, said }
    }

    /// The person at `away` is vouched for by `claims`; the address that leads them back.
    pub(super) fn vouch(&self, away: &str, claims: Value, portal: &Portal) -> String {
        self.vouch_as(away, claims, json!({}), portal)
    }

    /// The same with members of the token's header and claims changed.
    pub(super) fn vouch_as(&self, away: &str, claims: Value, header: Value, portal: &Portal) -> String {
        let asked = query_of(away);
        assert!(away.starts_with(&format!("{}/authorize?", self.issuer)), "{away}");
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert_eq!(asked["scope"], "openid profile email groups");
        let mut said = self.said.lock().expect("nobody panics");
        let now = portal.app.clock.now().as_unix();
        let mut whole = json!({
            "iss": self.issuer, "aud": asked["client_id"], "nonce": asked["nonce"], "iat": now, "exp": now + 300,
        });
        let mut head = json!({"alg": "EdDSA", "kid": said.key.to_string()});
        for (target, changes) in [(&mut whole, claims), (&mut head, header)] {
            for (name, value) in changes.as_object().expect("an object") {
                target[name.as_str()] = value.clone();
            }
        }
        said.codes_made += 1;
        let code = format!("code-{}", said.codes_made);
        let token = sign(said.key, &head, &whole);
        said.codes.insert(code.clone(), Code { challenge: asked["code_challenge"].clone(), token });
        let back = asked["redirect_uri"].strip_prefix("https://licenses.example.com").expect("back to the portal");
        format!("{back}?code={code}&state={}", asked["state"])
    }

    /// From now on another key signs; it is published with those before.
    pub(super) fn rotate(&self) {
        let mut said = self.said.lock().expect("nobody panics");
        said.key += 1;
        let key = said.key;
        said.published.push(key);
    }

    /// Signs with a key that it does not publish.
    pub(super) fn hide_key(&self) {
        self.said.lock().expect("nobody panics").key = 99;
    }

    pub(super) fn refuse(&self, status: u16, body: &str) {
        self.said.lock().expect("nobody panics").refusal = Some((status, body.to_owned()));
    }

    pub(super) fn asked_for_keys(&self) -> usize {
        self.said.lock().expect("nobody panics").asked_for_keys
    }
}

/// What an address's query holds; nothing of it here needs more than this decoding.
pub(super) fn query_of(address: &str) -> BTreeMap<String, String> {
    let (_, query) = address.split_once('?').expect("a query");
    form(query)
}

fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), decode(value))).collect()
}

fn decode(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, more @ ..] = rest {
        rest = more;
        match (first, more) {
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = core::str::from_utf8(&digits).expect("hexadecimal digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal digits"));
                rest = after;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).expect("text")
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn sign(number: u8, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature =
        if header["alg"] == "none" { Vec::new() } else { key(number).sign(message.as_bytes()).to_bytes().to_vec() };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn answer(mut connection: TcpStream, issuer: &str, said: &Mutex<Said>) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    let (head, body) = loop {
        let count = connection.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            return;
        }
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lower = head.to_lowercase();
        let length = lower.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (status, text) = speak(path, &head, &body, issuer, said);
    let length = text.len();
    let whole = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}");
    let _ = connection.write_all(whole.as_bytes());
}

fn speak(path: &str, head: &str, body: &str, issuer: &str, said: &Mutex<Said>) -> (u16, String) {
    let mut said = said.lock().expect("nobody panics");
    match path {
        "/.well-known/openid-configuration" | "/other/.well-known/openid-configuration" => (
            200,
            json!({
                "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
            })
            .to_string(),
        ),
        "/keys" => {
            said.asked_for_keys += 1;
            let jwk = |number: &u8| {
                let x = URL_SAFE_NO_PAD.encode(key(*number).verifying_key().as_bytes());
                json!({"kty": "OKP", "crv": "Ed25519", "kid": number.to_string(), "use": "sig", "x": x})
            };
            let keys: Vec<_> = said.published.iter().map(jwk).collect();
            (200, json!({ "keys": keys }).to_string())
        }
        "/token" => {
            if let Some(refusal) = said.refusal.take() {
                return refusal;
            }
            let basic = format!("Basic {}", STANDARD.encode("portal:s3cret+%26+more"));
            assert!(head.contains(&basic), "the client shows who it is: {head}");
            let asked = form(body);
            let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, asked["code_verifier"].as_bytes()));
            match said.codes.remove(&asked["code"]) {
                Some(code) if code.challenge == challenge => (200, json!({ "id_token": code.token }).to_string()),
                _ => (400, json!({"error": "invalid_grant"}).to_string()),
            }
        }
        _ => (404, String::new()),
    }
}
