//! How long it takes from the command to the first answer.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use crate::{
    Outcome,
    report::{Goal, Report},
};

/// Starts of the server; the median counts.
const STARTS: usize = 11;

/// Measures `cargo xtask run` when nothing changed, and `passgate serve` on an existing store.
pub(crate) fn measure() -> Outcome<Report> {
    let store = env::temp_dir().join(format!("passgate-bench-{}", std::process::id()));
    let figures = measure_in(&store);
    fs::remove_dir_all(&store)?;
    figures
}

fn measure_in(store: &PathBuf) -> Outcome<Report> {
    let server = env::var_os("PASSGATE_BIN").ok_or("PASSGATE_BIN names no server; `cargo xtask bench` sets it")?;
    let options = |command: &mut Command| {
        command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(store);
    };

    let mut run = Command::new("cargo");
    options(run.args(["xtask", "run", "--"]));
    let run = time_to_answer(run)?;

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let mut serve = Command::new(&server);
        options(serve.arg("serve"));
        starts.push(time_to_answer(serve)?);
    }
    starts.sort_by(f64::total_cmp);
    let median = *starts.get(STARTS / 2).ok_or("the server was not started")?;

    let mut report = Report::default();
    report.add_with_goal("cargo xtask run, nothing changed", run, "ms", Goal::AtMost(5000.0));
    report.add_with_goal("passgate serve, existing store", median, "ms", Goal::AtMost(200.0));
    Ok(report)
}

/// Milliseconds from starting `command` to the first good answer from the address that it prints.
fn time_to_answer(mut command: Command) -> Outcome<f64> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let answer = first_answer(&mut child);
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    child.kill()?;
    child.wait()?;
    answer.map(|()| milliseconds)
}

fn first_answer(child: &mut Child) -> Outcome<()> {
    let output = child.stdout.take().ok_or("the server has no output")?;
    for line in BufReader::new(output).lines() {
        if let Some(address) = line?.trim().strip_prefix("listening on http://") {
            let mut connection = TcpStream::connect(address)?;
            write!(connection, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            connection.read_to_string(&mut answer)?;
            if answer.starts_with("HTTP/1.1 200") {
                return Ok(());
            }
            return Err(format!("/healthz answered {answer}").into());
        }
    }
    Err("the server stopped before it listened".into())
}
