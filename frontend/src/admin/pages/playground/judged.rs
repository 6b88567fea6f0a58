//! A token, judged: each step of the verifier with its outcome, the verdict, and what the token says.

use leptos::prelude::*;
use shared::base64url;
use shared::pass::PassClaims;
use shared::portable::PortableClaims;
use shared::slice::SliceClaims;
use shared::status_list::StatusListClaims;
use shared::verdict::Verdict;
use shared::verify::{Claims, Denial, Expect, Signature, Step, find_signature, judge, parse_jwks};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::admin::api::Fault;
use crate::admin::json::pretty;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::el::{el, several};
use crate::components::icon::icon;

/// A token with what became of it.
#[derive(Clone, PartialEq)]
pub(super) struct Judged {
    kind: Kind,
    header: String,
    payload: String,
    denial: Option<Denial>,
    verdict: Option<Verdict>,
}

/// What becomes of `token` when an app of `audience` asks about `feature`. Errors: keys that cannot be read, or a browser that
/// cannot check signatures.
pub(super) async fn judge_token(
    vendor: &str,
    token: &str,
    jwks: &str,
    audience: &str,
    feature: &str,
) -> Result<Judged, Fault> {
    let keys = parse_jwks(jwks).map_err(|refusal| Fault::said(words::keys_unreadable(&refusal.to_string())))?;
    let issuer = format!("{}/v/{vendor}", browser::own_origin());
    let expect = Expect { issuer: &issuer, audience, keys: &keys, now: browser::now(), jkt: None };
    let (header, payload) = decode(token);
    let kind = Kind::of(&header);
    let (outcome, verdict) = kind.judge(token, &expect, feature).await?;
    Ok(Judged { kind, header, payload, denial: outcome.err(), verdict })
}

/// The outcome, step by step, and what the token says.
pub(super) fn show(judged: Judged) -> AnyView {
    let Judged { kind, header, payload, denial, verdict } = judged;
    several([
        verdict_card(kind, denial.as_ref(), verdict),
        el("section", "card stack")
            .attr("aria-label", words::STEPS)
            .child(el("h2", "").text(words::STEPS))
            .child(steps(denial.as_ref()))
            .view(),
        el("section", "card stack")
            .attr("aria-label", words::WHAT_IT_SAYS)
            .child(el("h2", "").text(words::WHAT_IT_SAYS))
            .child(el("h3", "").text(words::HEADER))
            .child(json(header))
            .child(el("h3", "").text(words::PAYLOAD))
            .child(json(payload))
            .view(),
    ])
}

/// The kinds of tokens there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pass,
    Slice,
    Portable,
    StatusList,
}

impl Kind {
    /// The kind that a header names; a pass, where it names none of ours.
    fn of(header: &str) -> Self {
        let is = |typ: &str| header.contains(&format!("\"{typ}\""));
        if is(SliceClaims::TYP) {
            Self::Slice
        } else if is(PortableClaims::TYP) {
            Self::Portable
        } else if is(StatusListClaims::TYP) {
            Self::StatusList
        } else {
            Self::Pass
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pass => words::KIND_PASS,
            Self::Slice => words::KIND_SLICE,
            Self::Portable => words::KIND_PORTABLE,
            Self::StatusList => words::KIND_STATUS_LIST,
        }
    }

    /// Whether every step approves, and what a good pass then allows.
    async fn judge(
        self,
        token: &str,
        expect: &Expect<'_>,
        feature: &str,
    ) -> Result<(Result<(), Denial>, Option<Verdict>), Fault> {
        Ok(match self {
            Self::Pass => match verify::<PassClaims>(token, expect).await? {
                Ok(pass) => {
                    let feature = Some(feature).filter(|feature| !feature.is_empty());
                    (Ok(()), Some(judge(&pass, None, feature, expect.now)))
                }
                Err(denial) => (Err(denial), None),
            },
            Self::Slice => (verify::<SliceClaims>(token, expect).await?.map(drop), None),
            Self::Portable => (verify::<PortableClaims>(token, expect).await?.map(drop), None),
            Self::StatusList => (verify::<StatusListClaims>(token, expect).await?.map(drop), None),
        })
    }
}

/// Every step; the browser does the arithmetic of the signature, as it does for apps.
async fn verify<C: Claims>(token: &str, expect: &Expect<'_>) -> Result<Result<C, Denial>, Fault> {
    let found = match find_signature::<C>(token, expect.keys) {
        Ok(found) => found,
        Err(denial) => return Ok(Err(denial)),
    };
    let is_genuine = is_genuine(found.signature()).await.ok_or_else(|| Fault::said(words::NO_ED25519.to_owned()))?;
    Ok(if is_genuine { found.verify_claims(expect) } else { Err(Step::Signature.into()) })
}

/// Whether the browser finds the signature to be the key's; none where it cannot tell.
async fn is_genuine(signature: &Signature<'_>) -> Option<bool> {
    let subtle = window().crypto().ok()?.subtle();
    let raw = js_sys::Uint8Array::from(base64url::decode(signature.key().x())?.as_slice());
    let usages = js_sys::Array::of1(&"verify".into());
    let importing = subtle.import_key_with_str("raw", &raw, "Ed25519", false, &usages).ok()?;
    let key: web_sys::CryptoKey = JsFuture::from(importing).await.ok()?.dyn_into().ok()?;
    let (bytes, signed) = (signature.bytes(), signature.signed());
    let verifying = subtle.verify_with_str_and_u8_array_and_u8_array("Ed25519", &key, bytes, signed).ok()?;
    JsFuture::from(verifying).await.ok()?.as_bool()
}

fn verdict_card(kind: Kind, denial: Option<&Denial>, verdict: Option<Verdict>) -> AnyView {
    let verdict = denial.cloned().map(Verdict::from).or(verdict);
    let (tone, title, detail) = match &verdict {
        Some(verdict) if !verdict.approved => ("bad", words::denied(verdict.code.as_str()), verdict.detail.clone()),
        Some(verdict) => ("good", words::APPROVED.to_owned(), verdict.detail.clone()),
        None => ("good", words::GENUINE.to_owned(), kind.name().to_owned()),
    };
    let remedy = verdict.as_ref().and_then(|verdict| verdict.remedy).map(|remedy| words::remedy(remedy.as_str()));
    let until = verdict.as_ref().and_then(|verdict| verdict.until).map(|until| words::ends_at(&intl::date_time(until)));
    let left = verdict.as_ref().and_then(|verdict| verdict.left).map(words::uses_left);
    let lines = [Some(words::kind_is(kind.name())), remedy, until, left];
    let lines = lines.into_iter().flatten().map(|line| el("p", "small").text(line).view());
    let image = icon(if tone == "good" { "done" } else { "bad" });
    let class = if tone == "good" { "notice good" } else { "notice bad" };
    let text =
        el("div", "").child(el("p", "strong verdict").text(title)).child(el("p", "").text(detail)).children(lines);
    el("div", class).child(image).child(text).into()
}

fn steps(denial: Option<&Denial>) -> AnyView {
    let refused = denial.map(|denial| denial.step);
    let step = |step: Step| {
        let (class, image, word) = match refused {
            Some(refusing) if refusing == step => ("failed", "bad", words::STEP_REFUSES),
            // The steps stand in the order in which they are taken.
            Some(refusing) if step > refusing => ("skipped", "info", words::STEP_SKIPPED),
            _ => ("done", "done", words::STEP_GOOD),
        };
        let detail =
            denial.filter(|denial| denial.step == step).map(|denial| el("p", "").text(denial.detail.clone()).view());
        let text = el("div", "")
            .child(el("code", "").text(step.as_str()))
            .child(el("span", "muted small").text(format!(" {word}")))
            .maybe(detail);
        el("li", class).child(icon(image)).child(text).view()
    };
    el("ol", "steps judged").children(Step::ALL.map(step)).into()
}

/// Header and payload as texts, as far as they can be read at all.
fn decode(token: &str) -> (String, String) {
    let mut parts = token.split('.').map(|part| {
        let bytes = base64url::decode(part).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    });
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

fn json(text: String) -> AnyView {
    let shown = if text.is_empty() { words::UNREADABLE_PART.to_owned() } else { pretty(&text) };
    el("pre", "code").attr("tabindex", "0").child(el("code", "").text(shown)).into()
}
