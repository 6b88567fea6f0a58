//! The customers' third program: what stays with them.

fn main() {
    frontend::portal::keeping::run();
}
