//! The tools that Passgate is built with, installed once per user and version.
//!
//! Versions are pinned here and nowhere else in xtask. A tool is installed into a folder beside its own
//! and renamed into place when it is whole, so that a half-install never looks like an installed one.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use crate::{
    places::Places,
    shell::{Failure, Outcome, Run},
};

/// What the browser crates are compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A program that `cargo install` builds.
struct Tool {
    krate: &'static str,
    version: &'static str,
    programs: &'static [&'static str],
    minutes: u8,
    /// Options of `cargo install`.
    options: &'static [&'static str],
}

/// Builds the portal. A debug build is fast enough and takes a third of the time to compile; without its
/// default features it cannot download anything at all.
const TRUNK: Tool = Tool {
    krate: "trunk",
    version: "0.21.14",
    programs: &["trunk"],
    minutes: 4,
    options: &["--debug", "--locked", "--no-default-features"],
};

/// Turns a wasm file into a module for the browser; equal to the `wasm-bindgen` crate in Cargo.toml.
/// Not `--locked`: its lock file names a version that is no longer served.
const WASM_BINDGEN: Tool = Tool {
    krate: "wasm-bindgen-cli",
    version: "0.2.130",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    minutes: 4,
    options: &[],
};

/// Where the installed tools are.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    /// Folder of `trunk`.
    pub(crate) trunk: PathBuf,
    /// Folder of `wasm-bindgen` and its test runner.
    pub(crate) wasm_bindgen: PathBuf,
}

/// Installs what is missing; says nothing when nothing is.
pub(crate) fn install(places: &Places) -> Outcome<Tools> {
    install_wasm_target(places)?;
    Ok(Tools { trunk: install_tool(places, &TRUNK)?, wasm_bindgen: install_tool(places, &WASM_BINDGEN)? })
}

fn install_wasm_target(places: &Places) -> Outcome {
    let sysroot = Run::new("rustc", &places.root).args(["--print", "sysroot"]).read()?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET);
    if library.is_dir() {
        return Ok(());
    }
    println!("Installing the Rust target {WASM_TARGET} (once)…");
    Run::new("rustup", &places.root).args(["target", "add", WASM_TARGET]).go().map_err(|failure| {
        Failure::new(format!("The Rust target {WASM_TARGET} is missing and rustup could not add it. {failure}"))
    })
}

fn install_tool(places: &Places, tool: &Tool) -> Outcome<PathBuf> {
    let home = places.tool(tool.krate, tool.version);
    if is_installed(&home, tool) {
        return Ok(home.join("bin"));
    }
    let lock = lock(&places.cache.join("tools.lock"))?;
    if !is_installed(&home, tool) {
        println!("Installing {} {} (about {} minutes, once)…", tool.krate, tool.version, tool.minutes);
        let staging = places.tool(tool.krate, &format!("{}.unfinished", tool.version));
        remove_folder(&staging)?;
        fs::create_dir_all(&staging)?;
        compile(tool, &staging)?;
        remove_folder(&staging.join("target"))?;
        remove_folder(&home)?;
        fs::rename(&staging, &home)?;
    }
    drop(lock);
    Ok(home.join("bin"))
}

/// Runs in the staging folder, so that no configuration of the checkout applies.
fn compile(tool: &Tool, staging: &Path) -> Outcome {
    Run::cargo(staging, &staging.join("target"))
        .args(["install", "--quiet", "--no-track", "--root", "."])
        .args(tool.options)
        .args([format!("{}@{}", tool.krate, tool.version)])
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0")
        .without_env("RUSTFLAGS")
        .without_env("CARGO_BUILD_TARGET")
        .go()
        .map_err(|failure| Failure::new(format!("{} {} could not be built. {failure}", tool.krate, tool.version)))
}

fn is_installed(home: &Path, tool: &Tool) -> bool {
    tool.programs.iter().all(|program| home.join("bin").join(program).is_file())
}

/// Waits until no other process holds the lock file; released when the file is dropped, also by a crash.
pub(crate) fn lock(path: &Path) -> Outcome<File> {
    let file = File::create(path)?;
    if file.try_lock().is_err() {
        println!("Waiting for another run that is installing tools…");
        file.lock()?;
    }
    Ok(file)
}

/// Removes a folder and what is in it; an absent one is fine.
pub(crate) fn remove_folder(path: &Path) -> Outcome {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("Cannot remove {}: {error}.", path.display())))
        }
        _ => Ok(()),
    }
}
