// What a build takes, tells while it runs, and gives.

import type { IsaLevel, Proof, Publication, TargetName, Variant } from '@everypath/schema';
import type { Diagnostic } from '../ir/diagnostic.ts';
import type { SharedStore } from '../store/shared-store.ts';
import type { Elsewhere } from './portable-work.ts';

/** A linked variant that is not proven yet. */
export type LinkedVariant = Omit<Variant, 'proof'>;

export interface BuildOptions {
  /** Default: all nine. */
  readonly targets?: readonly TargetName[];
  /** Objects and programs of earlier builds; shared by builds that run at once. */
  readonly cacheDir: string;
  /** Where programs go, as `<target>/<variant id><extension>`. Without it `files` points into the cache. */
  readonly outDir?: string;
  /** Most variants to build for one target (default 256); beyond it a covering selection is built. */
  readonly budget?: number;
  /** Tools at once; default: the processors. */
  readonly jobs?: number;
  readonly onEvent?: (event: BuildEvent) => void;
  /** Runs a variant and compares; null where this machine cannot run it, and inspection has to do. */
  readonly prove?: (variant: LinkedVariant, file: string) => Promise<Proof | null>;
  /** What is expected of an operator variant, in any unit; null where nothing is. Each level's best path is then built. */
  readonly cost?: (ask: CostQuestion) => number | null;
  readonly signal?: AbortSignal;
  /** Machines that compile and link instead of this one, and the store that they share with it. */
  readonly workers?: { readonly elsewhere: Elsewhere; readonly shared: SharedStore };
}

export interface CostQuestion {
  readonly target: TargetName;
  readonly isaLevel: IsaLevel;
  /** Index of the node. */
  readonly node: number;
  readonly operatorVariant: string;
}

export type BuildEvent =
  | { readonly kind: 'start'; readonly targets: readonly PlannedTarget[] }
  | { readonly kind: 'compile-start'; readonly target: TargetName; readonly unit: string }
  | {
      readonly kind: 'compiled';
      readonly target: TargetName;
      readonly unit: string;
      readonly cached: boolean;
    }
  | {
      readonly kind: 'linked';
      readonly target: TargetName;
      readonly variant: string;
      readonly cached: boolean;
    }
  | { readonly kind: 'proved'; readonly target: TargetName; readonly variant: string; readonly proof: Proof }
  | { readonly kind: 'done'; readonly seconds: number };

export interface PlannedTarget {
  readonly target: TargetName;
  /** Units to compile. */
  readonly units: number;
  /** Variants to link. */
  readonly variants: number;
  /** Paths there are, of which `variants` are built. */
  readonly paths: bigint;
}

export interface TargetResult {
  readonly target: TargetName;
  readonly variants: number;
  /** Paths there are, of which `variants` are built. */
  readonly paths: bigint;
  /** Pairs of operator variants that some path has, and those that a built one has. */
  readonly pairs: { readonly total: number; readonly covered: number };
  /** Bytes of all its programs. */
  readonly bytes: number;
  /** Variants executed or inspected. */
  readonly verified: number;
  /** Variants whose own code ran and agreed with CPython. */
  readonly executed: number;
}

export interface BuildResult {
  readonly publication: Publication;
  /** Path of each variant's program, by variant id. */
  readonly files: ReadonlyMap<string, string>;
  readonly targets: readonly TargetResult[];
  readonly seconds: number;
  /** Seconds until the last program was linked; what came after was verification. */
  readonly emissionSeconds: number;
  /** Compiles that ran; those that the cache answered are not counted. */
  readonly compiles: number;
  readonly links: number;
  /** Compiles and links that the cache answered. */
  readonly cacheHits: number;
  readonly diagnostics: readonly Diagnostic[];
}
