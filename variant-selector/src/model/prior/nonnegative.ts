// Least squares with weights that may not be negative, from normal equations, by coordinate descent.
// Source: Franc, Hlaváč & Navara, Sequential coordinate-wise algorithm for the non-negative least squares problem (2005).

/** Minimises ½wᵀAw − bᵀw over w ≥ 0. `a` is row-major and positive semi-definite. */
export function nonnegative(a: Float64Array, b: Float64Array, rounds = 2000): Float64Array {
  const count = b.length;
  const w = new Float64Array(count);
  const gradient = Float64Array.from(b, (value) => -value);
  for (let round = 0; round < rounds; round += 1) {
    let moved = 0;
    for (let k = 0; k < count; k += 1) {
      const curvature = a[k * count + k]!;
      if (curvature <= 0) continue;
      const next = Math.max(0, w[k]! - gradient[k]! / curvature);
      const step = next - w[k]!;
      if (step === 0) continue;
      w[k] = next;
      for (let j = 0; j < count; j += 1) gradient[j]! += step * a[k * count + j]!;
      moved = Math.max(moved, Math.abs(step) / (Math.abs(next) + 1e-12));
    }
    if (moved < 1e-6) break;
  }
  return w;
}
