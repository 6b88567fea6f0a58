//! `/admin/{vendor}/playground`: paste any token, and see how it is judged, step by step, by the verifier of server and apps.

mod judged;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::catalog::Product;

use crate::api::{self, Fault, read_value};
use crate::components::el::{dynamic, el, several};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::form::{Label, never_wrong};
use crate::load::Loader;
use crate::team::Team;
use crate::words;

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
    let asked = Label::new("feature", words::ASKED_FEATURE, words::ASKED_FEATURE_HINT);
    let asked = asked.input("text", feature, move |text| feature.set(text), never_wrong());
    let fields = el("section", "card stack")
        .attr("aria-label", words::TOKEN)
        .child(paste)
        .child(el("div", "fields").child(which).child(asked));
    let result = dynamic(move || {
        let token = token.with(|token| token.split_whitespace().collect::<String>());
        let audience = format!("{}/{}", team.slug(), product.get());
        judged::judged(&team.slug(), &token, &against.jwks, &audience, feature.get().trim())
    });
    several([fields.view(), el("div", "stack").attr("aria-live", "polite").child(result).view()])
}
