//! All vector files by name. Each module below writes one file.

use crate::forge::VectorFile;

mod bounds;
mod claims;
mod header;
mod judge;
mod kind;
mod lease;
mod points;
mod portable_pass;
mod shape;
mod signature;
mod slice;
mod status_list;

/// Every file and what it holds.
pub(crate) fn all() -> Vec<(&'static str, VectorFile)> {
    vec![
        ("shape", shape::file()),
        ("header", header::file()),
        ("signature", signature::file()),
        ("points", points::file()),
        ("claims", claims::file()),
        ("bounds", bounds::file()),
        ("judge", judge::file()),
        ("slice", slice::file()),
        ("portable-pass", portable_pass::file()),
        ("lease", lease::file()),
        ("status-list", status_list::file()),
    ]
}
