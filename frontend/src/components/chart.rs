//! Small charts of our own: bars, a line, and a line beside a number. Each is one stretched SVG of a few paths, whatever its size;
//! what is written stands around it as text, and a slider lies over it, so that pointer, finger and keyboard go from point to
//! point alike. The same numbers stand in a table below.

use std::fmt::Write as _;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use wasm_bindgen::JsCast;

use super::el::{dynamic, el, maybe};
use super::icon::icon;
use crate::load::derived;

#[cfg(test)]
mod tests;

/// The units of the drawing's width; its height has as many.
const SIZE: f64 = 1000.0;

/// What a chart shows.
pub struct Chart {
    /// What it is called; also its id, with a hyphen for everything that is no letter or digit.
    pub title: String,
    /// What it says as a whole, for those who do not see it.
    pub summary: String,
    /// How it is drawn.
    pub kind: Kind,
    /// What is drawn, oldest first.
    pub points: Vec<Point>,
    /// A value as it stands beside the drawing.
    pub scale: fn(&str, u64) -> String,
    /// What `scale` is told besides: a currency, or nothing.
    pub unit: String,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For what is counted within each stretch of time.
    Bars,
    /// For what stands at the end of each.
    Line,
}

/// One value of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its time, shortly: "18 Nov".
    pub short: String,
    /// Its time in full.
    pub name: String,
    /// How much.
    pub value: u64,
    /// The same for the reader: "€49.00".
    pub text: String,
    /// Where what is counted is listed; empty where it is not.
    pub address: String,
}

/// The chart, without its table.
pub fn chart(chart: Chart) -> AnyView {
    let Chart { title, summary, kind, points, scale, unit } = chart;
    if points.is_empty() {
        return ().into_any();
    }
    let values: Vec<u64> = points.iter().map(|point| point.value).collect();
    let (count, top) = (values.len(), top_of(&values));
    let drawn = match kind {
        Kind::Bars => path("chart-bars", bars(&values, top)),
        Kind::Line => path("chart-line", line(&values, top)),
    };
    let ends = [points.first(), points.get(count / 2).filter(|_| count > 4), points.last().filter(|_| count > 1)];
    let axis = ends.into_iter().flatten().map(|point| el("span", "").text(point.short.clone()).view());
    let axis = el("div", "chart-axis").attr("aria-hidden", "true").children(axis);
    let ticks = [top, top / 2, 0].map(|value| el("span", "").text(scale(&unit, value)).view());
    let ticks = el("div", "chart-ticks").attr("aria-hidden", "true").children(ticks);

    let points: Arc<[Point]> = points.into();
    let at = RwSignal::new(count - 1);
    let cursor = cursor(kind, values, top, at);
    let id: String = title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let summary_id = format!("{id}-summary");
    let figure = drawing("chart-drawing", vec![path("chart-grid", "M0 0H1000M0 500H1000M0 1000H1000"), cursor, drawn]);
    let plot = el("div", "chart-plot").child(figure).child(slider(&title, &summary_id, &points, at));
    el("figure", "chart")
        .attr("aria-label", title)
        .child(reading(points, at))
        .child(el("p", "visually-hidden").attr("id", summary_id).text(summary))
        .child(el("div", "chart-frame").child(ticks).child(plot).child(axis))
        .into()
}

/// A small line that stands beside a number and says how it came to be; decoration, for the numbers are in a table.
pub fn sparkline(values: &[u64]) -> AnyView {
    drawing("sparkline", vec![path("chart-line", line(values, values.iter().copied().max().unwrap_or(0).max(1)))])
}

/// A table that is one click away, made when it is wanted.
pub fn numbers(label: &'static str, table: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let open = RwSignal::new(false);
    let toggle = move |event: web_sys::Event| {
        let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    el("details", "chart-numbers")
        .on("toggle", toggle)
        .child(el("summary", "").child(icon("chevron")).text(label))
        .child(maybe(move || open.get().then(|| el("div", "chart-table").attr("tabindex", "0").child(table()).view())))
        .into()
}

/// What the slider is at, in words.
fn reading(points: Arc<[Point]>, at: RwSignal<usize>) -> AnyView {
    dynamic(move || {
        let Some(point) = points.get(at.get()) else { return ().into_any() };
        let name = el("span", "muted").text(point.name.clone());
        let value = if point.address.is_empty() {
            el("span", "number strong").text(point.text.clone())
        } else {
            el("a", "number strong").attr("href", point.address.clone()).text(point.text.clone())
        };
        el("figcaption", "chart-reading").child(name).child(value).into()
    })
}

fn slider(title: &str, summary: &str, points: &Arc<[Point]>, at: RwSignal<usize>) -> AnyView {
    let count = points.len();
    let points = Arc::clone(points);
    let said = derived(move || {
        points.get(at.get()).map(|point| format!("{}: {}", point.name, point.text)).unwrap_or_default()
    });
    let slide = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(index) = input.and_then(|input| input.value().parse().ok()) {
            at.set(index);
        }
    };
    let hover = move |event: web_sys::Event| {
        let Some(pointer) = event.dyn_ref::<web_sys::MouseEvent>() else { return };
        let width = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let width = width.map_or(0, |element| element.client_width());
        let index = index_at(pointer.offset_x(), width, count);
        if at.get_untracked() != index {
            at.set(index);
        }
    };
    el("input", "chart-slider")
        .attr("type", "range")
        .attr("min", "0")
        .attr("max", (count - 1).to_string())
        .attr("aria-label", title.to_owned())
        .attr("aria-describedby", summary.to_owned())
        .attr("aria-valuetext", said)
        .value(derived(move || at.get().to_string()))
        .on("input", slide)
        .on("pointermove", hover)
        .into()
}

/// Which of `count` points is under a pointer.
fn index_at(offset: i32, width: i32, count: usize) -> usize {
    let (Ok(offset), Ok(width)) = (usize::try_from(offset.max(0)), usize::try_from(width.max(1))) else { return 0 };
    (offset * count / width).min(count.saturating_sub(1))
}

/// A value at which a scale may end: not less than any of them, and its half is as round.
fn top_of(values: &[u64]) -> u64 {
    let greatest = values.iter().copied().max().unwrap_or(0);
    let mut unit: u64 = 1;
    loop {
        let steps: &[u64] = if unit == 1 { &[2, 4, 6, 8, 10, 16] } else { &[20, 30, 40, 50, 60, 80, 100, 150] };
        let of_unit = if unit == 1 { 1 } else { unit / 10 };
        let fitting = steps.iter().map(|step| of_unit.saturating_mul(*step)).find(|top| *top >= greatest);
        match (fitting, unit.checked_mul(10)) {
            (Some(top), _) => return top,
            (None, Some(greater)) => unit = greater,
            (None, None) => return greatest,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand units of width and height")]
fn place(number: u64, of: u64) -> f64 {
    SIZE * number as f64 / of.max(1) as f64
}

fn width_of(count: usize) -> f64 {
    place(1, count as u64)
}

/// Where the middle of point `index` is, and how far down its value.
fn spot(index: usize, count: usize, value: u64, top: u64) -> (f64, f64) {
    (place(index as u64 * 2 + 1, count as u64 * 2), SIZE - place(value, top))
}

fn bars(values: &[u64], top: u64) -> String {
    let width = width_of(values.len()) * if values.len() > 60 { 0.8 } else { 0.62 };
    let mut drawn = String::new();
    for (index, value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
        let (x, y) = spot(index, values.len(), *value, top);
        // Writing to a string cannot fail.
        let _ = write!(drawn, "M{:.1} {SIZE}V{y:.1}H{:.1}V{SIZE}Z", x - width / 2.0, x + width / 2.0);
    }
    drawn
}

fn line(values: &[u64], top: u64) -> String {
    let mut drawn = String::new();
    for (index, value) in values.iter().enumerate() {
        let (x, y) = spot(index, values.len(), *value, top);
        let _ = write!(drawn, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
    }
    if values.len() == 1 {
        drawn.push_str("h0");
    }
    drawn
}

fn cursor(kind: Kind, values: Vec<u64>, top: u64, at: RwSignal<usize>) -> AnyView {
    let count = values.len();
    let spot = move || {
        let index = at.get();
        spot(index, count, values.get(index).copied().unwrap_or_default(), top)
    };
    let spot_too = spot.clone();
    let drawn = move || match kind {
        Kind::Bars => {
            let (width, (x, _)) = (width_of(count), spot());
            format!("M{:.1} 0h{width:.1}v1000h-{width:.1}z", x - width / 2.0)
        }
        Kind::Line => format!("M{:.1} 0V1000", spot().0),
    };
    let dot = move || match kind {
        Kind::Bars => String::new(),
        Kind::Line => {
            let (x, y) = spot_too();
            format!("M{x:.1} {y:.1}h0")
        }
    };
    let class = if kind == Kind::Bars { "chart-band" } else { "chart-rule" };
    let parts = vec![following(class, derived(drawn)), following("chart-dot", derived(dot))];
    parts.into_any()
}

fn path(class: &'static str, drawn: impl Into<String>) -> AnyView {
    let drawn: String = drawn.into();
    shape(vec![custom_attribute("class", class).into_any_attr(), custom_attribute("d", drawn).into_any_attr()])
}

fn following(class: &'static str, drawn: Signal<String>) -> AnyView {
    shape(vec![custom_attribute("class", class).into_any_attr(), custom_attribute("d", drawn).into_any_attr()])
}

fn shape(attributes: Vec<AnyAttribute>) -> AnyView {
    leptos::svg::path().add_any_attr(attributes).into_any()
}

fn drawing(class: &'static str, shapes: Vec<AnyView>) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">{shapes}</svg>
    }
    .into_any()
}
