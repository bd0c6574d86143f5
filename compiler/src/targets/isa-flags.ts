// Clang's flags for each ISA level of each architecture. A level promises what `ISA_LEVELS` names, and no more.

export const X86_64_ISA_FLAGS = {
  'x86-64': ['-march=x86-64'],
  'x86-64-v2': ['-march=x86-64-v2'],
  'x86-64-v3': ['-march=x86-64-v3'],
  // Full-width vectors: the variants that ask for this level are written for them.
  'x86-64-v4': ['-march=x86-64-v4', '-mprefer-vector-width=512'],
} as const;

/** Apple's processors, Graviton 2 and Cortex-A76 have armv8.2-a with half floats and dot products; M2 has 8.6. */
export const ARM64_ISA_FLAGS = {
  'armv8-a': ['-march=armv8-a'],
  'armv8.2-a': ['-march=armv8.2-a+fp16+dotprod'],
  'armv8.6-a': ['-march=armv8.6-a+fp16'],
} as const;

/** Every engine of the last five years has these four beyond the first WebAssembly. */
const WASM_BASE = ['-mbulk-memory', '-mnontrapping-fptoint', '-msign-ext', '-mmutable-globals'] as const;

export const WASM32_ISA_FLAGS = {
  'wasm-mvp': WASM_BASE,
  'wasm-simd128': [...WASM_BASE, '-msimd128'],
  'wasm-relaxed-simd': [...WASM_BASE, '-msimd128', '-mrelaxed-simd'],
} as const;
