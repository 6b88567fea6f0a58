//! The door to JavaScript: questions and answers cross as UTF-8 in the module's memory. The other side is
//! `sdk/js/core.js`. By hand, since what a generator writes for one function is larger than all of it.
#![expect(
    unsafe_code,
    reason = "JavaScript holds addresses, not slices; each is given back once, as it was handed out"
)]
#![expect(unreachable_pub, reason = "JavaScript reaches them")]

use alloc::boxed::Box;
use alloc::vec;
use core::ptr;

/// Room for `length` bytes, until it is given to [`answer`] or [`leave_room`].
#[unsafe(no_mangle)]
pub extern "C" fn make_room(length: usize) -> *mut u8 {
    Box::into_raw(vec![0; length].into_boxed_slice()).cast()
}

/// Takes the question in the room and gives the room of its answer: the address in the upper 32 bits, the length in the
/// lower.
#[unsafe(no_mangle)]
pub extern "C" fn answer(room: *mut u8, length: usize) -> u64 {
    let answer = crate::answer_question(take_room(room, length)).into_bytes().into_boxed_slice();
    let length = answer.len() as u64;
    (Box::into_raw(answer).addr() as u64) << 32 | length
}

/// Takes the room of an answer back.
#[unsafe(no_mangle)]
pub extern "C" fn leave_room(room: *mut u8, length: usize) {
    drop(take_room(room, length));
}

fn take_room(room: *mut u8, length: usize) -> Box<[u8]> {
    // SAFETY: core.js gives back each room once, with the length it was made with.
    unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(room, length)) }
}
