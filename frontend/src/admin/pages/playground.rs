//! `/admin/{vendor}/playground`: paste any token, and see how it is judged, step by step, by the verifier of server and apps.

mod judged;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::catalog::Product;

use crate::admin::api::{self, Fault, read_value};
use crate::admin::form::{Label, never_wrong};
use crate::admin::team::Team;
use crate::admin::words;
use crate::components::el::{dynamic, el, several};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;

/// What tokens are held against.
#[derive(Clone, PartialEq)]
struct Against {
    jwks: String,
    products: Vec<Product>,
}

/// The page.
pub(crate) fn playground() -> AnyView {
    let team = Team::of_app();
    let loader = Loader::new(move || {
        let (slug, products) = (team.slug(), team.path("products?limit=100"));
        async move {
            let jwks = api::get_text(format!("/v/{slug}/.well-known/jwks.json")).await?;
            let found = api::list(products).await?;
            let read = |item: &Value| read_value(item).map_err(|_| Fault::unreadable());
            Ok(Against { jwks, products: found.items.iter().map(read).collect::<Result<_, _>>()? })
        }
    });
    let content = loader.show(|| skeleton("stack", 2, "skeleton medium"), move |against| bench(team, against));
    let lead = Signal::stored(words::PLAYGROUND_LEAD.to_owned());
    page(Width::Full, Signal::stored(words::PLAYGROUND.to_owned()), Some(lead), content)
}

fn bench(team: Team, against: Against) -> AnyView {
    let token = RwSignal::new(String::new());
    let first = against.products.first().map(|product| product.product.to_string()).unwrap_or_default();
    let product = RwSignal::new(first);
    let feature = RwSignal::new(String::new());
    let choices = against.products.iter().map(|known| (known.product.to_string(), known.name.clone())).collect();
    let label = Label::new("token", words::TOKEN, words::TOKEN_HINT);
    let paste = label.area("6", token, move |text| token.set(text), never_wrong());
    let which = Label::new("product", words::EXPECTED_PRODUCT, "");
    let which = which.select(choices, product, move |slug| product.set(slug), never_wrong());
    let about = Label::new("feature", words::ASKED_FEATURE, words::ASKED_FEATURE_HINT);
    let about = about.input("text", feature, move |text| feature.set(text), never_wrong());
    let fields = el("section", "card stack")
        .attr("aria-label", words::TOKEN)
        .child(paste)
        .child(el("div", "fields").child(which).child(about));
    let asked = Memo::new(move |_| {
        let token = token.with(|token| token.split_whitespace().collect::<String>());
        (token, format!("{}/{}", team.slug(), product.get()), feature.get().trim().to_owned())
    });
    let is_empty = Memo::new(move |_| asked.with(|(token, ..)| token.is_empty()));
    let jwks = StoredValue::new(against.jwks);
    let result = dynamic(move || {
        if is_empty.get() {
            return el("p", "muted").text(words::PASTE_FIRST).into();
        }
        let loader = Loader::new(move || {
            let ((token, audience, feature), jwks) = (asked.get(), jwks.get_value());
            async move { judged::judge_token(&team.slug(), &token, &jwks, &audience, &feature).await }
        });
        loader.show(|| skeleton("stack", 1, "skeleton medium"), judged::show)
    });
    several([fields.view(), el("div", "stack").attr("aria-live", "polite").child(result).view()])
}
