//! `/licenses/{id}`: one license: term, features, counters, devices.

use leptos::prelude::*;
use shared::api::license::{License, Terminal};

use crate::components::button::back_link;
use crate::components::copy::copy;
use crate::components::icon::icon;
use crate::components::meter::uses_meter;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton_stack;
use crate::components::status::{license_status, pass_status};
use crate::load::Loader;
use crate::{api, browser, intl, phrase, words};

use super::guard::{signed_in, use_part};

/// The page.
pub(crate) fn license() -> AnyView {
    let title = RwSignal::new(String::new());
    page(Width::Medium, title.into(), Signal::stored(String::new()), signed_in(move || content(title)))
}

fn content(title: RwSignal<String>) -> AnyView {
    let license_id = use_part("license");
    let loader = Loader::new(move || {
        let license_id = license_id.get();
        async move { api::get_license(&license_id).await }
    });
    Effect::new(move |_| {
        let known = loader.ready().map(|license| format!("{} {}", license.product.name, license.offer_name));
        let other = if loader.is_failed() { words::LICENSE } else { "" };
        title.set(known.unwrap_or_else(|| other.to_owned()));
    });
    let view = |license: License| {
        view! { {overview(&license)}{devices(&license)}<div>{back_link(words::ALL_LICENSES, "/licenses")}</div> }.into_any()
    };
    loader.show(|| skeleton_stack(2, "tall"), view)
}

fn overview(license: &License) -> AnyView {
    let now = browser::now();
    let exact = license.term.ends_at().map(|end| view! { <br/><span class="muted small">{intl::date_time(end)}</span> });
    let seats = (license.seats > 0).then(|| view! { <dt>{words::SEATS_TITLE}</dt><dd>{intl::number(u64::from(license.seats))}</dd> });
    let feature = |feature: &shared::api::license::LicensedFeature| {
        let name = feature.name.clone();
        match feature.uses {
            Some(counter) => view! { <li>{icon("check")}{uses_meter(&name, counter)}</li> }.into_any(),
            None => view! { <li>{icon("check")}<span>{name}</span></li> }.into_any(),
        }
    };
    let features = license.features.values().map(feature).collect::<Vec<_>>();
    view! {
        <section class="card stack" aria-label=words::LICENSE>
            <div class="row apart"><h2>{words::OVERVIEW}</h2>{license_status(license, now)}</div>
            <dl class="facts">
                <dt>{words::VENDOR}</dt>
                <dd>{license.product.vendor.name.clone()}</dd>
                <dt>{words::TERM}</dt>
                <dd>{phrase::license_term(license.term, now)}{exact}</dd>
                <dt>{words::GRANTED}</dt>
                <dd>{intl::date_time(license.granted_at)}</dd>
                {seats}
                <dt>{words::MOVING}</dt>
                <dd>{phrase::moving(&license.moving)}</dd>
                <dt>{words::ORDER}</dt>
                <dd><a href=format!("/orders/{}", license.order_id)>{words::SEE_ORDER}</a></dd>
                <dt>{words::LICENSE_NUMBER}</dt>
                <dd>{copy(license.license_id.to_string(), words::LICENSE_NUMBER)}</dd>
            </dl>
            <hr/>
            <h3>{words::FEATURES}</h3>
            <ul class="ticks">{features}</ul>
        </section>
    }
    .into_any()
}

fn devices(license: &License) -> AnyView {
    let (used, limit) = (license.terminals.items.len(), license.terminals.limit);
    let head = view! {
        <div class="row apart card-head"><h2>{words::DEVICES_TITLE}</h2><span class="muted number">{words::devices_of(used, limit)}</span></div>
    };
    if license.terminals.items.is_empty() {
        let detail = words::no_devices(&license.product.name);
        return view! { <section class="card stack" aria-label=words::DEVICES_TITLE>{head}<p class="muted">{detail}</p></section> }.into_any();
    }
    let rows = license.terminals.items.iter().map(device).collect::<Vec<_>>();
    view! {
        <section class="card table-card" aria-label=words::DEVICES_TITLE>
            {head}
            <table class="table">
                <caption class="visually-hidden">{words::DEVICES_TITLE}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words::DEVICE}</th>
                        <th scope="col">{words::STATUS}</th>
                        <th scope="col">{words::CONNECTED}</th>
                        <th scope="col">{words::LAST_SEEN}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn device(terminal: &Terminal) -> AnyView {
    let seen = terminal.last_seen_at;
    view! {
        <tr>
            <td data-label=words::DEVICE class="strong">{terminal.name.clone()}</td>
            <td data-label=words::STATUS>{pass_status(terminal.status)}</td>
            <td data-label=words::CONNECTED>{intl::date(terminal.connected_at)}</td>
            <td data-label=words::LAST_SEEN><span title=intl::date_time(seen)>{intl::relative(seen, browser::now())}</span></td>
        </tr>
    }
    .into_any()
}
