//! What the standard library would bring: memory, and the end after a panic. Both as small as can be.
#![expect(unsafe_code, reason = "handing out memory is unsafe by its nature")]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Memory for one question at a time: handed out in a row, and free all at once when the next question begins, since
/// nothing is remembered between questions. Giving back is nothing, so that the code for it falls away.
struct Notepad {
    /// The address after the last that was handed out; 0 before the first question.
    end: AtomicUsize,
}

#[global_allocator]
static NOTEPAD: Notepad = Notepad { end: AtomicUsize::new(0) };

const PAGE: usize = 65_536;

/// A clean notepad. Only for when nothing that was handed out is in use.
pub(crate) fn forget() {
    NOTEPAD.end.store(0, Relaxed);
}

unsafe extern "C" {
    /// Where the linker's own memory ends.
    static __heap_base: u8;
}

impl Notepad {
    /// Moves the end to `end` if there is memory for it.
    fn extend(&self, end: usize) -> Option<()> {
        let missing = end.saturating_sub(memory_size(0) * PAGE).div_ceil(PAGE);
        if missing > 0 && memory_grow(0, missing) == usize::MAX {
            return None;
        }
        self.end.store(end, Relaxed);
        Some(())
    }
}

// SAFETY: ranges handed out are aligned, exist, and do not overlap until `forget`. There is one thread.
unsafe impl GlobalAlloc for Notepad {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let first = (&raw const __heap_base).addr();
        let start = self.end.load(Relaxed).max(first).next_multiple_of(layout.align());
        let end = start.checked_add(layout.size()).and_then(|end| self.extend(end));
        end.map_or(ptr::null_mut(), |()| ptr::with_exposed_provenance_mut(start))
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    /// What was handed out last grows where it is: texts and lists that are being written.
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let is_last = start.addr() + layout.size() == self.end.load(Relaxed);
        if is_last && start.addr().checked_add(size).and_then(|end| self.extend(end)).is_some() {
            return start;
        }
        // SAFETY: the alignment is a layout's, and the size one that the caller vouches for.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: the old range has the old size, the new range the new one, and they do not overlap.
            unsafe { ptr::copy_nonoverlapping(start, new, layout.size().min(size)) };
        }
        new
    }
}

/// Stops the module. JavaScript sees a `RuntimeError`; nothing was approved.
#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    unreachable()
}
