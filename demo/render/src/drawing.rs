//! Drawings as they come from strangers: SVG text, of which lines are taken as numbers, and nothing else at all. What is drawn of
//! them later holds no word of theirs, so none can do harm.

use std::fmt;
use std::str::FromStr;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::chance::mix;
use crate::color::Color;
use crate::shape::Point;

/// The longest text that is read.
pub(crate) const MOST_BYTES: usize = 512 * 1024;
/// How deep elements may nest.
const MOST_DEPTH: usize = 32;
/// How many lines and points are read: more is no drawing by hand.
const MOST_STROKES: usize = 1500;
const MOST_POINTS: usize = 60_000;
/// The largest side, and how far outside a point may lie.
const MOST_SIDE: f64 = 10_000.0;

/// Lines on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) strokes: Vec<Stroke>,
    /// Differs between drawings: what chance makes of them is theirs.
    pub(crate) seed: u64,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) color: Color,
    pub(crate) width: f64,
    pub(crate) points: Vec<Point>,
}

/// Why a text is no drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawingFault {
    /// It is too long, or has too much in it.
    TooMuch,
    /// It is not well-formed, or declares a document type.
    NoSvg,
    /// It has no `viewBox`, or one without an extent.
    NoSheet,
    /// There is no line in it.
    Empty,
}

impl fmt::Display for DrawingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooMuch => "The drawing is too large: at most 512 KiB, 1,500 lines and 60,000 points.",
            Self::NoSvg => "The drawing is not SVG.",
            Self::NoSheet => "The drawing needs a viewBox that begins at 0 0.",
            Self::Empty => "There is no line in the drawing.",
        })
    }
}

impl FromStr for Drawing {
    type Err = DrawingFault;

    /// Reads `polyline` and `polygon` elements, wherever they stand; everything else is passed over.
    fn from_str(text: &str) -> Result<Self, DrawingFault> {
        if text.len() > MOST_BYTES {
            return Err(DrawingFault::TooMuch);
        }
        let mut reader = Reader::from_str(text);
        let (mut sheet, mut strokes, mut depth, mut points) = (None, Vec::new(), 0_usize, 0_usize);
        loop {
            let event = reader.read_event().map_err(|_| DrawingFault::NoSvg)?;
            match &event {
                Event::Start(element) | Event::Empty(element) => {
                    if element.attributes().any(|attribute| attribute.is_err()) {
                        return Err(DrawingFault::NoSvg);
                    }
                    if sheet.is_none() {
                        sheet = Some(read_sheet(element)?);
                    }
                    if let Some(stroke) = read_stroke(element)? {
                        points += stroke.points.len();
                        strokes.push(stroke);
                    }
                    depth += usize::from(matches!(event, Event::Start(_)));
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                // What a document type declares could be anything.
                Event::DocType(_) => return Err(DrawingFault::NoSvg),
                Event::Eof => break,
                _ => {}
            }
            if depth > MOST_DEPTH || strokes.len() > MOST_STROKES || points > MOST_POINTS {
                return Err(DrawingFault::TooMuch);
            }
        }
        let (width, height) = sheet.filter(|_| depth == 0).ok_or(DrawingFault::NoSvg)?;
        if strokes.is_empty() {
            return Err(DrawingFault::Empty);
        }
        Ok(Self { width, height, strokes, seed: mix(0, text.as_bytes()) })
    }
}

/// The extent of the first element, which must be `svg`.
fn read_sheet(element: &BytesStart<'_>) -> Result<(f64, f64), DrawingFault> {
    if element.local_name().as_ref() != "svg" {
        return Err(DrawingFault::NoSvg);
    }
    let numbers = read_numbers(&attribute(element, "viewBox")?.ok_or(DrawingFault::NoSheet)?);
    match numbers.as_deref() {
        Some([left, top, width, height])
            if [left, top] == [&0.0, &0.0] && [width, height].iter().all(|side| (1.0..=MOST_SIDE).contains(*side)) =>
        {
            Ok((*width, *height))
        }
        _ => Err(DrawingFault::NoSheet),
    }
}

fn read_stroke(element: &BytesStart<'_>) -> Result<Option<Stroke>, DrawingFault> {
    if !matches!(element.local_name().as_ref(), "polyline" | "polygon") {
        return Ok(None);
    }
    let numbers = attribute(element, "points")?.and_then(|text| read_numbers(&text)).unwrap_or_default();
    let (pairs, _) = numbers.as_chunks::<2>();
    let points: Vec<_> = pairs.iter().map(|[x, y]| Point { x: *x, y: *y }).collect();
    if points.is_empty() {
        return Ok(None);
    }
    let color = attribute(element, "stroke")?.and_then(|text| Color::parse(&text)).unwrap_or(Color::BLACK);
    let width = attribute(element, "stroke-width")?.and_then(|text| text.parse::<f64>().ok());
    let width = width.filter(|width| width.is_finite()).unwrap_or(2.0).clamp(0.5, 60.0);
    Ok(Some(Stroke { color, width, points }))
}

/// The value of an attribute.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, DrawingFault> {
    let found = element.try_get_attribute(name).map_err(|_| DrawingFault::NoSvg)?;
    Ok(found.map(|found| found.value.into_owned()))
}

/// Numbers between blanks and commas, none of them far away; nothing if any is none.
fn read_numbers(text: &str) -> Option<Vec<f64>> {
    let parts =
        text.split(|letter: char| letter == ',' || letter.is_ascii_whitespace()).filter(|part| !part.is_empty());
    let number = |part: &str| part.parse::<f64>().ok().filter(|number| number.abs() <= MOST_SIDE);
    parts.take(2 * (MOST_POINTS + 1)).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::{Drawing, DrawingFault};

    #[track_caller]
    fn check(text: &str, wanted: Result<usize, DrawingFault>) {
        assert_eq!(text.parse::<Drawing>().map(|drawing| drawing.strokes.len()), wanted, "{text:.200}");
    }

    fn svg(content: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 600\">{content}</svg>")
    }

    #[test]
    fn lines_are_read_and_everything_else_is_passed_over() {
        let line = "<polyline points=\"1,2 3,4\" stroke=\"#2457d6\" stroke-width=\"4\"/>";
        check(&svg(line), Ok(1));
        check(&svg(&format!("<g aria-label=\"Sketch\">{line}{line}</g>")), Ok(2));
        check(&svg(&format!("<script>alert(1)</script><image href=\"http://example.com/x\"/>{line}")), Ok(1));
        check(&svg(&format!("{line}<polyline points=\"1,x\"/><polyline/><polyline points=\"1e999,2\"/>")), Ok(1));
        check(&svg("<polyline points=\"1,2\" stroke=\"url(#a)\" stroke-width=\"NaN\" onload=\"x\"/>"), Ok(1));
    }

    #[test]
    fn what_is_hostile_or_no_drawing_is_refused() {
        use DrawingFault::{Empty, NoSheet, NoSvg, TooMuch};
        for text in ["", "hello", "<html/>", "<svg", "<svg viewBox=\"0 0 9 9\">", "<svg viewBox=\"0 0 9 9\"></a></svg>"]
        {
            check(text, Err(NoSvg));
        }
        let bomb = "<!DOCTYPE svg [<!ENTITY a \"&b;&b;\"><!ENTITY b \"x\">]><svg viewBox=\"0 0 9 9\">&a;</svg>";
        check(bomb, Err(NoSvg));
        check(&svg("<polyline points=\"1,2\" points=\"3,4\"/>"), Err(NoSvg));
        check("<svg><polyline points=\"1,2\"/></svg>", Err(NoSheet));
        check("<svg viewBox=\"0 0 0 9\"/>", Err(NoSheet));
        check("<svg viewBox=\"0 0 NaN 9\"/>", Err(NoSheet));
        check("<svg viewBox=\"0 0 1e9 9\"/>", Err(NoSheet));
        check(&svg(""), Err(Empty));
        check(&svg("<polyline points=\"\"/>"), Err(Empty));
        check(&svg(&"<g>".repeat(100)), Err(TooMuch));
        check(&svg(&"<polyline points=\"1,2\"/>".repeat(1501)), Err(TooMuch));
        check(&svg(&format!("<polyline points=\"{}\"/>", "1,2 ".repeat(60_001))), Err(TooMuch));
        check(&svg(&" ".repeat(600_000)), Err(TooMuch));
    }
}
