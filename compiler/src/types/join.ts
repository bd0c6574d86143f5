// The one type that two ways leave a variable with. Nothing widens silently: int and float do not join, because
// CPython would give back an int on one way. Only lengths of arrays are forgotten, and unbound joins to maybe.

import type { Dim, Type } from '@everypath/schema';
import type { IrType } from '../ir/ir.ts';

/** A type on its way through a join; `unbound` has none yet. */
export type Joined = IrType | { readonly kind: 'unbound' };

/** The join of two types, or null when they have none. */
export function joinTypes(a: Joined, b: Joined): Joined | null {
  if (a.kind === 'unbound') return b.kind === 'unbound' ? a : maybe(b);
  if (b.kind === 'unbound') return maybe(a);
  if (a.kind === 'unknown' || b.kind === 'unknown') return { kind: 'unknown' };
  if (a.kind === 'maybe' || b.kind === 'maybe') {
    const of = joinBoundary(a.kind === 'maybe' ? a.of : a, b.kind === 'maybe' ? b.of : b);
    return of === null ? null : { kind: 'maybe', of };
  }
  return joinBoundary(a, b);
}

function maybe(type: IrType): Joined {
  return type.kind === 'maybe' || type.kind === 'unknown' ? type : { kind: 'maybe', of: type };
}

/** The join of two types that cross the boundary. */
export function joinBoundary(a: Type, b: Type): Type | null {
  if (a.kind === 'array' && b.kind === 'array') {
    if (a.dtype !== b.dtype || a.shape.length !== b.shape.length) return null;
    const shape: Dim[] = a.shape.map((dim, axis) => (dim === b.shape[axis] ? dim : null));
    return { kind: 'array', dtype: a.dtype, shape };
  }
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    if (a.items.length !== b.items.length) return null;
    const items = a.items.map((item, index) => joinBoundary(item, b.items[index] as Type));
    return items.some((item) => item === null) ? null : { kind: 'tuple', items: items as Type[] };
  }
  if (a.kind === 'image' && b.kind === 'image')
    return { kind: 'image', mode: a.mode === b.mode ? a.mode : null };
  return sameType(a, b) ? a : null;
}

export function sameType(a: Joined, b: Joined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
