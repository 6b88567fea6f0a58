//! Backups: made beside a running server, brought back whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use super::{PASSWORD, Server, check_failed, fail, folder, passgate, succeed};

/// A folder with the demo in it, and a backup of that.
struct Kept {
    folder: TempDir,
    backup: PathBuf,
}

impl Kept {
    fn new() -> Self {
        let folder = folder();
        succeed(folder.path(), &["vendor", "add", "acme", "--name", "Acme"]);
        let backup = folder.path().join("acme.backup");
        succeed(folder.path(), &["backup", "--to", text(&backup)]);
        Self { folder, backup }
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }

    #[track_caller]
    fn refused(&self, folder: &Path, from: &Path, sentence: &str) {
        let key = self.key();
        fail(folder, &["restore", "--from", text(from), "--master-key-file", text(&key)], sentence);
        let left = files(folder);
        assert!(left.iter().all(|name| name == "passgate.db.lock"), "{left:?}");
    }
}

/// The names of what is in a folder.
fn files(folder: &Path) -> Vec<OsString> {
    fs::read_dir(folder).expect("it is there").map(|file| file.expect("a file").file_name()).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

fn demo(folder: &Path) -> Server {
    let mut command = passgate(folder, &["demo", "--listen", "127.0.0.1:0", "--rate-limits", "off"]);
    command.env("PASSGATE_DEMO_PASSWORD", PASSWORD);
    Server::start(command)
}

#[test]
fn a_backup_is_made_beside_the_running_server_and_brings_everything_back() {
    let (old, new) = (folder(), folder());
    let server = demo(old.path());
    assert!(server.send("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    let backup = old.path().join("today.backup");
    // Somebody signs up all the while.
    let made = std::thread::scope(|scope| {
        let signing_up = scope.spawn(|| {
            for number in 0..12 {
                let body =
                    json!({"email": format!("c{number}@example.com"), "password": PASSWORD, "name": "C"}).to_string();
                assert!(server.send("POST", "/api/v1/accounts", &body).starts_with("HTTP/1.1 201"));
            }
        });
        let mut made = succeed(old.path(), &["backup", "--to", text(&backup)]);
        while !signing_up.is_finished() {
            made = succeed(old.path(), &["backup", "--to", text(&backup)]);
        }
        made
    });
    assert_eq!((&made["counts"]["vendors"], &made["master_key_included"]), (&json!(1), &json!(false)));
    assert_eq!(fs::metadata(&backup).expect("it is there").permissions().mode() & 0o777, 0o600);
    assert!(old.path().join("last-backup.json").exists() && !old.path().join("today.backup.unfinished").exists());
    let bytes = fs::read(&backup).expect("readable");
    let key = fs::read_to_string(old.path().join("master.key")).expect("the key");
    assert!(!bytes.windows(43).any(|part| part == key.trim().as_bytes()), "the master key is in the backup");
    assert!(server.stop().0);

    let restore = ["restore", "--from", text(&backup)];
    fail(new.path(), &restore, "its installation's master key only");
    let mut stranger = passgate(new.path(), &restore);
    let stranger = stranger.env("PASSGATE_MASTER_KEY", "A".repeat(43)).output().expect("the program runs");
    check_failed(&stranger, "does not fit this backup");
    assert!(!new.path().join("passgate.db").exists());
    fs::copy(old.path().join("master.key"), new.path().join("master.key")).expect("the key is brought along");
    assert_eq!(succeed(new.path(), &restore)["counts"], made["counts"]);
    let rest: Vec<_> =
        files(new.path()).into_iter().filter(|name| name.to_string_lossy().contains("restoring")).collect();
    assert!(rest.is_empty(), "{rest:?}");
    assert_eq!(succeed(new.path(), &["check"])["consistent"], json!(true));
    let server = demo(new.path());
    let credentials = json!({"email": "customer@example.com", "password": PASSWORD}).to_string();
    assert!(server.send("POST", "/api/v1/session", &credentials).starts_with("HTTP/1.1 200"));
}

#[test]
fn a_store_is_not_restored_over_unless_that_is_said_and_then_it_is_kept() {
    let (kept, other) = (Kept::new(), folder());
    succeed(other.path(), &["vendor", "add", "beta", "--name", "Beta"]);
    let own_key = fs::read(other.path().join("master.key")).expect("its key");
    let key = kept.key();
    let restore = ["restore", "--from", text(&kept.backup), "--master-key-file", text(&key)];
    fail(other.path(), &restore, "say --replace, which keeps the old store beside");
    succeed(other.path(), &["keys", "list", "beta"]);
    let done = succeed(other.path(), &[&restore[..], &["--replace"]].concat());
    let old = PathBuf::from(done["replaced"].as_str().expect("where the old one is"));
    let mut command = passgate(other.path(), &["keys", "list", "acme", "--master-key-file", text(&key)]);
    assert!(command.output().expect("the program runs").status.success());
    // The old one is as it was, with its own key.
    fs::write(old.join("master.key"), own_key).expect("the key is put beside");
    succeed(&old, &["keys", "list", "beta"]);

    let server = Server::start(passgate(kept.folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    let again = ["restore", "--from", text(&kept.backup), "--replace"];
    fail(kept.folder.path(), &again, "another passgate process uses");
    assert!(server.send("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn what_is_no_whole_backup_is_refused_and_leaves_nothing() {
    let (kept, new) = (Kept::new(), folder());
    let whole = fs::read(&kept.backup).expect("readable");
    let from = kept.folder.path().join("other");
    let refused = |bytes: &[u8], sentence: &str| {
        fs::write(&from, bytes).expect("writable");
        kept.refused(new.path(), &from, sentence);
    };
    refused(b"", "is no backup of Passgate's");
    refused(b"A letter, and nothing that anybody could bring back.", "is no backup of Passgate's");
    refused(&whole[..whole.len() / 2], "ends too early");
    refused(&whole[..whole.len() - 1], "ends too early");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    refused(&changed, "was changed or damaged");
    // A store in front of another backup's manifest.
    let mut longer = vec![0; 4096];
    longer.extend(&whole);
    refused(&longer, "was changed or damaged");
    kept.refused(new.path(), Path::new("/nowhere.backup"), "/nowhere.backup cannot be read");
    let store = kept.folder.path().join("passgate.db");
    kept.refused(new.path(), &store, "ends too early");
    fail(kept.folder.path(), &["backup", "--to", text(&store)], "is there already and is no backup");
    fail(new.path(), &["backup", "--to", text(&from), "--master-key-file", text(&kept.key())], "there is no store at");
}

#[test]
fn a_restore_that_is_killed_is_finished_by_the_next_and_no_server_starts_before() {
    fn borrow(arguments: &[String]) -> Vec<&str> {
        arguments.iter().map(String::as_str).collect()
    }

    let kept = Kept::new();
    let key = kept.key();
    let with_key = |arguments: &[&'static str]| -> Vec<String> {
        let arguments = arguments.iter().chain(&["--master-key-file"]).map(|argument| (*argument).to_owned());
        arguments.chain([text(&key).to_owned()]).collect()
    };
    let restore = [with_key(&["restore"]), vec!["--from".to_owned(), text(&kept.backup).to_owned()]].concat();
    for round in 0..6 {
        let new = folder();
        let (store, restoring) = (new.path().join("passgate.db"), new.path().join("passgate.db.restoring"));
        let mut child = passgate(new.path(), &borrow(&restore)).spawn().expect("the program runs");
        while !restoring.exists() && child.try_wait().expect("it can be asked").is_none() {
            std::thread::yield_now();
        }
        for _ in 0..round * 2000 {
            std::thread::yield_now();
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it has gone");
        if restoring.exists() {
            let sentence = "was not finished: run `passgate restore` again";
            fail(new.path(), &borrow(&with_key(&["serve", "--listen", "127.0.0.1:0"])), sentence);
            assert!(!store.exists());
        }
        if !store.exists() {
            succeed(new.path(), &borrow(&restore));
        }
        assert!(!restoring.exists());
        succeed(new.path(), &borrow(&with_key(&["check"])));
        succeed(new.path(), &borrow(&with_key(&["keys", "list", "acme"])));
    }
}

#[test]
fn an_installation_is_copied_from_its_folder_into_another_while_nothing_serves_it() {
    let (old, new) = (folder(), folder());
    let server = demo(old.path());
    let place = |folder: &Path| format!("sqlite:{}", text(folder));
    let (from, to) = (place(old.path()), place(new.path()));
    let copy = ["copy", "--from", &from, "--to", &to];
    fail(new.path(), &copy, "stop it first");
    assert!(server.stop().0);

    let copied = succeed(new.path(), &copy);
    assert_eq!((&copied["consistent"], &copied["tables"]["vendors"]), (&json!(true), &json!(1)));
    fail(new.path(), &copy, "copy into an empty database");
    fail(new.path(), &["copy", "--from", &place(&old.path().join("elsewhere")), "--to", &to], "there is no store at");
    fs::copy(old.path().join("master.key"), new.path().join("master.key")).expect("the key is brought along");
    assert_eq!(succeed(new.path(), &["check"])["consistent"], json!(true));
}
