//! The programs that run in the pages. Each is a folder of its own, so that nobody downloads what is not for them.

use rust_embed_for_web::RustEmbed;

use super::file::File;

#[derive(RustEmbed)]
#[folder = "../dist/buying"]
#[allow_missing = true]
struct Buying;

#[derive(RustEmbed)]
#[folder = "../dist/having"]
#[allow_missing = true]
struct Having;

#[derive(RustEmbed)]
#[folder = "../dist/keeping"]
#[allow_missing = true]
struct Keeping;

#[derive(RustEmbed)]
#[folder = "../dist/desk"]
#[allow_missing = true]
struct Desk;

#[derive(RustEmbed)]
#[folder = "../dist/workshop"]
#[allow_missing = true]
struct Workshop;

#[derive(RustEmbed)]
#[folder = "../dist/office"]
#[allow_missing = true]
struct Office;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// What leads a customer to a license.
    Buying,
    /// What a customer does with it.
    Having,
    /// What stays with a customer.
    Keeping,
    /// A vendor's customers, and what happens.
    Desk,
    /// What a vendor sells, and how that is run.
    Workshop,
    /// Where a vendor's team enters, who may act there, and what is set.
    Office,
}

impl Program {
    pub(super) const ALL: [Self; 6] =
        [Self::Buying, Self::Having, Self::Keeping, Self::Desk, Self::Workshop, Self::Office];
    /// Those whose files are at the root. What they share has one name, and is in the first.
    pub(super) const AT_ROOT: [Self; 3] = [Self::Buying, Self::Having, Self::Keeping];
    /// Those whose files are below `/admin`.
    pub(super) const AT_ADMIN: [Self; 3] = [Self::Desk, Self::Workshop, Self::Office];

    /// The page that it runs in.
    pub(super) fn first_page(self) -> Option<File> {
        self.find("index.html")
    }

    /// The file at `path` of the first of `programs` that has it; no page.
    pub(super) fn find_file(programs: &[Self], path: &str) -> Option<File> {
        programs.iter().find_map(|program| program.find(path)).filter(|file| !file.is_html())
    }

    fn find(self, path: &str) -> Option<File> {
        match self {
            Self::Buying => File::find::<Buying>(path),
            Self::Having => File::find::<Having>(path),
            Self::Keeping => File::find::<Keeping>(path),
            Self::Desk => File::find::<Desk>(path),
            Self::Workshop => File::find::<Workshop>(path),
            Self::Office => File::find::<Office>(path),
        }
    }
}
