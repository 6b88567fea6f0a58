//! One embedded file as an answer: its encoding, its type, how long it may be kept.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed_for_web::{EmbedableFile, RustEmbed};

use super::super::etag::answer_with_etag;
use super::address;

/// A file on its way out.
pub(super) struct File {
    data: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
    hash: String,
    mime: String,
    is_immutable: bool,
}

impl File {
    /// The file at `path` in the folder; none for paths that are not plainly inside.
    pub(super) fn find<F>(path: &str) -> Option<Self>
    where
        F: RustEmbed<File: EmbedableFile<Data: Send>>,
    {
        let file = F::get(path).filter(|_| address::is_plain(path))?;
        Some(Self {
            data: Bytes::from_owner(file.data()),
            gzip: file.data_gzip().map(Bytes::from_owner),
            brotli: file.data_br().map(Bytes::from_owner),
            hash: file.hash().as_ref().to_owned(),
            mime: file.mime_type().map_or_else(String::new, |mime| mime.as_ref().to_owned()),
            is_immutable: address::is_hashed(path),
        })
    }

    pub(super) fn is_html(&self) -> bool {
        self.mime == "text/html"
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }

    /// The answer in the best encoding that the client takes.
    pub(super) fn answer(&self, request: &HttpRequest, status: StatusCode) -> HttpResponse {
        let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let encodings = [("br", &self.brotli), ("gzip", &self.gzip)];
        let encoded =
            encodings.iter().find_map(|(name, data)| Some((*name, data.as_ref()?)).filter(|_| takes(accepted, name)));
        let mut answer = HttpResponse::build(status);
        let is_text = self.mime.starts_with("text/");
        answer.insert_header((
            CONTENT_TYPE,
            if is_text { format!("{}; charset=utf-8", self.mime) } else { self.mime.clone() },
        ));
        answer.insert_header((VARY, "Accept-Encoding"));
        // What has no hash in its name may change with the next release, and its parts must fit each other.
        let kept = if self.is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        answer.insert_header((CACHE_CONTROL, kept));
        match encoded {
            Some((name, data)) => {
                answer.insert_header((CONTENT_ENCODING, name));
                answer_with_etag(request, answer, &format!("{}-{name}", self.hash), data.clone())
            }
            None => answer_with_etag(request, answer, &self.hash, self.data.clone()),
        }
    }
}

/// Whether an `Accept-Encoding` lists the coding, and not with weight zero.
pub(in crate::http) fn takes(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        name.trim() == coding && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

#[cfg(test)]
mod tests {
    use super::takes;

    #[test]
    fn an_encoding_is_sent_to_those_who_take_it() {
        assert!(takes("gzip, deflate, br", "br") && takes("br;q=0.5", "br") && takes("gzip", "gzip"));
        assert!(!takes("", "br") && !takes("gzip", "br") && !takes("br;q=0, gzip", "br") && !takes("brotli", "br"));
    }
}
