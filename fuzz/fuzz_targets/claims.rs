//! Any bytes for `claims`: see `shared/tests/fuzz/targets.rs`.
#![no_main]

#[path = "../../shared/tests/fuzz/targets.rs"]
#[allow(dead_code)]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::claims(data));
