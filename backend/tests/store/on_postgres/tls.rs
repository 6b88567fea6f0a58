//! On the way to the database: who is let listen, and who is believed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use backend::store::postgres::{Options, PostgresEngine};

use crate::database::apart;
use crate::server::Server;

/// A certificate with its key, by `openssl`, which Debian's PostgreSQL brings along.
fn certify(folder: &Path, name: &str, more: &[&str]) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
    openssl.args(["-subj", &format!("/CN={name}"), "-out", &format!("{name}.crt"), "-keyout", &format!("{name}.key")]);
    let made = openssl.args(more).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(made.expect("there is openssl").success(), "{name}");
}

/// A server that speaks TLS only, with a certificate of our own authority's for 127.0.0.1 alone; the URL before `?`.
fn speaking_tls(folder: &Path) -> (Server, String) {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let server = Server::start_at(port, "-c fsync=off -c listen_addresses=127.0.0.1,127.0.0.2");
    certify(folder, "authority", &["-addext", "keyUsage=critical,keyCertSign"]);
    certify(folder, "stranger", &["-addext", "keyUsage=critical,keyCertSign"]);
    let names = ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=IP:127.0.0.1"];
    certify(folder, "server", &[&["-CA", "authority.crt", "-CAkey", "authority.key"][..], &names].concat());
    let owner = fs::metadata(server.data()).expect("its folder");
    for file in ["server.crt", "server.key"] {
        let there = server.data().join(file);
        fs::copy(folder.join(file), &there).expect("copied");
        chown(&there, Some(owner.uid()), Some(owner.gid())).expect("given");
        fs::set_permissions(&there, fs::Permissions::from_mode(0o600)).expect("ours");
    }
    let who = "local all all trust\nhostssl all all all scram-sha-256\n";
    fs::write(server.data().join("pg_hba.conf"), who).expect("written");
    fs::write(server.data().join("postgresql.auto.conf"), "ssl = on\n").expect("written");
    server.stop();
    server.go_on();
    server.sql("postgres", "ALTER ROLE passgate PASSWORD 'a secret'");
    let database = server.new_database().rsplit_once('/').expect("a URL").1.to_owned();
    let url = format!("postgres://passgate:a%20secret@127.0.0.1:{port}/{database}");
    (server, url)
}

#[track_caller]
fn open(url: &str) -> Result<(), String> {
    let options = Options { writers: 1, readers: 1, ..Options::for_tests() };
    apart(|| PostgresEngine::open(url, options).map(drop).map_err(|error| error.to_string()))
}

#[track_caller]
fn check_refused(url: &str, sentence: &str) {
    let refused = open(url).expect_err(sentence);
    assert!(refused.contains(sentence) && !refused.contains("secret"), "{sentence}: {refused}");
    assert_eq!(refused.lines().count(), 1, "{refused}");
}

#[test]
fn sslmode_says_who_may_listen_and_who_is_believed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_server, url) = speaking_tls(folder.path());
    let root = |name: &str| format!("sslrootcert={}", folder.path().join(name).display());
    for asked in ["", "?sslmode=prefer", "?sslmode=require"] {
        assert_eq!(open(&format!("{url}{asked}")), Ok(()), "{asked:?}");
    }
    let verified = format!("{url}?sslmode=verify-full&{}", root("authority.crt"));
    assert_eq!(open(&verified), Ok(()));
    assert_eq!(open(&verified.replace("verify-full", "verify-ca")), Ok(()));
    check_refused(&format!("{url}?sslmode=disable"), "no encryption");
    check_refused(&verified.replace("authority.crt", "stranger.crt"), "invalid peer certificate");
    check_refused(&verified.replace("127.0.0.1", "127.0.0.2"), "invalid peer certificate");
    assert_eq!(open(&url.replace("127.0.0.1", "127.0.0.2")), Ok(()), "who does not ask is told nothing");
    check_refused(&format!("{url}?sslmode=verify-full"), "invalid peer certificate");
    check_refused(&format!("{url}?sslmode=verify-full&{}", root("nobody.crt")), "nobody.crt");
    check_refused(&url.replace("a%20secret", "another"), "password authentication failed");
    check_refused(&format!("{url}?sslmode=verify-full&sslcert=mine.crt"), "sslcert");
    check_refused(&format!("{url}?sslmode=perhaps"), "is not one of PostgreSQL's");
}

#[test]
fn a_server_without_tls_is_refused_to_who_wants_it() {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let server = Server::start_at(port, "-c fsync=off -c listen_addresses=127.0.0.1");
    let database = server.new_database();
    // A socket of this machine needs none.
    assert_eq!(open(&format!("{database}?sslmode=require")), Ok(()));
    let url = format!("postgres://passgate@127.0.0.1:{port}/{}", database.rsplit_once('/').expect("a URL").1);
    assert_eq!(open(&url), Ok(()));
    for asked in ["require", "verify-full"] {
        check_refused(&format!("{url}?sslmode={asked}"), "TLS");
    }
}
