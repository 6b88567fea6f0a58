//! The program as operators run it: its commands, its options, its outputs and exit statuses.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

#[path = "cli/backups.rs"]
mod backups;
#[path = "cli/operating.rs"]
mod operating;

const PASSWORD: &str = "correct horse battery staple";

fn passgate(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passgate"));
    command.args(arguments).env_clear().env("PASSGATE_DATA_DIR", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    passgate(folder, arguments).output().expect("the program runs")
}

/// The JSON of a command that must succeed.
#[track_caller]
fn succeed(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("the answer is JSON")
}

/// A command that must fail, saying `sentence` on standard error.
#[track_caller]
fn fail(folder: &Path, arguments: &[&str], sentence: &str) {
    check_failed(&run(folder, arguments), sentence);
}

#[track_caller]
fn check_failed(output: &Output, sentence: &str) {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && complaint.contains(sentence), "{sentence}: {output:?}");
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A running server.
struct Server {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output is ours"));
        let mut first = String::new();
        output.read_line(&mut first).expect("it says where it listens");
        let address = first.trim().strip_prefix("listening on http://").unwrap_or_default().to_owned();
        assert!(!address.is_empty(), "{first:?}");
        Self { child, output, address }
    }

    /// The answer's text, head and body.
    fn send(&self, method: &str, path: &str, body: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).expect("it listens");
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        let kind = format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        connection.write_all([head, kind, body.to_owned()].concat().as_bytes()).expect("it reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Stops it as an operator would; what it wrote.
    fn stop(mut self) -> (bool, String, String) {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().expect("there is kill");
        assert!(killed.success());
        let (mut output, mut log) = (String::new(), String::new());
        self.output.read_to_string(&mut output).expect("its output is text");
        self.child.stderr.take().expect("its log is ours").read_to_string(&mut log).expect("its log is text");
        (self.child.wait().expect("it ends").success(), output, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A story that failed leaves no server behind; one that was stopped is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_says_where_it_listens_and_ends_in_order() {
    let folder = folder();
    let server = Server::start(passgate(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(server.send("GET", "/healthz", "").starts_with("HTTP/1.1 200"));
    assert!(server.send("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    fail(folder.path(), &["serve", "--listen", "127.0.0.1:0"], "another passgate process");
    let (in_order, output, log) = server.stop();
    assert!(in_order, "{log}");
    assert_eq!(output, "");
    assert!(log.contains("stopped"), "{log}");
    let again = Server::start(passgate(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(again.send("GET", "/readyz", "").starts_with("HTTP/1.1 200"), "the store was left in order");
}

#[test]
fn the_demo_has_what_it_says_and_its_log_holds_no_secrets() {
    let folder = folder();
    let demo = || {
        let mut command = passgate(folder.path(), &["demo", "--listen", "127.0.0.1:0", "--log", "json"]);
        command.env("PASSGATE_DEMO_PASSWORD", PASSWORD).env("RUST_LOG", "debug");
        Server::start(command)
    };
    let server = demo();
    let credentials = json!({"email": "customer@example.com", "password": PASSWORD}).to_string();
    let answer = server.send("POST", "/api/v1/session", &credentials);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("__Host-passgate=ses_"), "{answer}");
    assert!(server.send("POST", "/api/v1/session", &credentials.replace("staple", "nail")).starts_with("HTTP/1.1 401"));
    assert!(server.send("GET", "/api/v1/products", "").contains("sketchpad"));
    let (in_order, output, log) = server.stop();
    assert!(in_order && output.contains("customer@example.com, owner@example.com"), "{output}");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
    assert!(log.contains("\"request_id\":\"req_"), "{log}");
    for secret in [PASSWORD, "staple", "ses_", "customer@example.com", "argon2"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    let again = demo();
    assert!(again.send("GET", "/healthz", "").starts_with("HTTP/1.1 200"));
    let (_, output, _) = again.stop();
    assert!(output.contains("as when the store was made"), "{output}");
}

#[test]
fn vendors_members_and_keys_are_managed_without_a_browser() {
    let folder = folder();
    let folder = folder.path();
    let vendor = succeed(folder, &["vendor", "add", "acme", "--name", "Acme Studio"]);
    assert_eq!(vendor["slug"], "acme");
    assert!(vendor["vendor_id"].as_str().is_some_and(|id| id.starts_with("ven_")));
    fail(folder, &["vendor", "add", "acme", "--name", "Again"], "there is a vendor acme already");
    fail(folder, &["vendor", "add", "Acme!", "--name", "Wrong"], "lower-case letters");
    fail(folder, &["vendor", "add", "other", "--name", " "], "1 to 100 characters");
    fail(folder, &["member", "add", "a@example.com", "--vendor", "nobody"], "no vendor nobody");
    fail(folder, &["member", "add", "a@example.com", "--vendor", "acme"], "nobody has signed up");
    let keys = succeed(folder, &["keys", "list", "acme"]);
    let states: BTreeSet<_> =
        keys["keys"].as_array().expect("keys").iter().map(|key| key["state"].to_string()).collect();
    assert_eq!(states, ["\"active\"", "\"next\""].map(str::to_owned).into());
    succeed(folder, &["keys", "rotate", "acme"]);
    fail(folder, &["keys", "rotate", "acme"], "Verifiers may not know this key yet");
    fail(folder, &["keys", "list", "nobody"], "no vendor nobody");
    assert_eq!(succeed(folder, &["check"]), json!({"consistent": true, "faults": []}));
    let elsewhere = folder.join("misspelt");
    fail(&elsewhere, &["check"], "there is no store at");
    assert!(!elsewhere.exists(), "nothing is made by looking");
}

#[test]
fn a_pass_is_judged_and_its_refusal_is_a_failure() {
    let folder = folder();
    let output = run(folder.path(), &["verify", "not a pass", "--json"]);
    check_failed(&output, "the pass is refused");
    let judgement: Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
    assert_eq!((&judgement["valid"], &judgement["code"]), (&json!(false), &json!("MALFORMED")));
}

#[test]
fn the_openapi_document_is_printed() {
    let folder = folder();
    let output = run(folder.path(), &["openapi"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("the document is JSON");
    assert_eq!((output.status.success(), &document["openapi"]), (true, &json!("3.1.0")));
}

#[test]
fn an_option_beats_the_environment_and_that_the_file() {
    let folder = folder();
    let file = folder.path().join("passgate.toml");
    std::fs::write(&file, "public_url = \"https://file.example\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n")
        .expect("a file");
    let issuer = |slug: &str, environment: Option<&str>, option: &[&str]| {
        let mut command = passgate(folder.path(), &["vendor", "add", slug, "--name", "A", "--json"]);
        command.args(option).arg("--config").arg(&file);
        environment.map(|url| command.env("PASSGATE_PUBLIC_URL", url));
        let output = command.output().expect("the program runs");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        answer["issuer"].clone()
    };
    assert_eq!(issuer("a", None, &[]), "https://file.example/v/a");
    assert_eq!(issuer("b", Some("https://env.example"), &[]), "https://env.example/v/b");
    let option = ["--public-url", "https://option.example"];
    assert_eq!(issuer("c", Some("https://env.example"), &option), "https://option.example/v/c");
    std::fs::write(&file, "colour = \"red\"\n").expect("a file");
    fail(folder.path(), &["check", "--config", file.to_str().expect("a plain path")], "unknown field `colour`");
}

#[test]
fn what_cannot_be_served_is_said_in_a_sentence() {
    let folder = folder();
    let serve = |option: &str, value: &str, sentence: &str| {
        fail(folder.path(), &["serve", "--listen", "127.0.0.1:0", option, value], sentence);
    };
    serve("--database-url", "postgres://passgate@%2Fnowhere/passgate", "passgate at /nowhere cannot be opened");
    serve("--public-url", "http://licenses.example.com", "must be https");
    serve("--public-url", "https://licenses.example.com/", "no slash at the end");
    serve("--rate-limits", "perhaps", "possible values: on, off");
    serve("--trusted-proxies", "everybody", "expected an address");
    fail(folder.path(), &["serve", "--listen", "0.0.0.0:0"], "must be https");
}

#[test]
fn the_master_key_is_made_once_for_its_owner_alone_and_missed_when_it_is_gone() {
    let folder = folder();
    succeed(folder.path(), &["vendor", "add", "acme", "--name", "Acme"]);
    let file = folder.path().join("master.key");
    let key = std::fs::read_to_string(&file).expect("the key was made");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("it is a file").permissions());
    assert_eq!((key.trim().len(), mode & 0o777), (43, 0o600));
    succeed(folder.path(), &["keys", "list", "acme"]);
    assert_eq!(std::fs::read_to_string(&file).expect("it is still there"), key);
    std::fs::remove_file(&file).expect("it can be removed");
    fail(folder.path(), &["keys", "list", "acme"], "bring it back");
    assert!(!file.exists(), "no other key takes its place");
    let output = passgate(folder.path(), &["keys", "list", "acme"]).env("PASSGATE_MASTER_KEY", key.trim()).output();
    assert!(output.expect("the program runs").status.success(), "the environment may hold it");
    let output = passgate(folder.path(), &["keys", "list", "acme"]).env("PASSGATE_MASTER_KEY", "short").output();
    check_failed(&output.expect("the program runs"), "43 characters");
}

#[test]
fn a_forgotten_password_is_helped_by_the_operator() {
    let folder = folder();
    let mut demo = passgate(folder.path(), &["demo", "--listen", "127.0.0.1:0", "--rate-limits", "off"]);
    demo.env("PASSGATE_DEMO_PASSWORD", PASSWORD);
    let demo = Server::start(demo);
    // Answered once it serves, and hears signals.
    assert!(demo.send("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    assert!(demo.stop().0);
    let url = ["--public-url", "https://licenses.example.com"];
    let made = succeed(folder.path(), &[&["account", "reset-link", "Customer@example.com"], &url[..]].concat());
    let link = made["url"].as_str().expect("a link");
    let token = link.strip_prefix("https://licenses.example.com/reset#").expect("a link to the portal").to_owned();
    fail(folder.path(), &["account", "reset-link", "nobody@example.com"], "nobody has signed up");

    let server = Server::start(passgate(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    let redeem = json!({"token": token, "password": "quite another password"}).to_string();
    let redeem = || server.send("POST", "/api/v1/password-resets/redeem", &redeem);
    assert!(redeem().starts_with("HTTP/1.1 204"), "the link sets a password");
    assert!(redeem().starts_with("HTTP/1.1 404"), "once");
    let sign_in = |password: &str| {
        let body = json!({"email": "customer@example.com", "password": password}).to_string();
        server.send("POST", "/api/v1/session", &body)
    };
    assert!(sign_in(PASSWORD).starts_with("HTTP/1.1 401"));
    assert!(sign_in("quite another password").starts_with("HTTP/1.1 200"));
    assert!(server.stop().0);
}

#[test]
fn mail_is_configured_by_two_options_and_a_password_stays_secret() {
    let folder = folder();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let with = |more: &[&str], env: &[(&str, &str)]| {
        let mut command = passgate(folder.path(), &[&serve, more].concat());
        command.envs(env.iter().copied());
        command
    };
    let failing = |more: &[&str], env: &[(&str, &str)], sentence: &str| {
        let output = with(more, env).output().expect("the program runs");
        check_failed(&output, sentence);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"), "{output:?}");
    };
    failing(&["--smtp-url", "smtp://mail.example.com"], &[], "--mail-from");
    failing(&[], &[("PASSGATE_SMTP_URL", "smtp://mail.example.com")], "--mail-from");
    failing(&["--mail-from", "nobody"], &[], "e-mail address");
    failing(&["--mail-from", "a@b.example"], &[("PASSGATE_SMTP_URL", "http://a:hunter2@b")], "must look like smtp://");
    let help = run(folder.path(), &["serve", "--help"]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("PASSGATE_SMTP_URL"));
    let file = folder.path().join("passgate.toml");
    let text = "smtp_url = \"smtps://user:hunter2@mail.example.com\"\nmail_from = \"Licenses <l@example.com>\"\n";
    std::fs::write(&file, text).expect("the file is written");
    let server = Server::start(with(&["--config", &file.to_string_lossy()], &[]));
    assert!(server.send("GET", "/api/v1/instance", "").contains("\"mail\":true"));
    let (is_fine, out, log) = server.stop();
    assert!(is_fine && !out.contains("hunter2") && !log.contains("hunter2"), "{log}");
}
