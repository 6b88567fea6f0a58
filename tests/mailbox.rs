//! A mail server that keeps what it is handed, and refuses what it is told to refuse.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a story waits for a mail that must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// The server; clones are the same one.
#[derive(Clone)]
pub(crate) struct Mailbox {
    pub(crate) address: SocketAddr,
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    refusals: VecDeque<&'static str>,
}

/// What was handed over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) data: String,
}

impl Mail {
    /// A header's value, unfolded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.data.split_once("\r\n\r\n").unwrap_or((&self.data, ""));
        let head = head.replace("\r\n ", " ");
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    }

    /// The first address in it that holds `part`.
    #[track_caller]
    pub(crate) fn link(&self, part: &str) -> String {
        // Long lines may be broken by `=`.
        let text = self.data.replace("=\r\n", "").replace("=3D", "=");
        let found = text.lines().find(|line| line.starts_with("http") && line.contains(part));
        assert!(found.is_some(), "no link to {part} in {text}");
        found.unwrap_or_default().to_owned()
    }

    /// What follows `#` in that address.
    #[track_caller]
    pub(crate) fn secret(&self, part: &str) -> String {
        self.link(part).split_once('#').expect("a secret").1.to_owned()
    }
}

impl Mailbox {
    /// A server at a port of its own.
    pub(crate) fn open() -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").expect("a free port"))
    }

    /// A server that listens there.
    pub(crate) fn listen(listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("its address");
        let mailbox = Self { address, shared: Arc::default() };
        let here = mailbox.clone();
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let here = here.clone();
                // A client that goes away mid-way has handed nothing over.
                thread::spawn(move || here.talk(connection).ok());
            }
        });
        mailbox
    }

    /// The option that names it.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}?tls=off", self.address)
    }

    /// What the next recipients are answered.
    pub(crate) fn refuse(&self, answers: &[&'static str]) {
        self.lock().refusals.extend(answers);
    }

    /// Everything handed over so far.
    pub(crate) fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.lock().mails)
    }

    /// The mail to `to` that holds `part`, as soon as it is there.
    #[track_caller]
    pub(crate) fn wait(&self, to: &str, part: &str) -> Mail {
        let is_it = |mail: &&Mail| mail.to.eq_ignore_ascii_case(to) && mail.data.contains(part);
        self.waits_for(|mails| mails.iter().any(|mail| is_it(&mail)));
        let found = self.lock().mails.iter().rev().find(is_it).cloned();
        assert!(found.is_some(), "no mail to {to} with {part}");
        found.unwrap_or_default()
    }

    /// Whether there is enough, as soon as there is.
    pub(crate) fn waits_for(&self, is_enough: impl Fn(&[Mail]) -> bool) -> bool {
        let mut state = self.lock();
        while !is_enough(&state.mails) {
            let waited = self.shared.1.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            if waited.1.timed_out() {
                return false;
            }
            state = waited.0;
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn talk(&self, connection: TcpStream) -> std::io::Result<()> {
        let mut answers = connection.try_clone()?;
        let mut lines = BufReader::new(connection);
        let mut to = String::new();
        answers.write_all(b"220 ready\r\n")?;
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let word: String = line.chars().take(4).collect::<String>().to_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-here\r\n250-8BITMIME\r\n250 SMTPUTF8".to_owned(),
                "RCPT" => {
                    line.split(['<', '>']).nth(1).unwrap_or_default().clone_into(&mut to);
                    self.lock().refusals.pop_front().unwrap_or("250 fine").to_owned()
                }
                "DATA" => {
                    answers.write_all(b"354 go on\r\n")?;
                    let data = read_data(&mut lines)?;
                    self.lock().mails.push(Mail { to: to.clone(), data });
                    self.shared.1.notify_all();
                    "250 taken".to_owned()
                }
                "QUIT" => {
                    answers.write_all(b"221 bye\r\n")?;
                    return Ok(());
                }
                _ => "250 fine".to_owned(),
            };
            answers.write_all(format!("{answer}\r\n").as_bytes())?;
        }
    }
}

fn read_data(lines: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
