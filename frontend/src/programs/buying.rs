//! The customers' first program: what leads to a license.

fn main() {
    frontend::portal::buying::run();
}
