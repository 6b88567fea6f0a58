//! The customers' pages, in two programs, so that nobody who looks at a menu downloads what is for licenses: [`buying`] is
//! what leads to a license, [`having`] what is done with it.
//!
//! `app` holds the shell around both and `address` the addresses, `pages` one file per page (they fetch and hold state). A
//! link from one program to the other's pages loads a document; what must survive that is in the tab's memory (`errand`).

mod address;
mod app;
pub mod buying;
mod connect;
mod doing;
mod errand;
mod follow;
pub mod having;
mod pages;
mod qr;
