//! A vendor's team's first program: its customers, and what happens.

fn main() {
    frontend::admin::desk::run();
}
