//! Leaves the names of functions out of the released program: they are a third of it and tell a customer nothing.
//!
//! `strip = true` in the profile would also drop the section that tells wasm-bindgen what the program may use.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script in the environment, and only there")]
    let (profile, target) = (std::env::var("PROFILE"), std::env::var("CARGO_CFG_TARGET_FAMILY"));
    if profile.as_deref() == Ok("release") && target.as_deref() == Ok("wasm") {
        let mut cargo = io::stdout();
        writeln!(cargo, "cargo::rustc-link-arg-bins=--strip-all")?;
        writeln!(cargo, "cargo::rustc-link-arg-bins=--keep-section=target_features")?;
    }
    writeln!(io::stdout(), "cargo::rerun-if-changed=build.rs")
}
