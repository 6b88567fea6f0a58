//! What a vendor runs: the SDK, the pages (`pages.rs`), and the server that contains both.
//!
//! In that order, since the server embeds the other two. Each is built only when its sources changed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    fresh::Stamp,
    npm, pages,
    places::Places,
    script,
    shell::{Failure, Outcome, Run, timed},
    tools::{self, WASM_TARGET},
};

/// What every build for the browser reads.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"];

/// Builds all three and returns the server's program.
pub(crate) fn build(places: &Places) -> Outcome<PathBuf> {
    let tools = tools::install(places)?;
    claim_target(places)?;
    build_sdk(places)?;
    pages::build(places, &tools)?;
    build_server(places)
}

/// Builds the SDK into `sdk/dist`, whole or not at all.
pub(crate) fn build_sdk(places: &Places) -> Outcome {
    let sources = ["sdk/Cargo.toml", "sdk/package.json", "sdk/src", "sdk/js", "sdk/qr/package-lock.json", "shared"];
    let inputs = [&sources[..], &MANIFESTS[..]].concat();
    Stamp::new(places, "sdk", &inputs, "sdk/dist", "").unless_fresh(|| {
        timed("Building the SDK", || {
            fetch_crates(places)?;
            npm::install_packages(places, "sdk/qr")?;
            assemble_sdk(places)
        })
    })
}

fn assemble_sdk(places: &Places) -> Outcome {
    let staging = places.root.join("target/sdk-staging");
    tools::remove_folder(&staging)?;
    copy_files(&places.root.join("sdk/js"), &staging)?;
    join_scripts(&staging)?;
    add_qr(places, &staging)?;
    compile_sdk(places, &["--features", "curve"], &staging.join("passgate_sdk_curve.wasm"))?;
    compile_sdk(places, &[], &staging.join("passgate_sdk.wasm"))?;
    fs::copy(places.root.join("sdk/package.json"), staging.join("package.json"))?;
    let dist = places.root.join("sdk/dist");
    tools::remove_folder(&dist)?;
    fs::rename(&staging, &dist)?;
    Ok(())
}

/// Compiles the verifier to `module`. As a library for tests too it would keep what only those need: hence one kind alone.
fn compile_sdk(places: &Places, features: &[&str], module: &Path) -> Outcome {
    Run::cargo(&places.root, &places.target)
        .args(["rustc", "--locked", "--package", "passgate-sdk", "--lib", "--crate-type", "cdylib"])
        .args(["--target", WASM_TARGET, "--profile", "sdk-release"])
        .args(features)
        .args(["--", "-C", "link-arg=--strip-all"])
        .go()?;
    fs::copy(places.target.join(WASM_TARGET).join("sdk-release/passgate_sdk.wasm"), module)?;
    Ok(())
}

/// One script in place of the modules: one request, and less to send. What services use is a script of its own.
fn join_scripts(folder: &Path) -> Outcome {
    let entry = folder.join("index.js");
    let script = script::join(&entry)?;
    let service = folder.join("service");
    let for_services = script::join(&service.join("service.js"))?;
    tools::remove_folder(&service)?;
    for module in list(folder)? {
        if module.extension().is_some_and(|extension| extension == "js") {
            fs::remove_file(module)?;
        }
    }
    fs::write(folder.join("service.js"), for_services)?;
    Ok(fs::write(entry, script)?)
}

/// What draws and reads QR codes stays apart, since few pages need it: our own script, and the encoder and decoder from npm.
fn add_qr(places: &Places, folder: &Path) -> Outcome {
    let package = places.root.join("sdk/qr/node_modules/qr");
    let scripts = [
        (places.root.join("sdk/js/qr.js"), "qr.js"),
        (package.join("index.js"), "qr_encode.js"),
        (package.join("decode.js"), "qr_decode.js"),
    ];
    for (source, name) in scripts {
        let script = script::strip(&fs::read_to_string(source)?).replace("'./index.js'", "'./qr_encode.js'");
        fs::write(folder.join(name), script)?;
    }
    fs::copy(package.join("LICENSE"), folder.join("qr_license.txt"))?;
    Ok(())
}

/// Builds the server and returns its program.
pub(crate) fn build_server(places: &Places) -> Outcome<PathBuf> {
    timed("Building the server", || {
        Run::cargo(&places.root, &places.target).args(["build", "--locked", "--release", "--package", "passgate"]).go()
    })?;
    let program = places.target.join("release/passgate");
    if program.is_file() {
        return Ok(program);
    }
    Err(Failure::new(format!("The server was built, but {} is not there.", program.display())))
}

/// Trunk works offline, so that it never downloads a tool behind our back: the crates must be there before.
pub(crate) fn fetch_crates(places: &Places) -> Outcome {
    Run::cargo(&places.root, &places.target).args(["fetch", "--locked", "--quiet"]).go()
}

/// Several checkouts share one target folder, and cargo tells old from new by time: a checkout whose files are
/// older than another's build would be taken for built. So our own crates are forgotten when the checkout
/// changes; the dependencies, which take the time, stay.
pub(crate) fn claim_target(places: &Places) -> Outcome {
    let owner = places.target.join("passgate-checkout");
    let here = places.root.to_string_lossy();
    if fs::read_to_string(&owner).is_ok_and(|owner| owner == here) {
        return Ok(());
    }
    fs::create_dir_all(&places.target)?;
    for profile in profiles(places)? {
        for entry in list(&profile.join(".fingerprint"))? {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("passgate-") || name.starts_with("xtask-") {
                tools::remove_folder(&entry)?;
            }
        }
    }
    fs::write(owner, here.as_bytes())?;
    Ok(())
}

/// `debug`, `release` and the like, for this machine and for the browser.
fn profiles(places: &Places) -> Outcome<Vec<PathBuf>> {
    let mut profiles = list(&places.target)?;
    profiles.extend(list(&places.target.join(WASM_TARGET))?);
    Ok(profiles)
}

/// What lies in `folder`; an absent one is empty.
pub(crate) fn list(folder: &Path) -> Outcome<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    Ok(fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}

fn copy_files(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for path in list(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_files(&path, &target)?;
        } else {
            fs::copy(&path, target)?;
        }
    }
    Ok(())
}
