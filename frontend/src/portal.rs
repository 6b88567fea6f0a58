//! The customers' pages, in three programs, so that nobody who looks at a menu downloads what is for licenses: [`buying`] is
//! what leads to a license, [`having`] what is done with it, [`keeping`] what stays: orders, receipts, the account.
//!
//! `app` holds the shell around them and `address` the addresses, `pages` one file per page (they fetch and hold state). A
//! link from one program to another's pages loads a document; what must survive that is in the tab's memory (`errand`).

mod address;
mod app;
pub mod buying;
mod connect;
mod doing;
mod errand;
mod follow;
pub mod having;
pub mod keeping;
mod pages;
mod qr;
