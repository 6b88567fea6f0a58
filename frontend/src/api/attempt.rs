//! Idempotency: however often a person presses the button, one request takes effect once.

use std::pin::Pin;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::client::{Call, Fault, answer, call};
use crate::browser;

/// A write that may be retried. It keeps its `Idempotency-Key` until the server has answered definitely, so that a retry
/// after a lost answer is the same request; another content gets another key.
#[derive(Clone, Copy)]
pub struct Attempt(StoredValue<Option<(String, String)>>);

impl Default for Attempt {
    fn default() -> Self {
        Self::new()
    }
}

impl Attempt {
    /// No request yet. Lives as long as the page that makes it.
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Sends it for its effect alone.
    pub async fn act(self, request: Call) -> Result<(), Fault> {
        self.send_text(request).await.map(drop)
    }

    /// Sends it and reads the answer.
    pub async fn send<T: DeserializeOwned>(self, request: Call) -> Result<T, Fault> {
        let text: Pin<Box<dyn Future<Output = _>>> = Box::pin(self.send_text(request));
        answer(&text.await?)
    }

    async fn send_text(self, request: Call) -> Result<String, Fault> {
        let content = request.content();
        let pending = self.0.try_get_value().flatten().filter(|(earlier, _)| *earlier == content);
        let (_, key) = pending.unwrap_or_else(|| (content.clone(), browser::random_key()));
        self.0.try_set_value(Some((content, key.clone())));
        let result = call(request.header("Idempotency-Key", &key)).await;
        if result.as_ref().map_or_else(|fault| fault.definite, |_| true) {
            self.0.try_set_value(None);
        }
        result
    }
}
