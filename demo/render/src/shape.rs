//! Lines as an effect draws them: evened out, bounded, moved as by a hand, and written as SVG paths.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use crate::chance::Chance;

/// A place on the sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Point {
    pub(crate) fn moved(self, right: f64, down: f64) -> Self {
        Self { x: self.x + right, y: self.y + down }
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    fn towards(self, other: Self, part: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * part, y: self.y + (other.y - self.y) * part }
    }
}

/// The line with a point every `step`; a dot becomes a very short line.
pub(crate) fn evened(points: &[Point], step: f64) -> Vec<Point> {
    let Some((first, last)) = points.first().zip(points.last()) else { return Vec::new() };
    let mut evened = vec![*first];
    let mut at = *first;
    for next in points {
        let mut rest = at.distance(*next);
        while rest >= step {
            at = at.towards(*next, step / rest);
            evened.push(at);
            rest -= step;
        }
    }
    evened.push(last.moved(0.1, 0.1));
    evened
}

pub(crate) fn length(points: &[Point]) -> f64 {
    points.iter().zip(points.iter().skip(1)).map(|(from, to)| from.distance(*to)).sum()
}

/// The line as a hand draws it that is not quite steady: two slow waves, up to `reach` away.
pub(crate) fn wobbling(points: &[Point], reach: f64, chance: &mut Chance) -> Vec<Point> {
    let mut wave = || (chance.between(0.0, TAU), chance.between(0.11, 0.23), chance.between(0.4, 0.8));
    let (right, down) = ([wave(), wave()], [wave(), wave()]);
    let away = |waves: [(f64, f64, f64); 2], at: f64| {
        waves.iter().map(|(phase, speed, part)| (phase + speed * at).sin() * part).sum::<f64>() * reach
    };
    let mut at = 0.0;
    let moved = points.iter().map(|point| {
        at += 1.0;
        point.moved(away(right, at), away(down, at))
    });
    moved.collect()
}

/// Writes `d="…"`: a smooth curve that passes between the points.
pub(crate) fn write_path(svg: &mut String, points: &[Point]) {
    svg.push_str(" d=\"");
    let mut rest = points.iter().peekable();
    if let Some(first) = rest.next() {
        let _ = write!(svg, "M{:.1} {:.1}", first.x, first.y);
    }
    while let Some(point) = rest.next() {
        match rest.peek() {
            Some(next) => {
                let middle = point.towards(**next, 0.5);
                let _ = write!(svg, "Q{:.1} {:.1} {:.1} {:.1}", point.x, point.y, middle.x, middle.y);
            }
            None => {
                let _ = write!(svg, "L{:.1} {:.1}", point.x, point.y);
            }
        }
    }
    svg.push('"');
}

/// The smallest box around the points: its corner at the top left, and the one opposite.
pub(crate) fn bounds(points: &[Point]) -> (Point, Point) {
    let far = f64::MAX;
    let nothing = (Point { x: far, y: far }, Point { x: -far, y: -far });
    points.iter().fold(nothing, |(least, most), point| {
        let least = Point { x: least.x.min(point.x), y: least.y.min(point.y) };
        (least, Point { x: most.x.max(point.x), y: most.y.max(point.y) })
    })
}
