// WebAssembly, in browsers and Node. malloc and libm come from wasi-libc's archive; the only import is the clock.

import { WASM32_ISA_FLAGS } from './isa-flags.ts';
import type { TargetToolchain } from './target-toolchain.ts';
import { EXPORTS } from './target-toolchain.ts';

export const wasm32: TargetToolchain = {
  name: 'wasm32',
  triple: 'wasm32-unknown-wasi',
  flags: [],
  isaFlags: WASM32_ISA_FLAGS,
  platform: ['wasm.cpp'],
  stubs: [],
  link: (inputs) => ({
    tool: 'wasm-ld',
    args: [
      '--no-entry',
      '--gc-sections',
      '--strip-all',
      '--stack-first',
      '-zstack-size=1048576',
      '-O2',
      '--threads=1',
      ...EXPORTS.map((name) => `--export=${name}`),
      ...inputs.objects,
      inputs.builtins,
      ...inputs.systemLibraries,
      '-o',
      inputs.output,
    ],
  }),
};
