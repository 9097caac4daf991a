//! Android's sound on a computer, for tests: the real Oboe on top of a scripted AAudio.
//!
//! Oboe looks AAudio up by name when it runs (`dlopen`, `dlsym`); here it finds [`aaudio`]. What a
//! phone says of itself comes from [`__system_property_get`]. So our own backend runs as it does on
//! a phone, from Rust through Oboe's C++ to the edge, where there is a script instead of a phone.
#![allow(clippy::doc_markdown, reason = "AAudio and OpenSL are names, not code")]

mod aaudio;
mod phone;

pub use phone::{Opening, Phone, Script, phone};

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

/// What Oboe gets for `dlopen`.
///
/// # Safety
/// `name` ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pretend_dlopen(name: *const c_char, _flags: c_int) -> *mut c_void {
    // SAFETY: as above.
    let name = unsafe { CStr::from_ptr(name) };
    if name == c"libaaudio.so" {
        // Not null; nobody looks into it.
        ptr::dangling_mut()
    } else {
        ptr::null_mut()
    }
}

/// What Oboe gets for `dlsym`.
///
/// # Safety
/// `name` ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pretend_dlsym(_library: *mut c_void, name: *const c_char) -> *mut c_void {
    // SAFETY: as above.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str()
        .ok()
        .and_then(aaudio::function)
        .unwrap_or(ptr::null_mut())
}

/// A Pixel 7 with Android 14, as it says itself.
///
/// # Safety
/// `name` ends with a zero; `value` has room for 92 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __system_property_get(name: *const c_char, value: *mut c_char) -> c_int {
    // SAFETY: as above.
    let name = unsafe { CStr::from_ptr(name) };
    let answer = match name.to_bytes() {
        b"ro.build.version.sdk" => c"34",
        b"ro.soc.model" => c"gs201",
        _ => c"",
    };
    let bytes = answer.to_bytes_with_nul();
    // SAFETY: as above; an answer is far shorter.
    unsafe { ptr::copy_nonoverlapping(answer.as_ptr(), value, bytes.len()) };
    c_int::try_from(bytes.len() - 1).unwrap_or(0)
}
