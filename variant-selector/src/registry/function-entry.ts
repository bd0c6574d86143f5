// What the registry knows of one function, as plain data: the current revision, pins, and earlier variants.

import type { ProgramNode, Signature, Variant } from '@everypath/schema';
import type { Kill } from '../policy/kill.ts';

/** A pin. `scope` is empty (everyone), a target, or the beginning of a device class. */
export interface Override {
  readonly scope: string;
  readonly variant: string;
  readonly note: string;
  readonly createdAtMs: number;
}

/** A variant together with the nodes of the revision it belongs to: what a manifest says of a program. */
export interface Program {
  readonly tag: string;
  readonly variant: Variant;
  readonly nodes: readonly ProgramNode[];
  readonly signature: Signature;
}

export interface FunctionEntry {
  readonly tag: string;
  readonly revision: number;
  readonly description: string;
  readonly file: string;
  readonly source: string;
  readonly signature: Signature;
  readonly nodes: readonly ProgramNode[];
  readonly irText: string;
  readonly irHash: string;
  readonly toolchain: string;
  /** The artifact with the function's cases, by SHA-256, where they were published. */
  readonly cases?: string;
  readonly publishedAtMs: number;
  readonly updatedAtMs: number;
  /** Variants of the current revision: the candidates. */
  readonly variants: readonly Variant[];
  /** By variant id: the current revision's and those of earlier ones, which devices may still run. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly overrides: readonly Override[];
  /** Switches that take variants from everyone or from a class. */
  readonly kills?: readonly Kill[];
}

/** The pin that holds for a device: the longest scope that covers its class, else null. */
export function overrideFor(overrides: readonly Override[], classPath: readonly string[]): Override | null {
  let best: Override | null = null;
  for (const override of overrides) {
    const covers = override.scope === '' || classPath.includes(override.scope);
    if (covers && (best === null || override.scope.length > best.scope.length)) best = override;
  }
  return best;
}
