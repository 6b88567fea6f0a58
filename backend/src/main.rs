//! The `passgate` program: everything it does is in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    backend::cli::main()
}
