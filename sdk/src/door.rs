//! The door to JavaScript: questions and answers cross as UTF-8 in the module's memory. The other side is
//! `sdk/js/core.js`. By hand, since what a generator writes for one function is larger than all of it.
#![expect(unsafe_code, reason = "JavaScript holds addresses, not slices")]
#![expect(unreachable_pub, reason = "JavaScript reaches them")]

use alloc::vec::Vec;
use core::{mem::ManuallyDrop, slice};

/// Begins a question: room for its text of at most `length` bytes. The answer before is gone.
#[unsafe(no_mangle)]
pub extern "C" fn make_room(length: usize) -> *mut u8 {
    crate::runtime::forget();
    ManuallyDrop::new(Vec::with_capacity(length)).as_mut_ptr()
}

/// Answers the question of `length` bytes in the room: the address of the answer in the upper 32 bits, its length in the
/// lower.
#[unsafe(no_mangle)]
pub extern "C" fn answer(room: *const u8, length: usize) -> u64 {
    // SAFETY: core.js wrote that many bytes to the room it was given just before.
    let question = unsafe { slice::from_raw_parts(room, length) };
    let answer = ManuallyDrop::new(crate::answer_question(question));
    (answer.as_ptr().addr() as u64) << 32 | answer.len() as u64
}
