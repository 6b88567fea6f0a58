//! What the standard library would bring: memory, and the end after a panic. Both as small as can be.

use core::panic::PanicInfo;

/// One thread, short-lived texts, a few dozen kilobytes: speed does not matter here, size does.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Stops the module. JavaScript sees a `RuntimeError`; nothing was approved.
#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
