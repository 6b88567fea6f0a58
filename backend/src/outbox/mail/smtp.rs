//! Handing mails to the operator's SMTP server.

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use shared::mail::one_line;
use url::{Host, Url};

use super::message::Wire;
use crate::config::{MailConfig, SmtpServer, SmtpTls};

/// How long connecting may take, and handing one mail over.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of an answer is remembered, in letters.
const ANSWER_LETTERS: usize = 300;

/// Why a mail was not sent.
pub(super) struct Fault {
    /// Trying again is of no use.
    pub(super) is_final: bool,
    /// The server was not ready for any mail.
    pub(super) is_unreachable: bool,
    /// For whoever the mail is from. Tells nothing of the operator's network.
    pub(super) sentence: String,
    /// For the operator.
    pub(super) log: String,
}

impl Fault {
    /// The mail can never be sent.
    pub(super) fn hopeless(sentence: &str) -> Self {
        Self { is_final: true, is_unreachable: false, sentence: sentence.to_owned(), log: sentence.to_owned() }
    }

    /// The server was not reached a moment ago.
    pub(super) fn unreachable() -> Self {
        Self::not_ready("the mail server was not ready for the mail before it either".to_owned())
    }

    fn not_ready(log: String) -> Self {
        let sentence = "The mail server could not be reached, or does not let this installation send.".to_owned();
        Self { is_final: false, is_unreachable: true, sentence, log }
    }

    fn of_mail(error: &Error) -> Self {
        let answer = error.source().map(ToString::to_string).unwrap_or_default();
        let answer: String = one_line(&answer).chars().take(ANSWER_LETTERS).collect();
        let sentence = match error.status() {
            Some(code) => format!("The mail server answered {code}: {answer}"),
            None if error.is_client() => "The mail server cannot take this address or text.".to_owned(),
            None => "The connection to the mail server broke.".to_owned(),
        };
        let is_final = error.is_permanent() || error.is_client();
        Self { is_final, is_unreachable: false, sentence, log: error.to_string() }
    }
}

/// A connection that is opened when it is needed.
pub(super) struct Connection<'a> {
    server: &'a SmtpServer,
    hello: ClientId,
    open: Option<AsyncSmtpConnection>,
}

impl<'a> Connection<'a> {
    /// To the configured server, which is greeted with the host of `public_url`.
    pub(super) fn to(config: &'a MailConfig, public_url: &str) -> Self {
        let host = Url::parse(public_url).ok().and_then(|url| url.host().map(|host| host.to_owned()));
        let hello = match host {
            Some(Host::Domain(name)) => ClientId::Domain(name),
            Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
            Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
            None => ClientId::default(),
        };
        Self { server: &config.server, hello, open: None }
    }

    /// Greets the server as before a mail, and takes leave. Errors: what the server or the network says.
    pub(super) async fn greet(&mut self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, self.connect()).await {
            Ok(Ok(open)) => {
                self.open = Some(open);
                Ok(())
            }
            Ok(Err(error)) => Err(format!("{error}.")),
            Err(_) => Err("it did not answer in time.".to_owned()),
        }
    }

    /// Hands one mail over.
    pub(super) async fn send(&mut self, mail: &Wire) -> Result<(), Fault> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => match tokio::time::timeout(PATIENCE, self.connect()).await {
                Ok(Ok(open)) => open,
                Ok(Err(error)) => return Err(Fault::not_ready(error.to_string())),
                Err(_) => return Err(Fault::not_ready("the mail server did not answer in time".to_owned())),
            },
        };
        match tokio::time::timeout(PATIENCE, open.send(&mail.envelope, &mail.bytes)).await {
            Ok(Ok(_)) => {
                self.open = Some(open);
                Ok(())
            }
            // The next mail gets a connection of its own.
            Ok(Err(error)) => Err(Fault::of_mail(&error)),
            Err(_) => Err(Fault::not_ready("the mail server did not answer in time".to_owned())),
        }
    }

    /// Takes leave of the server.
    pub(super) async fn end(self) {
        if let Some(mut open) = self.open {
            // Everything is handed over: how it takes leave does not matter.
            let _ = tokio::time::timeout(PATIENCE, open.abort()).await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let SmtpServer { host, port, tls, credentials } = self.server;
        let parameters = || TlsParameters::new(host.clone());
        let wrapped = if *tls == SmtpTls::Always { Some(parameters()?) } else { None };
        let address = (host.as_str(), *port);
        let mut open = AsyncSmtpConnection::connect_tokio1(address, Some(PATIENCE), &self.hello, wrapped, None).await?;
        let starts = match tls {
            SmtpTls::Required => true,
            SmtpTls::Offered => open.can_starttls(),
            SmtpTls::Always | SmtpTls::Off => false,
        };
        if starts {
            // Refused where it is not offered.
            open.starttls(parameters()?, &self.hello).await?;
        }
        if let Some((name, password)) = credentials {
            let credentials = Credentials::new(name.clone(), password.clone());
            open.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(open)
    }
}
