//! A PostgreSQL of one's own, for as long as the tests' process lives: a server in a temporary folder that listens on a Unix
//! socket, run by somebody who may do nothing else where the tests are run by root.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use backend::store::postgres::{Options, PostgresEngine};
use postgres::{Client, NoTls};

/// `nobody`, and Debian's `nogroup`.
const NOBODY: u32 = 65534;

/// Starts and stops the server as it is told, and takes everything away when nobody is left to tell.
const KEEPER: &str = r#"
trap '' INT TERM PIPE
folder=$1 programs=$2 options=$3
pg() { "$programs/pg_ctl" -D "$folder/data" -w -s -l "$folder/log" -o "$options" "$@" </dev/null >/dev/null && echo done; }
pg start
while read -r word; do
    case $word in
        start) pg start ;;
        stop) pg stop -m immediate ;;
    esac
done
pg stop -m immediate 2>/dev/null
rm -rf "$folder""#;

/// A database server for tests.
pub(crate) struct Server {
    folder: PathBuf,
    /// In the name of its socket; listened at where the settings say so.
    port: u16,
    keeper: Mutex<Keeper>,
    made: AtomicU32,
}

struct Keeper {
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Ends by itself, after this process: nobody waits for it.
    _shell: Child,
}

impl Server {
    /// The one of this process, started when it is first asked for. Panics where PostgreSQL is not installed.
    pub(crate) fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| Self::start("-c fsync=off -c full_page_writes=off"))
    }

    /// A server of one's own, with these settings.
    pub(crate) fn start(settings: &str) -> Self {
        Self::start_at(5432, settings)
    }

    /// The same, with a port of its own.
    pub(crate) fn start_at(port: u16, settings: &str) -> Self {
        let programs = programs().expect("PostgreSQL is installed (on Debian: `apt-get install postgresql`)");
        let folder = tempfile::Builder::new().prefix("passgate-pg-").tempdir().expect("a temporary folder").keep();
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        if is_root {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("the folder is given away");
        }
        let run = |program: &Path| {
            let mut command = Command::new(program);
            if is_root {
                command.uid(NOBODY).gid(NOBODY);
            }
            command.current_dir("/");
            command
        };
        let mut initdb = run(&programs.join("initdb"));
        initdb.args(["--username=passgate", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        let made = initdb.arg(folder.join("data")).stdout(Stdio::null()).status().expect("initdb runs");
        assert!(made.success(), "initdb failed");
        let options =
            format!("-k {} -p {port} -c listen_addresses= -c max_connections=300 {settings}", folder.display());
        let mut keeper = run(Path::new("/bin/sh"));
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(programs).arg(options);
        let mut keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let told = keeper.stdin.take().expect("piped");
        let answers = BufReader::new(keeper.stdout.take().expect("piped"));
        let mut keeper = Keeper { told, answers, _shell: keeper };
        keeper.wait();
        let server = Self { folder, port, keeper: Mutex::new(keeper), made: AtomicU32::new(0) };
        server.sql("postgres", "CREATE DATABASE pattern TEMPLATE template0");
        drop(PostgresEngine::open(&server.url("pattern"), Options::for_tests()).expect("the schema"));
        server
    }

    /// A new database with the schema in it; its URL.
    pub(crate) fn new_database(&self) -> String {
        // The engine that brought up the pattern may not have let go of it yet.
        let leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'pattern'";
        self.sql("postgres", leave);
        self.make("pattern")
    }

    /// A new database with nothing in it; its URL.
    pub(crate) fn new_empty_database(&self) -> String {
        self.make("template0")
    }

    fn make(&self, pattern: &str) -> String {
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {pattern}"));
        self.url(&name)
    }

    /// Ends the server in the middle of whatever it does.
    pub(crate) fn stop(&self) {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).tell("stop");
    }

    /// Starts it again.
    pub(crate) fn go_on(&self) {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner).tell("start");
    }

    fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://passgate@{folder}:{}/{database}", self.port)
    }

    /// Where its data lies.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Runs SQL as who may do everything.
    pub(crate) fn sql(&self, database: &str, sql: &str) {
        // On a thread of its own: the client does not run inside an event loop.
        let run = || Client::connect(&self.url(database), NoTls)?.batch_execute(sql);
        let ran = std::thread::scope(|scope| scope.spawn(run).join().expect("it does not panic"));
        ran.expect(sql);
    }
}

impl Keeper {
    fn tell(&mut self, word: &str) {
        writeln!(self.told, "{word}").expect("the keeper listens");
        self.wait();
    }

    fn wait(&mut self) {
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the keeper answers");
        assert_eq!(answer, "done\n", "PostgreSQL did not start or stop");
    }
}

/// Where the newest server of Debian's lies, or any other's.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest =
        versions.map(|version| version.path().join("bin")).filter(|folder| folder.join("initdb").is_file()).max();
    newest.or_else(|| Some(PathBuf::from("/usr/bin")).filter(|folder| folder.join("initdb").is_file()))
}
