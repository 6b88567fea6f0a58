//! How people reach the server, and how mail leaves it.

use super::Finding;
use crate::cli::health::{is_ready, reachable};
use crate::config::{Demo, Settings};
use crate::outbox::mail::try_server;

pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let config = match settings.config(settings.listen, Demo::No) {
        Ok(config) => config,
        Err(error) => return vec![Finding::fail("public URL", format!("{error}."))],
    };
    let url = &config.public_url;
    let public = if config.is_https() {
        Finding::ok("public URL", format!("Browsers reach the server at {url}."))
    } else {
        let message = format!(
            "{url} is for this machine alone: for others put a TLS proxy in front, and name it by --public-url."
        );
        Finding::warn("public URL", message)
    };
    let address = reachable(settings.listen);
    let listening = if is_ready(address) {
        Finding::ok("listening", format!("The server at {address} is ready."))
    } else {
        Finding::warn("listening", format!("No server answers at {address}: start it, or look at its log."))
    };
    let mail = match &config.mail {
        None => Finding::warn("mail", "None is sent: name a server with --smtp-url and --mail-from."),
        Some(mail) => match try_server(mail, url).await {
            Ok(()) => Finding::ok("mail", format!("{} takes mail from this installation.", mail.server.host)),
            Err(reason) => Finding::fail("mail", format!("{} does not take mail: {reason}", mail.server.host)),
        },
    };
    vec![public, listening, mail]
}
