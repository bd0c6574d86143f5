// Whether an elementwise op can fail: shapes that are known to broadcast cannot.

import type { Dim } from '@everypath/schema';
import type { IrType } from '../ir/ir.ts';

/** False when these operands' shapes are known to broadcast, whatever their lengths at run time. */
export function mayNotBroadcast(types: readonly IrType[]): boolean {
  const shapes = types.flatMap((type) => (type.kind === 'array' ? [type.shape] : []));
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  for (let back = 1; back <= rank; back++) {
    const dims: Dim[] = [];
    for (const shape of shapes) {
      const dim = shape.at(-back);
      // A length of one goes with every other.
      if (shape.length >= back && dim !== 1 && dim !== undefined) dims.push(dim);
    }
    const [first] = dims;
    if (dims.length > 1 && dims.some((dim) => dim === null || dim !== first)) return true;
  }
  return types.some((type) => type.kind === 'image');
}
