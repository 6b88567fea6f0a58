//! The vocabulary of the pages: each takes values and callbacks and holds no state of the application.

pub mod account_form;
pub mod brand;
pub mod button;
pub mod chart;
pub mod choice;
pub mod copy;
pub mod dialog;
pub mod el;
pub mod fault;
pub mod field;
pub mod icon;
pub mod lines;
pub mod list;
pub mod live;
pub mod meter;
pub mod page;
pub mod proof;
pub mod skeleton;
pub mod sources;
pub mod status;
pub mod stuck;
pub mod table;
pub mod tabs;
