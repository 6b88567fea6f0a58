//! One file per page. A page fetches, holds state and lays out components.

pub(crate) mod account;
pub(crate) mod agreement;
pub(crate) mod checkout;
pub(crate) mod confirm;
pub(crate) mod connect;
pub(crate) mod forgot;
pub(crate) mod guard;
pub(crate) mod license;
pub(crate) mod licenses;
pub(crate) mod menu;
pub(crate) mod not_found;
pub(crate) mod order;
pub(crate) mod orders;
pub(crate) mod pay;
pub(crate) mod products;
pub(crate) mod receive;
pub(crate) mod reset;
pub(crate) mod security;
pub(crate) mod send;
pub(crate) mod services;
