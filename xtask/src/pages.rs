//! The programs that run in browsers' pages, built by Trunk: for each a page and a folder of its own.

use std::{env, ffi::OsString, path::Path};

use crate::{
    artifacts::fetch_crates,
    fresh::Stamp,
    places::Places,
    shell::{Failure, Outcome, Run, timed},
    tools::Tools,
};

/// A program: `frontend/{name}.html` becomes `dist/{name}`.
struct Program {
    name: &'static str,
    /// Below which address its files are.
    public_url: &'static str,
}

/// What leads to a license, what is done with it, what stays; for a vendor's team its customers, what is sold, and what is set.
const PROGRAMS: [Program; 6] = [
    Program { name: "buying", public_url: "/" },
    Program { name: "having", public_url: "/" },
    Program { name: "keeping", public_url: "/" },
    Program { name: "desk", public_url: "/admin/" },
    Program { name: "workshop", public_url: "/admin/" },
    Program { name: "office", public_url: "/admin/" },
];

/// What every one of them is made of.
const SOURCES: [&str; 9] = [
    "frontend",
    "style",
    "shared",
    "sdk/src",
    "sdk/Cargo.toml",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];

/// Builds those whose sources changed.
pub(crate) fn build(places: &Places, tools: &Tools) -> Outcome {
    PROGRAMS.iter().try_for_each(|program| build_one(places, tools, program))
}

/// The pages that browsers load first, relative to the checkout.
pub(crate) fn first_pages() -> Vec<String> {
    PROGRAMS.iter().map(|program| format!("{}/index.html", program.folder())).collect()
}

impl Program {
    fn folder(&self) -> String {
        format!("dist/{}", self.name)
    }
}

fn build_one(places: &Places, tools: &Tools, program: &Program) -> Outcome {
    let folder = program.folder();
    let recipe = format!("{}{}{}", tools.trunk.display(), tools.wasm_bindgen.display(), program.public_url);
    Stamp::new(places, program.name, &SOURCES, &folder, &recipe).unless_fresh(|| {
        timed(&format!("Building the pages: {}", program.name), || {
            fetch_crates(places)?;
            Run::new(tools.trunk.join("trunk"), &places.root)
                .args(["build", "--release", "--skip-version-check"])
                .args(["--dist", &folder, "--public-url", program.public_url])
                .args([format!("frontend/{}.html", program.name)])
                .env("CARGO_TARGET_DIR", &places.target)
                .env("PATH", path_with(&tools.wasm_bindgen)?)
                // Trunk takes NO_COLOR for an option of its own and refuses the usual "1".
                .without_env("NO_COLOR")
                .without_env("RUST_BACKTRACE")
                .go()
        })
    })
}

/// The `PATH` with `folder` before all others.
fn path_with(folder: &Path) -> Outcome<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths([folder.to_owned()].into_iter().chain(env::split_paths(&path)))
        .map_err(|error| Failure::new(format!("The PATH cannot be extended: {error}.")))
}
