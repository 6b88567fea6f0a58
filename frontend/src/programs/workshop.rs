//! A vendor's team's second program: what is sold, and how that is run.

fn main() {
    frontend::admin::workshop::run();
}
