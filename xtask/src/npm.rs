//! Packages from npm, as a folder's lock file names them; no script of theirs is run.

use crate::{
    debian,
    fresh::Stamp,
    places::{Places, is_on_path},
    shell::{Outcome, Run},
};

/// Installs what `folder`'s lock file names into its `node_modules`, unless it is there.
pub(crate) fn install_packages(places: &Places, folder: &str) -> Outcome {
    let inputs = [format!("{folder}/package.json"), format!("{folder}/package-lock.json")];
    let marker = format!("{folder}/node_modules/.package-lock.json");
    let name = format!("npm-{}", folder.replace('/', "-"));
    Stamp::new(places, &name, &inputs.each_ref().map(String::as_str), &marker, "").unless_fresh(|| {
        let missing = missing_debian_packages();
        if !missing.is_empty() {
            debian::install(places, &missing, "The SDK is built with packages from npm. It needs")?;
        }
        println!("Installing the npm packages of {folder}…");
        Run::new("npm", &places.root.join(folder)).args(["ci", "--ignore-scripts", "--silent"]).go()
    })
}

/// What npm needs and this machine lacks.
pub(crate) fn missing_debian_packages() -> Vec<&'static str> {
    [("node", "nodejs"), ("npm", "npm")]
        .into_iter()
        .filter(|(program, _)| !is_on_path(program))
        .map(|(_, package)| package)
        .collect()
}
