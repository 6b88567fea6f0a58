//! What the farm makes of a drawing: a picture in SVG, of numbers only. Each page is another take, and always the same.

mod blueprint;
mod pencil;
mod watercolour;

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::chance::{Chance, mix};
use crate::drawing::{Drawing, Stroke};
use crate::shape::{evened, length};

/// How many points a picture is made of, at most: what bounds its time and its size.
const MOST_POINTS: f64 = 4000.0;
/// The distance between points where there are few.
const STEP: f64 = 7.0;

/// A manner of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Graphite on paper, with hatching.
    Pencil,
    /// Washes that bleed, other colours on each page.
    Watercolour,
    /// White on blue, measured.
    Blueprint,
}

impl Effect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pencil, Self::Watercolour, Self::Blueprint];

    /// The picture on a page, counted from one.
    pub fn draw(self, drawing: &Drawing, page: u32) -> String {
        let mut chance = Chance::new(mix(drawing.seed, &[&[self as u8], &page.to_le_bytes()[..]].concat()));
        let strokes = simplify(drawing);
        let mut svg = String::new();
        let (width, height) = (drawing.width, drawing.height);
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">"
        );
        let sheet = Sheet { width, height, page, strokes: &strokes };
        match self {
            Self::Pencil => pencil::draw(&mut svg, &sheet, &mut chance),
            Self::Watercolour => watercolour::draw(&mut svg, &sheet, &mut chance),
            Self::Blueprint => blueprint::draw(&mut svg, &sheet),
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// What is to be drawn.
struct Sheet<'a> {
    width: f64,
    height: f64,
    page: u32,
    strokes: &'a [Stroke],
}

impl Sheet<'_> {
    /// Covers the whole sheet with `fill`.
    fn cover(&self, svg: &mut String, fill: &str, more: &str) {
        let _ = write!(svg, "<rect width=\"{}\" height=\"{}\" fill=\"{fill}\"{more}/>", self.width, self.height);
    }
}

/// The lines with points at even distances, never more of them than a picture may have.
fn simplify(drawing: &Drawing) -> Vec<Stroke> {
    let whole: f64 = drawing.strokes.iter().map(|stroke| length(&stroke.points)).sum();
    let step = (whole / MOST_POINTS).max(STEP);
    let strokes =
        drawing.strokes.iter().map(|stroke| Stroke { points: evened(&stroke.points, step), ..stroke.clone() });
    strokes.collect()
}

#[cfg(test)]
mod tests {
    use super::Effect;
    use crate::Drawing;

    const WAVE: &str = "<svg viewBox=\"0 0 400 300\"><polyline points=\"10,10 200,250 390,20\" stroke=\"#c03030\" \
         stroke-width=\"6\"/><polyline points=\"50,50\"/></svg>";

    #[test]
    fn the_same_page_is_the_same_picture_and_another_page_another() {
        let drawing: Drawing = WAVE.parse().expect("a drawing");
        for effect in Effect::ALL {
            assert_eq!(effect.draw(&drawing, 1), effect.draw(&drawing, 1));
            assert_ne!(effect.draw(&drawing, 1), effect.draw(&drawing, 2), "{effect:?}");
        }
    }

    #[test]
    fn a_picture_is_bounded_and_well_formed_whatever_was_drawn() {
        let points: String = (0..50_000)
            .flat_map(|n| [(n * 37 % 9000).to_string(), " ".into(), (n * 91 % 9000).to_string(), ",".into()])
            .collect();
        let huge = format!("<svg viewBox=\"0 0 9000 9000\"><polyline points=\"{points}\" stroke-width=\"9\"/></svg>");
        let dots = "<polyline points=\"5,5\"/>".repeat(1500);
        for text in [WAVE.to_owned(), huge, format!("<svg viewBox=\"0 0 1 1\">{dots}</svg>")] {
            let drawing: Drawing = text.parse().expect("a drawing");
            for effect in Effect::ALL {
                let svg = effect.draw(&drawing, 3);
                assert!(svg.len() < 2_000_000, "{effect:?}: {} bytes", svg.len());
                assert!(!svg.contains("NaN") && !svg.contains("inf"), "{effect:?}");
                let mut reader = quick_xml::Reader::from_str(&svg);
                while !matches!(reader.read_event().expect("well-formed"), quick_xml::events::Event::Eof) {}
            }
        }
    }
}
