// Cholesky factors and the solution of positive definite systems, row-major in typed arrays. Small dense matrices only.

/** Lower factor of a positive definite matrix, in place; only the lower triangle is read and written. */
export function cholesky(k: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i += 1) {
    const rowI = i * n;
    for (let j = 0; j <= i; j += 1) {
      const rowJ = j * n;
      let sum = k[rowI + j]!;
      for (let m = 0; m < j; m += 1) sum -= k[rowI + m]! * k[rowJ + m]!;
      // Covariances that are not quite positive definite (missing features) give tiny negative pivots.
      k[rowI + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / k[rowJ + j]!;
    }
  }
  return k;
}

/** Solves with a factor made by `cholesky`. */
export function solve(factor: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i += 1) {
    let sum = x[i]!;
    for (let j = 0; j < i; j += 1) sum -= factor[i * n + j]! * x[j]!;
    x[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = x[i]!;
    for (let j = i + 1; j < n; j += 1) sum -= factor[j * n + i]! * x[j]!;
    x[i] = sum / factor[i * n + i]!;
  }
  return x;
}
