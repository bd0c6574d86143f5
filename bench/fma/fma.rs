// SPDX-License-Identifier: Apache-2.0
// The loop of examples/fma.py in Rust: each step needs the one before it, so level 3 cannot remove it.

#[no_mangle]
pub extern "C" fn fma(x: f64, y: f64, z: f64, n_iter: i64) -> f64 {
    let mut result = x;
    for _ in 0..n_iter {
        result = result * y + z;
    }
    result
}
