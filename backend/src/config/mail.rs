//! How mail leaves: which SMTP server, whether the way there is encrypted, and from which address.

use std::fmt;
use std::str::FromStr;

use lettre::message::Mailbox;
use serde::Deserialize;
use url::{Host, Url};

/// Sending mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailConfig {
    /// Through which server.
    pub server: SmtpServer,
    /// From which address.
    pub from: MailFrom,
}

/// An SMTP server, as an address names it: `smtp://user:password@mail.example.com:587?tls=required`.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the way there is encrypted.
    pub tls: SmtpTls,
    /// Name and password, where it wants them.
    pub credentials: Option<(String, String)>,
}

/// Whether the way to the server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte: `smtps://`.
    Always,
    /// By STARTTLS, or nothing is sent: `?tls=required`.
    Required,
    /// By STARTTLS where the server offers it: `?tls=opportunistic`.
    Offered,
    /// Never: `?tls=off`.
    Off,
}

/// The address that mail comes from, with or without a name: `Licenses <licenses@example.com>`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MailFrom(Mailbox);

/// Why an option about mail cannot be used. Says nothing of what was given: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailOptionError {
    /// Not the address of an SMTP server.
    #[error("the SMTP server must look like smtp://user:password@mail.example.com:587?tls=required, or smtps://…")]
    Url,
    /// A password would be sent for everybody to read.
    #[error("a password is not sent without encryption: leave ?tls= out, or say tls=required")]
    Insecure,
    /// Not an address.
    #[error("the sender must be an e-mail address, like licenses@example.com or Licenses <licenses@example.com>")]
    From,
}

impl FromStr for SmtpServer {
    type Err = MailOptionError;

    fn from_str(text: &str) -> Result<Self, MailOptionError> {
        let wrong = MailOptionError::Url;
        let url = Url::parse(text).map_err(|_| wrong)?;
        // An address of a scheme that browsers do not know has its host as it was typed.
        let host = match url.host().ok_or(wrong)? {
            Host::Ipv6(address) => address.to_string(),
            host => host.to_string(),
        };
        if host.is_empty() || !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(wrong);
        }
        let name = unescape(url.username()).ok_or(wrong)?;
        let password = url.password().map(|password| unescape(password).ok_or(wrong)).transpose()?;
        let credentials = match (name.is_empty(), password) {
            (true, None) => None,
            (false, Some(password)) => Some((name, password)),
            _ => return Err(wrong),
        };
        let tls = read_tls(&url, credentials.is_some())?;
        let port = match tls {
            SmtpTls::Always => 465,
            SmtpTls::Required => 587,
            SmtpTls::Offered | SmtpTls::Off => 25,
        };
        Ok(Self { host, port: url.port().unwrap_or(port), tls, credentials })
    }
}

/// With a password the default is to require encryption, without one to take what is offered.
fn read_tls(url: &Url, has_password: bool) -> Result<SmtpTls, MailOptionError> {
    let mut parameters = url.query_pairs();
    let (first, more) = (parameters.next(), parameters.next());
    if more.is_some() || first.as_ref().is_some_and(|(name, _)| name != "tls") {
        return Err(MailOptionError::Url);
    }
    let tls = match (url.scheme(), first.as_ref().map(|(_, value)| value.as_ref())) {
        ("smtps", None | Some("required")) => SmtpTls::Always,
        ("smtp", None) if has_password => SmtpTls::Required,
        ("smtp", Some("required")) => SmtpTls::Required,
        ("smtp", None | Some("opportunistic")) => SmtpTls::Offered,
        ("smtp", Some("off")) => SmtpTls::Off,
        _ => return Err(MailOptionError::Url),
    };
    let is_open = matches!(tls, SmtpTls::Offered | SmtpTls::Off);
    if is_open && has_password { Err(MailOptionError::Insecure) } else { Ok(tls) }
}

/// `%40` as `@`.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            plain.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            plain.push(byte);
        }
    }
    String::from_utf8(plain).ok().filter(|text| !text.contains(char::is_control))
}

/// Without the password: this stands in logs.
impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} (TLS: {:?})", self.host, self.port, self.tls)
    }
}

impl MailFrom {
    /// The address.
    pub fn address(&self) -> &lettre::Address {
        &self.0.email
    }

    /// The name.
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }
}

/// The address alone.
impl fmt::Display for MailFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.email.fmt(f)
    }
}

impl FromStr for MailFrom {
    type Err = MailOptionError;

    fn from_str(text: &str) -> Result<Self, MailOptionError> {
        text.parse().map(Self).map_err(|_| MailOptionError::From)
    }
}

impl TryFrom<String> for MailFrom {
    type Error = MailOptionError;

    fn try_from(text: String) -> Result<Self, MailOptionError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::{MailFrom, MailOptionError, SmtpServer, SmtpTls};

    #[track_caller]
    fn check(text: &str, port: u16, tls: SmtpTls) {
        let server: SmtpServer = text.parse().expect(text);
        assert_eq!((server.port, server.tls), (port, tls), "{text}");
    }

    #[test]
    fn a_server_is_named_by_an_address() {
        check("smtp://mail.example.com", 25, SmtpTls::Offered);
        check("smtp://127.0.0.1:2525?tls=off", 2525, SmtpTls::Off);
        check("smtp://mail.example.com?tls=required", 587, SmtpTls::Required);
        check("smtp://a:b@mail.example.com", 587, SmtpTls::Required);
        check("smtps://a:b@mail.example.com", 465, SmtpTls::Always);
        check("smtp://[::1]:2525", 2525, SmtpTls::Offered);
        let server: SmtpServer = "smtps://a%40b:p%3Aw%25@mail.example.com".parse().expect("a server");
        assert_eq!(server.credentials, Some(("a@b".to_owned(), "p:w%".to_owned())));
        assert!(!format!("{server:?}").contains("p:w"), "a password stands in no log");
    }

    #[test]
    fn what_names_no_server_or_gives_a_password_away_is_refused() {
        for bad in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://a@mail.example.com",
            "smtp://mail.example.com?tls=maybe",
            "smtps://mail.example.com?tls=off",
            "smtp://mail.example.com?x=1",
            "smtp://mail.example.com/path",
            "smtp://a:%0d%0aQUIT@mail.example.com",
            "smtp://a:%zz@mail.example.com",
        ] {
            assert_eq!(bad.parse::<SmtpServer>(), Err(MailOptionError::Url), "{bad}");
        }
        for open in ["smtp://a:b@mail.example.com?tls=off", "smtp://a:b@mail.example.com?tls=opportunistic"] {
            assert_eq!(open.parse::<SmtpServer>(), Err(MailOptionError::Insecure), "{open}");
        }
    }

    #[test]
    fn the_sender_is_an_address_with_or_without_a_name() {
        let from: MailFrom = "Licenses <licenses@example.com>".parse().expect("an address");
        assert_eq!((from.to_string().as_str(), from.name()), ("licenses@example.com", Some("Licenses")));
        for bad in ["", "licenses", "a@b\r\nBcc: c@d", "a@b, c@d"] {
            assert_eq!(bad.parse::<MailFrom>(), Err(MailOptionError::From), "{bad:?}");
        }
    }
}
