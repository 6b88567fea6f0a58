//! How charts are scaled, pointed at and drawn.

use super::{bars, index_at, line, top_of};

#[test]
fn a_scale_ends_where_its_half_is_a_whole_number_and_nothing_exceeds_it() {
    for (values, top) in [
        (&[][..], 2),
        (&[0], 2),
        (&[1, 2], 2),
        (&[3], 4),
        (&[5], 6),
        (&[9], 10),
        (&[21], 30),
        (&[125], 150),
        (&[151], 200),
        (&[4900], 5000),
        (&[u64::MAX], u64::MAX),
    ] {
        assert_eq!(top_of(values), top, "{values:?}");
    }
}

#[test]
fn a_pointer_is_over_the_point_whose_slot_it_is_in() {
    for (offset, width, count, index) in
        [(0, 300, 3, 0), (99, 300, 3, 0), (100, 300, 3, 1), (300, 300, 3, 2), (-4, 300, 3, 0), (9, 0, 3, 2)]
    {
        assert_eq!(index_at(offset, width, count), index, "{offset} of {width}");
    }
}

#[test]
fn nothing_is_drawn_for_nothing_and_a_line_goes_through_the_middles() {
    assert_eq!(bars(&[0, 0], 2), "");
    assert_eq!(bars(&[1, 0], 2), "M95.0 1000V500.0H405.0V1000Z");
    assert_eq!(line(&[0, 2], 2), "M250.0 1000.0L750.0 0.0");
    assert_eq!(line(&[1], 2), "M500.0 500.0h0");
}
