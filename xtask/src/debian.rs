//! Packages of the distribution: installed only where something is missing, as root or by `sudo`.

use crate::{
    places::Places,
    shell::{Failure, Outcome, Run},
};

/// Installs `packages`; `need` begins the sentence that says who needs them.
pub(crate) fn install(places: &Places, packages: &[&str], need: &str) -> Outcome {
    let names = packages.join(" ");
    println!("Installing {} (once)…", packages.join(", "));
    apt_get(places, &["update", "-qq"])
        .and_then(|()| apt_get(places, &[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat()))
        .map_err(|_| {
            Failure::new(format!(
                "{need} {names}, which could not be installed here. Install them (on Debian: `apt-get install {names}`) \
                 and try again."
            ))
        })
}

fn apt_get(places: &Places, arguments: &[&str]) -> Outcome {
    let is_root = Run::new("id", &places.root).args(["-u"]).read()?.trim() == "0";
    let run = if is_root {
        Run::new("apt-get", &places.root)
    } else {
        Run::new("sudo", &places.root).args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"])
    };
    run.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").go()
}
