//! Acme's render farm, as a vendor would write it: a service that takes drawings over HTTP, checks its customer's license out
//! for the pages it draws, and gives back what it did not draw.
//!
//! What has to do with licenses is in [`work`](self): one file. The rest is a small renderer. Of Passgate it knows the crate
//! `client` and nothing else; `passgate demo` starts it under its own address, so that Sketchpad reaches it there.

mod chance;
mod color;
mod drawing;
mod effect;
mod farm;
mod http;
mod job;
mod shape;
mod work;

pub use drawing::{Drawing, DrawingFault};
pub use effect::Effect;
pub use farm::Farm;
pub use http::add_routes;
pub use job::{Order, Progress, Reason, State};
