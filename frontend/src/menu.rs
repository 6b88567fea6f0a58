//! A product's menu as customers choose from it: on its page, and beside the editor of the vendor's team.

mod configurator;
mod offers;

pub use configurator::{Purpose, configurator};
