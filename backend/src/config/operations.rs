//! What an operator is told, and who may ask: backups, figures.

use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

/// For whoever runs the installation.
#[derive(Clone, Debug, Default)]
pub struct Operations {
    /// The folder with the store, where the record of the last backup lies; absent where the store is in no folder.
    pub data_dir: Option<PathBuf>,
    /// After how many days without a backup somebody is warned; never where absent.
    pub backup_days: Option<u32>,
    /// Who asks for `/metrics` with this may read them; nobody where absent.
    pub metrics_token: Option<MetricsToken>,
    /// Where traces are sent; nowhere where absent.
    pub otlp_endpoint: Option<OtlpEndpoint>,
}

/// Where an OpenTelemetry collector takes traces: `http://127.0.0.1:4318`, with `/v1/traces` where no path is given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct OtlpEndpoint(String);

/// The text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the OTLP endpoint must look like http://127.0.0.1:4318 or https://collector.example.com/v1/traces")]
pub struct OtlpEndpointError;

impl OtlpEndpoint {
    /// The address, with its path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OtlpEndpoint {
    type Err = OtlpEndpointError;

    fn from_str(text: &str) -> Result<Self, OtlpEndpointError> {
        let mut url = url::Url::parse(text).map_err(|_| OtlpEndpointError)?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !is_plain {
            return Err(OtlpEndpointError);
        }
        if url.path() == "/" {
            url.set_path("/v1/traces");
        }
        Ok(Self(url.into()))
    }
}

impl TryFrom<String> for OtlpEndpoint {
    type Error = OtlpEndpointError;

    fn try_from(text: String) -> Result<Self, OtlpEndpointError> {
        text.parse()
    }
}

/// What a Prometheus server shows before it is told figures: 16 to 200 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MetricsToken(String);

/// The text is no such token. Says nothing of what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the metrics token must have 16 to 200 letters, digits or signs, and no white space")]
pub struct MetricsTokenError;

impl MetricsToken {
    /// The text, to be compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Never shown.
impl std::fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MetricsToken(…)")
    }
}

impl FromStr for MetricsToken {
    type Err = MetricsTokenError;

    fn from_str(text: &str) -> Result<Self, MetricsTokenError> {
        let is_one = (16..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_one { Ok(Self(text.to_owned())) } else { Err(MetricsTokenError) }
    }
}

impl TryFrom<String> for MetricsToken {
    type Error = MetricsTokenError;

    fn try_from(text: String) -> Result<Self, MetricsTokenError> {
        text.parse()
    }
}
