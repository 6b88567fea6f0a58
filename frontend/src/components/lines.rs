//! An itemised price.

use leptos::prelude::*;
use shared::money::Money;

use crate::intl;
use crate::words;

/// The lines (in words, with their prices) and the total.
pub(crate) fn price_lines(lines: Vec<(String, Money)>, total: Money) -> AnyView {
    let row = |(name, price): (String, Money)| {
        let price = if price.is_zero() { words::INCLUDED.to_owned() } else { intl::money(price) };
        view! { <div><dt>{name}</dt><dd>{price}</dd></div> }.into_any()
    };
    view! {
        <dl class="lines">
            {lines.into_iter().map(row).collect::<Vec<_>>()}
            <div class="total"><dt>{words::TOTAL}</dt><dd>{intl::money(total)}</dd></div>
        </dl>
    }
    .into_any()
}
