//! Requests to providers: to addresses that a vendor names, so guarded as webhooks are, and by https.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Url};

use crate::outbox::Sender;

/// How long one request may take, from looking the name up to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much an answer may hold: documents and key sets are far smaller.
const MAX_BYTES: usize = 256 * 1024;

/// Whether `issuer` may be asked, as far as its text tells; a sentence for who typed it otherwise.
pub fn check_issuer(issuer: &str, private: bool) -> Result<(), &'static str> {
    let url = Fetch::new(private).read(issuer)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("An issuer has no ? and no #.");
    }
    Ok(())
}

/// Asks providers.
#[derive(Clone, Copy, Debug)]
pub struct Fetch {
    sender: Sender,
    private: bool,
}

impl Fetch {
    /// `private` allows the operator's own network, and plain http on this very machine.
    pub const fn new(private: bool) -> Self {
        Self { sender: Sender::new(private), private }
    }

    /// Whether somebody may be sent, or a request be made, to this address.
    pub fn check(self, url: &str) -> Result<(), &'static str> {
        self.read(url).map(drop)
    }

    /// What is at an address; with a bearer token, if there is one.
    pub async fn get(self, url: &str, bearer: Option<&str>) -> Result<(u16, Vec<u8>), String> {
        let bearer = bearer.map(|token| format!("Bearer {token}"));
        self.run(url, move |client, url| with_authorization(client.get(url), bearer)).await
    }

    /// What an address answers to a form; `basic` is the client's name and secret.
    pub async fn post_form(
        self,
        url: &str,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<(u16, Vec<u8>), String> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        // Both are encoded as in a form first (RFC 6749, section 2.3.1).
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = basic
            .map(|(name, secret)| format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(name), encode(secret)))));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let ask = move |client: &reqwest::Client, url| {
            with_authorization(client.post(url).header(CONTENT_TYPE, form).body(body), basic)
        };
        self.run(url, ask).await
    }

    async fn run(
        self,
        url: &str,
        ask: impl FnOnce(&reqwest::Client, Url) -> RequestBuilder,
    ) -> Result<(u16, Vec<u8>), String> {
        let asked = async {
            self.check(url)?;
            let (client, url) = self.sender.connect(url).await?;
            let host = url.host_str().unwrap_or_default().to_owned();
            let request = ask(&client, url).header(ACCEPT, HeaderValue::from_static("application/json"));
            let mut answer = request.send().await.map_err(|_| format!("There was no connection to {host}."))?;
            let status = answer.status().as_u16();
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await.map_err(|_| format!("The answer of {host} broke off."))? {
                body.extend_from_slice(&chunk);
                if body.len() > MAX_BYTES {
                    return Err(format!("The answer of {host} is too long."));
                }
            }
            Ok((status, body))
        };
        let asked = tokio::time::timeout(PATIENCE, asked).await;
        asked.unwrap_or_else(|_| Err(format!("There was no answer within {} seconds.", PATIENCE.as_secs())))
    }

    fn read(self, text: &str) -> Result<Url, &'static str> {
        let url = crate::outbox::read_url(text, self.private)?;
        // Whoever listens between could be anybody that they like: plain http is for this very machine.
        let is_here = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() == "https" || is_here {
            Ok(url)
        } else {
            Err("This must be an address that begins with https://.")
        }
    }
}

fn with_authorization(request: RequestBuilder, value: Option<String>) -> RequestBuilder {
    let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
    value.into_iter().fold(request, |request, mut value| {
        value.set_sensitive(true);
        request.header(AUTHORIZATION, value)
    })
}

#[cfg(test)]
mod tests {
    use super::check_issuer;

    #[test]
    fn issuers_are_reached_by_https_and_in_public() {
        for good in ["https://id.example.com", "https://login.example.com/tenant/v2.0", "https://id.example.com:8443/"]
        {
            assert_eq!(check_issuer(good, false), Ok(()), "{good}");
        }
        for bad in [
            "",
            "id.example.com",
            "http://id.example.com",
            "https://localhost",
            "https://10.0.0.1",
            "https://[::1]",
            "https://user:secret@id.example.com",
            "https://id.example.com?x=1",
            "https://id.example.com#x",
            "https://intranet",
            "http://127.0.0.1:3000",
            "ftp://id.example.com",
        ] {
            assert!(check_issuer(bad, false).is_err(), "{bad}");
        }
        for good in ["http://127.0.0.1:3000", "http://localhost:3000/x", "https://10.0.0.1", "https://intranet"] {
            assert_eq!(check_issuer(good, true), Ok(()), "{good}");
        }
        assert!(check_issuer("http://id.example.com", true).is_err() && check_issuer("http://10.0.0.1", true).is_err());
    }
}
