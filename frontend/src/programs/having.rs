//! The customers' second program: what is done with a license.

fn main() {
    frontend::portal::having::run();
}
