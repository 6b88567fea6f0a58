//! Graphite on paper: each line drawn thrice by an unsteady hand, with hatching in its shade.

use std::fmt::Write as _;

use super::Sheet;
use crate::chance::Chance;
use crate::color::Color;
use crate::drawing::Stroke;
use crate::shape::{wobbling, write_path};

/// Paper and graphite, of one page after the other.
const PAPERS: [(&str, &str); 4] =
    [("#faf6ec", "#2b2b33"), ("#f2efe6", "#3a2f28"), ("#eef1f4", "#232c3d"), ("#f6efe4", "#4a2420")];

pub(super) fn draw(svg: &mut String, sheet: &Sheet<'_>, chance: &mut Chance) {
    let (paper, graphite) =
        usize::try_from(sheet.page).ok().and_then(|page| PAPERS.get(page % 4)).unwrap_or(&PAPERS[0]);
    let graphite = Color::parse(graphite).unwrap_or(Color::BLACK);
    svg.push_str(
        "<defs><filter id=\"grain\" x=\"0\" y=\"0\" width=\"1\" height=\"1\">\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".9\" numOctaves=\"3\" seed=\"4\"/>\
         <feColorMatrix values=\"0 0 0 0 .35 0 0 0 0 .3 0 0 0 0 .22 0 0 0 .9 -.42\"/></filter>\
         <filter id=\"rough\" x=\"-.05\" y=\"-.05\" width=\"1.1\" height=\"1.1\">\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".35\" numOctaves=\"2\" result=\"n\"/>\
         <feDisplacementMap in=\"SourceGraphic\" in2=\"n\" scale=\"3.5\"/></filter></defs>",
    );
    sheet.cover(svg, paper, "");
    svg.push_str("<g filter=\"url(#rough)\">");
    let slant = chance.between(0.6, 1.1);
    for stroke in sheet.strokes {
        let color = graphite.mixed(stroke.color, 0.35);
        hatch(svg, stroke, color, slant, chance);
        let width = (stroke.width * 0.42).max(0.9);
        for opacity in [0.62, 0.5, 0.38] {
            let line = wobbling(&stroke.points, 0.9 + stroke.width * 0.16, chance);
            let _ = write!(svg, "<path stroke=\"{color}\" stroke-width=\"{width:.1}\" stroke-opacity=\"{opacity}\"");
            write_path(svg, &line);
            svg.push_str("/>");
        }
    }
    svg.push_str("</g>");
    sheet.cover(svg, paper, " filter=\"url(#grain)\" opacity=\".55\"");
}

/// Short parallel lines below the stroke, longer where it is heavy.
fn hatch(svg: &mut String, stroke: &Stroke, color: Color, slant: f64, chance: &mut Chance) {
    let _ = write!(svg, "<path stroke=\"{color}\" stroke-width=\"1\" stroke-opacity=\".26\" d=\"");
    for point in stroke.points.iter().skip(1) {
        let length = chance.between(9.0, 17.0) + stroke.width * 1.6;
        let from = point.moved(chance.between(0.0, 2.5) + stroke.width * 0.3, chance.between(0.0, 2.5));
        let _ = write!(svg, "M{:.1} {:.1}l{:.1} {:.1}", from.x, from.y, length * slant.cos(), length * slant.sin());
    }
    svg.push_str("\"/>");
}
