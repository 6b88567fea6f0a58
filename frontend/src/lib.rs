//! The pages, those for customers (`portal/`) and those for a vendor's team (`admin/`), and what all of them share. They run in
//! four programs (`programs/`), so that nobody downloads what is not for them: the linker leaves out what a program does
//! not call.
//!
//! `components` is the vocabulary that pages are made of (values in, callbacks out), `api` one function per endpoint,
//! `menu` a product's menu as customers choose from it, `words` every string that customers read.
#![expect(clippy::needless_pass_by_value, reason = "views take what they show: Leptos moves values into closures")]

pub mod admin;
pub mod api;
pub mod browser;
pub mod components;
pub mod intl;
pub mod load;
pub mod menu;
pub mod passkey;
pub mod phrase;
pub mod portal;
pub mod router;
pub mod selection;
pub mod session;
pub mod slot;
pub mod words;
