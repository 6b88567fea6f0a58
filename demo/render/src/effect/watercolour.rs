//! Washes that bleed into the paper, with a fine line of ink; the colours turn from page to page.

use std::fmt::Write as _;

use super::Sheet;
use crate::chance::Chance;
use crate::color::Color;
use crate::shape::{wobbling, write_path};

/// How far the colours turn from one page to the next, in degrees.
const TURN: f64 = 38.0;
/// Washes from the widest to the narrowest: how wide, and how strong.
const WASHES: [(f64, f64); 4] = [(9.0, 0.07), (6.0, 0.11), (3.6, 0.16), (2.0, 0.24)];

pub(super) fn draw(svg: &mut String, sheet: &Sheet<'_>, chance: &mut Chance) {
    svg.push_str(
        "<defs><filter id=\"bleed\" x=\"-.1\" y=\"-.1\" width=\"1.2\" height=\"1.2\">\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".018\" numOctaves=\"4\" seed=\"7\" result=\"n\"/>\
         <feDisplacementMap in=\"SourceGraphic\" in2=\"n\" scale=\"26\" result=\"d\"/>\
         <feGaussianBlur in=\"d\" stdDeviation=\"1.1\"/></filter>\
         <filter id=\"paper\" x=\"0\" y=\"0\" width=\"1\" height=\"1\">\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".045\" numOctaves=\"5\" seed=\"2\"/>\
         <feDiffuseLighting lighting-color=\"#fffdf6\" surfaceScale=\"1.6\"><feDistantLight azimuth=\"50\" elevation=\"62\"/>\
         </feDiffuseLighting></filter></defs>",
    );
    sheet.cover(svg, "#fffdf6", " filter=\"url(#paper)\"");
    let turn = TURN * f64::from(sheet.page.saturating_sub(1));
    svg.push_str("<g filter=\"url(#bleed)\">");
    for stroke in sheet.strokes {
        let color = stroke.color.turned(turn);
        for (wider, opacity) in WASHES {
            let line = wobbling(&stroke.points, 2.0 + stroke.width * 0.7, chance);
            let width = stroke.width * wider + 6.0;
            let tint = color.turned(chance.between(-14.0, 14.0));
            let _ = write!(svg, "<path stroke=\"{tint}\" stroke-width=\"{width:.1}\" stroke-opacity=\"{opacity}\"");
            write_path(svg, &line);
            svg.push_str("/>");
        }
        for point in stroke.points.iter().step_by(9) {
            let drop = point.moved(chance.between(-46.0, 46.0), chance.between(-46.0, 46.0));
            let radius = chance.between(0.8, 4.5);
            let (x, y) = (drop.x, drop.y);
            let _ = write!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{color}\" fill-opacity=\".28\"/>"
            );
        }
    }
    svg.push_str("</g>");
    for stroke in sheet.strokes {
        let ink = stroke.color.turned(turn).mixed(Color::BLACK, 0.62);
        let line = wobbling(&stroke.points, 0.8, chance);
        let width = (stroke.width * 0.3).max(0.8);
        let _ = write!(svg, "<path stroke=\"{ink}\" stroke-width=\"{width:.1}\" stroke-opacity=\".75\"");
        write_path(svg, &line);
        svg.push_str("/>");
    }
}
