//! White on blue: a grid, lines that glow, and what each measures. Further pages are drawn to a finer grid.

use std::fmt::Write as _;

use super::Sheet;
use crate::drawing::Stroke;
use crate::shape::{Point, bounds, length, write_path};

/// Shorter lines than this are not measured.
const MEASURED: f64 = 60.0;
/// So many are, at most: more would be a wall of numbers.
const MOST_MEASURED: usize = 12;

pub(super) fn draw(svg: &mut String, sheet: &Sheet<'_>) {
    let grid =
        [24.0, 20.0, 16.0, 12.0].into_iter().cycle().nth(usize::try_from(sheet.page % 4).unwrap_or(0)).unwrap_or(20.0);
    let wide = grid * 5.0;
    let _ = write!(
        svg,
        "<defs><radialGradient id=\"blue\"><stop stop-color=\"#1a5aa8\"/><stop offset=\"1\" stop-color=\"#0b2f63\"/></radialGradient>\
         <pattern id=\"fine\" width=\"{grid}\" height=\"{grid}\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M{grid} 0H0V{grid}\" stroke=\"#fff\" stroke-opacity=\".1\"/></pattern>\
         <pattern id=\"wide\" width=\"{wide}\" height=\"{wide}\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M{wide} 0H0V{wide}\" stroke=\"#fff\" stroke-opacity=\".22\"/></pattern>\
         <filter id=\"glow\" x=\"-.1\" y=\"-.1\" width=\"1.2\" height=\"1.2\"><feGaussianBlur stdDeviation=\"4\"/></filter></defs>"
    );
    for fill in ["url(#blue)", "url(#fine)", "url(#wide)"] {
        sheet.cover(svg, fill, "");
    }
    let lines = |svg: &mut String, more: &str, wider: f64| {
        let _ = write!(svg, "<g stroke=\"#e8f3ff\"{more}>");
        for stroke in sheet.strokes {
            let _ = write!(svg, "<path stroke-width=\"{:.1}\"", (stroke.width * 0.5).max(1.2) * wider);
            write_path(svg, &stroke.points);
            svg.push_str("/>");
        }
        svg.push_str("</g>");
    };
    lines(svg, " stroke-opacity=\".45\" filter=\"url(#glow)\"", 3.0);
    lines(svg, "", 1.0);
    svg.push_str("<g stroke=\"#bfe0ff\" stroke-width=\".8\" stroke-opacity=\".8\">");
    let long = sheet.strokes.iter().filter(|stroke| length(&stroke.points) >= MEASURED);
    for stroke in long.take(MOST_MEASURED) {
        measure(svg, stroke);
    }
    svg.push_str("</g>");
    let (right, bottom) = (sheet.width - 14.0, sheet.height - 14.0);
    let _ = write!(
        svg,
        "<path d=\"M14 14H{right}V{bottom}H14Z\" stroke=\"#e8f3ff\" stroke-opacity=\".7\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\" font-family=\"monospace\" font-size=\"12\" fill=\"#e8f3ff\">SHEET {}</text>",
        right - 10.0,
        bottom - 10.0,
        sheet.page,
    );
}

/// A dashed frame around the stroke, crosses at its ends, and its extent below.
fn measure(svg: &mut String, stroke: &Stroke) {
    let (least, most) = bounds(&stroke.points);
    let (least, most) = (least.moved(-8.0, -8.0), most.moved(8.0, 8.0));
    let (width, height) = (most.x - least.x, most.y - least.y);
    let _ = write!(
        svg,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" stroke-dasharray=\"6 4\" stroke-opacity=\".5\"/>\
         <path d=\"M{:.1} {:.1}h{width:.1}m-5 -3l5 3l-5 3\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-family=\"monospace\" font-size=\"11\" fill=\"#bfe0ff\" stroke=\"none\">\
         {width:.0} x {height:.0}</text>",
        least.x,
        least.y,
        least.x,
        most.y + 9.0,
        f64::midpoint(least.x, most.x),
        most.y + 22.0,
    );
    for end in stroke.points.first().into_iter().chain(stroke.points.last()) {
        let Point { x, y } = end.moved(-5.0, 0.0);
        let _ = write!(svg, "<path d=\"M{x:.1} {y:.1}h10m-5 -5v10\"/>");
    }
}
