//! Writes `tests/vectors/*.json` anew from the generator that the tests hold them against.

use std::path::Path;

#[path = "../tests/vectors/cases/all.rs"]
mod cases;
#[path = "../tests/vectors/forge.rs"]
mod forge;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    std::fs::create_dir_all(&folder)?;
    for (name, file) in cases::all() {
        let text = serde_json::to_string_pretty(&file).map_err(std::io::Error::other)?;
        std::fs::write(folder.join(format!("{name}.json")), text + "\n")?;
    }
    Ok(())
}
