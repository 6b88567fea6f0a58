//! The vocabulary of the pages: each takes values and callbacks and holds no state of the application.

pub(crate) mod account_form;
pub(crate) mod button;
pub(crate) mod choice;
pub(crate) mod copy;
pub(crate) mod dialog;
pub(crate) mod el;
pub(crate) mod fault;
pub(crate) mod field;
pub(crate) mod icon;
pub(crate) mod lines;
pub(crate) mod list;
pub(crate) mod live;
pub(crate) mod meter;
pub(crate) mod page;
pub(crate) mod skeleton;
pub(crate) mod status;
pub(crate) mod table;
pub(crate) mod tabs;
