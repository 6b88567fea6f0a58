//! The program that a vendor's team enters by.

fn main() {
    frontend::admin::office::run();
}
