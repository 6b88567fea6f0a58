//! `passgate serve` as a process of its own, whose memory can be looked at.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::Outcome;

/// A running server; it ends when this is dropped.
pub(crate) struct Server {
    child: Child,
}

/// The program that is measured.
pub(crate) fn program() -> Outcome<Command> {
    let program = env::var_os("PASSGATE_BIN").ok_or("PASSGATE_BIN names no server; `cargo xtask bench` sets it")?;
    Ok(Command::new(program))
}

/// An address that nobody listens at.
pub(crate) fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The processor's time that a process took, in seconds.
pub(crate) fn processor_of(process: u32) -> Outcome<f64> {
    let line = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // Behind the program's name, which may have spaces: in hundredths of a second, as Linux counts for programs.
    let (_, rest) = line.rsplit_once(") ").ok_or("no name in a process's line")?;
    let times = rest.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(times.collect::<Result<Vec<_>, _>>()?.iter().sum::<f64>() / 100.0)
}

impl Server {
    /// Serves the store in `folder` at `address`.
    pub(crate) fn start(folder: &Path, address: SocketAddr) -> Outcome<Self> {
        Self::start_with(folder, address, &[])
    }

    /// The same, with more options.
    pub(crate) fn start_with(folder: &Path, address: SocketAddr, options: &[&str]) -> Outcome<Self> {
        let mut serve = program()?;
        serve
            .args(["serve", "--rate-limits", "off", "--listen"])
            .arg(address.to_string())
            .arg("--data-dir")
            .arg(folder);
        serve.args(options);
        let mut server = Self { child: serve.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()? };
        let output = server.child.stdout.take().ok_or("the server has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        if line.starts_with("listening on") { Ok(server) } else { Err(format!("the server says {line:?}").into()) }
    }

    /// The processor's time that it took, in seconds.
    pub(crate) fn processor(&self) -> Outcome<f64> {
        processor_of(self.child.id())
    }

    /// Its memory, in bytes: what it has now, and the most that it had.
    pub(crate) fn memory(&self) -> Outcome<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let read = |name: &str| -> Outcome<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in its status")?;
            Ok(line.split_whitespace().next().ok_or("nothing behind it")?.parse::<f64>()? * 1024.0)
        };
        Ok((read("VmRSS:")?, read("VmHWM:")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
