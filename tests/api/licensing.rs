//! Stories of buying and using licenses, through the whole server in process.

#![expect(clippy::indexing_slicing, reason = "a member that is missing fails the story, as it should")]

mod keys;
mod license;
mod order;
mod pass;
mod shop;
mod status;
