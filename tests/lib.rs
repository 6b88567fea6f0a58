//! Stories over HTTP, in process.
