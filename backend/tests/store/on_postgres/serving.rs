//! The program on a database that goes away: who asks is told so at once, and it goes on by itself when the database is back.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::server::Server;

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &std::path::Path, url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_passgate"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--rate-limits", "off"]);
        command.env_clear().env("PASSGATE_DATA_DIR", folder).env("PASSGATE_DATABASE_URL", url).env("RUST_LOG", "off");
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut first = String::new();
        let read = BufReader::new(child.stdout.take().expect("its output is ours")).read_line(&mut first);
        read.expect("it says where it listens");
        let address = first.trim().strip_prefix("listening on http://").expect("an address").to_owned();
        Self { child, address }
    }

    /// The answer's text, head and body.
    fn send(&self, method: &str, path: &str, body: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).expect("it listens");
        let Self { address, .. } = self;
        let kind = format!("Content-Type: application/json\r\nContent-Length: {}", body.len());
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{kind}\r\n\r\n{body}");
        connection.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("it answers");
        answer
    }

    fn sign_up(&self, name: &str) -> String {
        let person =
            json!({"email": format!("{name}@example.com"), "password": "a long enough password", "name": name});
        self.send("POST", "/api/v1/accounts", &person.to_string())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn check(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
}

#[test]
fn who_asks_while_the_database_is_away_is_told_to_come_back_and_nothing_need_be_restarted() {
    let (folder, server) = (tempfile::tempdir().expect("a temporary folder"), Server::start("-c fsync=off"));
    let url = server.new_database();
    let nodes = [Serving::start(folder.path(), &url), Serving::start(folder.path(), &url)];
    check(&nodes[0].sign_up("before"), 201);
    check(&nodes[1].sign_up("before"), 409);
    server.stop();
    for node in &nodes {
        for answer in
            [node.sign_up("meanwhile"), node.send("GET", "/api/v1/products", ""), node.send("GET", "/readyz", "")]
        {
            check(&answer, 503);
            assert!(answer.to_ascii_lowercase().contains("retry-after: "), "{answer}");
            assert!(answer.contains("UNAVAILABLE"), "{answer}");
        }
        check(&node.send("GET", "/healthz", ""), 200);
    }
    server.go_on();
    for (node, name) in nodes.iter().zip(["one", "two"]) {
        check(&node.send("GET", "/readyz", ""), 200);
        check(&node.sign_up(name), 201);
        check(&node.sign_up("before"), 409);
    }
}
