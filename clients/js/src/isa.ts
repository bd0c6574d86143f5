// Which ISA levels a device has by the name of the highest. The lists are those of the schema's targets.

import type { IsaLevel } from '@everypath/schema';

/** Each architecture's levels, lowest first. */
export const ISA_ORDER: readonly (readonly IsaLevel[])[] = [
  ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4'],
  ['armv8-a', 'armv8.2-a', 'armv8.6-a'],
  ['wasm-mvp', 'wasm-simd128', 'wasm-relaxed-simd'],
];

/** Whether a device at level `has` runs code that needs level `needs`. */
export function isaCovers(has: IsaLevel, needs: IsaLevel): boolean {
  const levels = ISA_ORDER.find((order) => order.includes(has)) ?? [];
  const needed = levels.indexOf(needs);
  return needed >= 0 && levels.indexOf(has) >= needed;
}
