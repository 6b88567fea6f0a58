//! What the browser downloads: every file of the SDK and of the portal as the server sends it, brotli 11.

use std::{fs, io::Write, path::Path};

use crate::{
    Outcome,
    report::{Goal, Report},
};

/// What every app loads of the SDK, kB.
const SDK: Goal = Goal::AtMost(30.0);
/// The rest is for browsers that cannot check signatures, and for codes to be seen by a camera.
const EVERY_APP: [&str; 2] = ["index.js", "passgate_sdk.wasm"];
/// The programs in browsers' pages, and what each one's wasm may weigh, kB. The first brings the scripts and pictures of all.
const PROGRAMS: [(&str, f64); 6] =
    [("buying", 200.0), ("having", 200.0), ("keeping", 200.0), ("desk", 300.0), ("workshop", 300.0), ("office", 300.0)];

/// Measures `sdk/dist` and the folders of `dist`.
pub(crate) fn measure() -> Outcome<Report> {
    let mut report = Report::default();
    add_files(&mut report, "SDK", Path::new("sdk/dist"), &["wasm", "js"])?;
    let sizes = EVERY_APP.map(|name| compressed_size(&fs::read(Path::new("sdk/dist").join(name))?));
    let sdk = sizes.into_iter().sum::<Outcome<f64>>()?;
    report.add_with_goal("SDK, what every app loads", sdk, "kB", SDK);
    for (name, limit) in PROGRAMS {
        let folder = Path::new("dist").join(name);
        let wasm = add_files(&mut report, name, &folder, &["wasm"])?;
        report.add_with_goal(format!("{name}, wasm"), wasm, "kB", Goal::AtMost(limit));
        let rest = add_files(&mut report, name, &folder, &["js", "css", "html", "svg"])?;
        report.add(format!("{name} in all"), wasm + rest, "kB");
    }
    Ok(report)
}

/// Adds each file of `folder` that has one of `extensions`; returns their sum in kB.
fn add_files(report: &mut Report, whose: &str, folder: &Path, extensions: &[&str]) -> Outcome<f64> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let mut sum = 0.0;
    for path in paths {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if extensions.contains(&extension) {
            let size = compressed_size(&fs::read(&path)?)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            report.add(format!("{whose}: {name}"), size, "kB");
            sum += size;
        }
    }
    Ok(sum)
}

/// In kB of 1,000 bytes.
#[expect(clippy::cast_precision_loss, reason = "files are far smaller than 2^52 bytes")]
fn compressed_size(content: &[u8]) -> Outcome<f64> {
    let mut compressed = brotli::CompressorWriter::new(Vec::new(), 65_536, 11, 22);
    compressed.write_all(content)?;
    Ok(compressed.into_inner().len() as f64 / 1000.0)
}
