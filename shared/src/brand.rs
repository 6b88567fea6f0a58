//! A vendor's accent colour: any colour, and what pages make of it so that it can be read by daylight and in the dark.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// A colour as screens have it (sRGB): `#2456d6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// The text is not a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColourError;

impl Colour {
    /// Red, green and blue.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// How light it is, from 0 to 1: the relative luminance of WCAG 2.2.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The contrast to another colour, from 1 to 21: as WCAG 2.2 counts it.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// So many of 255 parts of `other`, and the rest of itself.
    fn mix(self, other: Self, parts: u8) -> Self {
        let mix = |from: u8, to: u8| {
            let (parts, rest) = (u32::from(parts), 255 - u32::from(parts));
            u8::try_from((u32::from(from) * rest + u32::from(to) * parts + 127) / 255).unwrap_or(u8::MAX)
        };
        Self::new(mix(self.red, other.red), mix(self.green, other.green), mix(self.blue, other.blue))
    }

    /// The colour next to it, darker or lighter, that satisfies `is_good`.
    fn moved(self, towards: Self, is_good: impl Fn(Self) -> bool) -> Self {
        (0..=u8::MAX).map(|parts| self.mix(towards, parts)).find(|colour| is_good(*colour)).unwrap_or(towards)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').ok_or(ColourError)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ColourError);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| ColourError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self { red, green, blue })
    }
}

crate::wire_as_text!(Colour, "a colour: # and six hexadecimal digits", "#2456d6", pattern = "^#[0-9A-Fa-f]{6}$");

/// What text must stand out by, and what a mere shape must (WCAG 2.2, 1.4.3 and 1.4.11).
const TEXT_CONTRAST: f64 = 4.5;
const SHAPE_CONTRAST: f64 = 3.0;

const WHITE: Colour = Colour::new(255, 255, 255);
const BLACK: Colour = Colour::new(0, 0, 0);

/// The darkest ground of light pages, and the lightest of dark ones: `style/base.css` has these.
const LIGHT_GROUND: Colour = Colour::new(0xf1, 0xf3, 0xf6);
const DARK_GROUND: Colour = Colour::new(0x1a, 0x1e, 0x27);

/// How much of the accent a tinted ground has, in parts of 255: `style/base.css` says 8 %.
const TINT: u8 = 21;

/// A vendor's accent as pages use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Accents {
    /// On light pages: for text and for what white text stands on.
    pub light: Colour,
    /// On dark pages: for what white text stands on.
    pub dark: Colour,
    /// On dark pages: for text.
    pub dark_text: Colour,
}

impl Accents {
    /// The nearest to `accent` that can be read.
    pub fn of(accent: Colour) -> Self {
        let reads_on = |ground: Colour| {
            move |colour: Colour| {
                let tint = ground.mix(colour, TINT);
                colour.contrast(ground) >= TEXT_CONTRAST && colour.contrast(tint) >= TEXT_CONTRAST
            }
        };
        let light = accent.moved(BLACK, |colour| reads_on(LIGHT_GROUND)(colour) && reads_on(WHITE)(colour));
        // Dark enough for white text, and not so dark that a button is lost on its ground.
        let dark = accent.moved(BLACK, |colour| colour.contrast(WHITE) >= TEXT_CONTRAST);
        let dark = dark.moved(WHITE, |colour| colour.contrast(DARK_GROUND) >= SHAPE_CONTRAST);
        let dark_text = accent.moved(WHITE, reads_on(DARK_GROUND));
        Self { light, dark, dark_text }
    }
}
