//! TLS to PostgreSQL, by `sslmode` as `psql` understands it: `prefer` and `require` encrypt, `verify-full` also asks who is
//! there.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What makes TLS connections. Errors: the roots cannot be read, as a sentence.
pub(super) fn connector(verifies: bool, roots: Option<&Path>) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match (verifies, roots) {
        (true, Some(file)) => builder.with_root_certificates(read_roots(file)?),
        (true, None) => builder.with_platform_verifier().map_err(|error| error.to_string())?,
        (false, _) => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody { provider: Arc::clone(&provider) }))
        }
    };
    Ok(MakeRustlsConnect::new(builder.with_no_client_auth()))
}

fn read_roots(file: &Path) -> Result<RootCertStore, String> {
    let unreadable = |reason: String| format!("sslrootcert {}: {reason}", file.display());
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(error.to_string()))? {
        let root = root.map_err(|error| unreadable(error.to_string()))?;
        roots.add(root).map_err(|error| unreadable(error.to_string()))?;
    }
    Ok(roots)
}

/// Takes any certificate, as `sslmode=require` means it: against who listens, not against who pretends.
#[derive(Debug)]
struct Anybody {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
