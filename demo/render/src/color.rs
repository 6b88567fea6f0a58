//! Colours: as drawings write them, turned around the wheel, and mixed.

use std::fmt;

/// Red, green and blue, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Color {
    red: f64,
    green: f64,
    blue: f64,
}

impl Color {
    pub(crate) const BLACK: Self = Self { red: 0.0, green: 0.0, blue: 0.0 };

    /// Reads `#rrggbb`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_plain = |digits: &&str| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = text.strip_prefix('#').filter(is_plain)?;
        let number = u32::from_str_radix(number, 16).ok()?;
        let part = |shift: u32| f64::from((number >> shift) & 0xff) / 255.0;
        Some(Self { red: part(16), green: part(8), blue: part(0) })
    }

    /// `part` of `other` in it, 0 to 1.
    pub(crate) fn mixed(self, other: Self, part: f64) -> Self {
        let mix = |own: f64, others: f64| own + (others - own) * part;
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// Turned around the colour wheel, by the matrix of `feColorMatrix`'s `hueRotate`.
    pub(crate) fn turned(self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let Self { red, green, blue } = self;
        let row = |own: [f64; 3], by_cos: [f64; 3], by_sin: [f64; 3]| {
            let parts = own.into_iter().zip(by_cos).zip(by_sin).zip([red, green, blue]);
            parts.map(|(((own, by_cos), by_sin), part)| (own + cos * by_cos + sin * by_sin) * part).sum::<f64>()
        };
        let luminance = [0.213, 0.715, 0.072];
        Self {
            red: row(luminance, [0.787, -0.715, -0.072], [-0.213, -0.715, 0.928]),
            green: row(luminance, [-0.213, 0.285, -0.072], [0.143, 0.140, -0.283]),
            blue: row(luminance, [-0.213, -0.715, 0.928], [-0.787, 0.715, 0.072]),
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let byte = |part: f64| (part.clamp(0.0, 1.0) * 255.0).round();
        write!(f, "rgb({},{},{})", byte(self.red), byte(self.green), byte(self.blue))
    }
}

#[cfg(test)]
mod tests {
    use super::Color;

    #[test]
    fn only_plain_colours_are_read() {
        assert_eq!(Color::parse("#2457d6").map(|color| color.to_string()).as_deref(), Some("rgb(36,87,214)"));
        for wrong in ["", "red", "#fff", "#12345g", "#1234567", "url(#x)", "#+12345", "#éaaaa"] {
            assert_eq!(Color::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn grey_has_no_hue_to_turn() {
        let grey = Color::parse("#808080").expect("a colour");
        assert_eq!(grey.turned(77.0).to_string(), grey.to_string());
    }
}
