//! Colours as they are typed, and that whatever a vendor chooses can be read.

use proptest::prelude::*;

use super::{Accents, BLACK, Colour, DARK_GROUND, LIGHT_GROUND, TINT, WHITE};

#[test]
fn a_colour_is_six_hexadecimal_digits() {
    for (text, shown) in [("#2456d6", "#2456d6"), ("#ABCDEF", "#abcdef"), ("#000000", "#000000")] {
        assert_eq!(text.parse::<Colour>().map(|colour| colour.to_string()).as_deref(), Ok(shown));
    }
    let long = format!("#{}", "a".repeat(10_000));
    for bad in [
        "",
        "#",
        "2456d6",
        "#2456d",
        "#2456d6f",
        "red",
        "#gggggg",
        "#+12345",
        "url(x)",
        "#12 456",
        "#１２３４５６",
        &long,
    ] {
        assert!(bad.parse::<Colour>().is_err(), "{bad:?}");
    }
}

#[test]
fn contrast_is_what_the_guidelines_count() {
    assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
    assert!((WHITE.contrast(WHITE) - 1.0).abs() < 1e-9);
    let grey = Colour::new(0x76, 0x76, 0x76);
    assert!((4.5..4.6).contains(&grey.contrast(WHITE)), "the lightest grey that can be read on white");
}

#[test]
fn what_can_be_read_already_stays_what_it_is() {
    let blue = Colour::new(0x24, 0x56, 0xd6);
    assert_eq!(Accents::of(blue).light, blue);
    let lighter = Colour::new(0x35, 0x68, 0xe8);
    assert_eq!(Accents::of(lighter).dark, lighter);
    let pale = Colour::new(0x93, 0xb3, 0xff);
    assert_eq!(Accents::of(pale).dark_text, pale);
}

#[track_caller]
fn check(accent: Colour) {
    let Accents { light, dark, dark_text } = Accents::of(accent);
    for (text, ground) in
        [(light, WHITE), (light, LIGHT_GROUND), (WHITE, light), (WHITE, dark), (dark_text, DARK_GROUND)]
    {
        assert!(text.contrast(ground) >= 4.5, "{accent}: {text} on {ground} has {}", text.contrast(ground));
    }
    for (text, ground) in [(light, WHITE), (light, LIGHT_GROUND), (dark_text, DARK_GROUND)] {
        let tint = ground.mix(text, TINT);
        assert!(text.contrast(tint) >= 4.5, "{accent}: {text} on its tint {tint} has {}", text.contrast(tint));
    }
    assert!(dark.contrast(DARK_GROUND) >= 3.0, "{accent}: {dark} is lost in the dark");
}

#[test]
fn the_ends_can_be_read() {
    for part in [0, 1, 127, 128, 254, 255] {
        for colour in
            [Colour::new(part, 0, 0), Colour::new(0, part, 0), Colour::new(0, 0, part), Colour::new(part, part, part)]
        {
            check(colour);
        }
        check(Colour::new(255, part, 0));
        check(Colour::new(part, 255, 255));
    }
}

proptest! {
    #[test]
    fn every_colour_can_be_read(red: u8, green: u8, blue: u8) {
        check(Colour::new(red, green, blue));
    }
}
