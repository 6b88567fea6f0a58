//! A release embeds the built portal, SDK and demo app: when they change, it is built again.

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script what it builds in the environment")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A debug build reads them when it runs.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        for folder in ["../dist", "../sdk/dist", "../demo"] {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
